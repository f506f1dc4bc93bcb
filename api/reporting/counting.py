"""Counts in an order that does not depend on what came first."""

from collections import Counter


def most_frequent(counts: Counter[str]) -> tuple[tuple[str, int], ...]:
    """The most frequent first; of equals by name."""
    return tuple(sorted(counts.items(), key=lambda each: (-each[1], each[0])))
