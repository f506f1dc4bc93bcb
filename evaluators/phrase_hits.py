"""Which of the phrases found in a message count, and which is quoted."""

from typing import NamedTuple

from evaluators.timeline import Timeline


class Hit(NamedTuple):
    """`[start, stop)` of the folded message; `place` of the phrase in its list."""

    start: int
    stop: int
    place: int


def hit_messages(timeline: Timeline, group: int) -> int:
    """The messages in which some phrase of the group was found."""
    mask = 0
    for row in timeline.hits.get(group, ()):
        mask |= 1 << row[0]
    return mask


def hits_in(timeline: Timeline, group: int, index: int) -> list[Hit]:
    """The hits of the group in one message."""
    return [Hit(*row[1:]) for row in timeline.hits.get(group, ()) if row[0] == index]


def longest_leftmost(hits: list[Hit]) -> Hit:
    """Of overlapping hits the one a reader would quote."""
    return min(hits, key=lambda hit: (hit.start, -hit.stop))


def outside(hits: list[Hit], carriers: list[Hit]) -> list[Hit]:
    """The hits that do not lie inside a carrier."""
    return [
        hit for hit in hits if not any(each.start <= hit.start and hit.stop <= each.stop for each in carriers)
    ]
