"""Profiles in words, their history, and the page on which one is written."""
