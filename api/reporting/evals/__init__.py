"""Eval sets, runs and comparisons as tables, Markdown and pages."""
