"""Owns the borders: REST service, worker, command line, console. Holds no business rules and no SQL."""
