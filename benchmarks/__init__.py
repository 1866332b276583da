"""Scripts that measure speed and print tables."""
