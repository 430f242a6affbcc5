"""Models: one in a child of its own, spoken to through a slot; what can be said of their files beforehand."""
