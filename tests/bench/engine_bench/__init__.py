"""The parts of `engine.py`: pictures, the two sides that are compared, and what is measured of them."""
