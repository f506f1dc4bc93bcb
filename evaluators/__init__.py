"""Owns what a session, a rule and an outcome are, and turns (rule, session) into an outcome.

May import `prompts`. Knows no database and no HTTP server, writes no file.
"""
