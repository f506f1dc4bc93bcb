"""The live board: who waits now, which windows are open, what went wrong today."""
