"""Owns how far a verdict can be trusted: eval sets, metrics, intervals, comparison. Serves no HTTP.

May import `storage`, `evaluators` and `prompts`.
"""
