"""Owns what is kept: sessions read from files, tables, jobs, report queries. Decides no verdict.

May import `evaluators` and `prompts`.
"""
