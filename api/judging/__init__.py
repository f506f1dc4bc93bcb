"""Judges opened by name, from options and settings."""
