"""What is decided, apart from doing it: pure, so that every decision can be tested without a machine."""
