"""Owns prompt files: front matter, Jinja blocks, content hash. Imports none of our layers, calls no model."""
