"""A store of any size as a person's years leave it, and what is asked of it."""
