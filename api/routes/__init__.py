"""One module of operations per noun."""
