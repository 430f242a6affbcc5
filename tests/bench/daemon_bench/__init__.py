"""What the benches of a whole daemon share: models that keep it busy, and figures."""
