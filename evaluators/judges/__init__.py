"""Judges answer what needs understanding; every one of them through the port of `judges.port`."""
