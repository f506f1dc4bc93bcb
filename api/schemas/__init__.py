"""Shapes that only the REST service has; everything else is a value of a lower layer."""
