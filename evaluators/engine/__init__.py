"""A catalogue compiled into checks, and what these find worded as outcomes."""
