"""Which of the phrases found in a message count, and which is quoted."""

from typing import NamedTuple


class Hit(NamedTuple):
    """`[start, stop)` of the folded message."""

    start: int
    stop: int


def longest_leftmost(hits: list[Hit]) -> Hit:
    """Of overlapping hits the one a reader would quote."""
    return min(hits, key=lambda hit: (hit.start, -hit.stop))


def outside(hits: list[Hit], carriers: list[Hit]) -> list[Hit]:
    """The hits that do not lie inside a carrier."""
    return [
        hit for hit in hits if not any(each.start <= hit.start and hit.stop <= each.stop for each in carriers)
    ]
