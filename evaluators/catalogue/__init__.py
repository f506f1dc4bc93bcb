"""All rules of one version: read from files, checked, every problem with its line."""
