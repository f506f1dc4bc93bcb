"""Long work over many cases: what is asked for, how it is done, and the worker that does it."""
