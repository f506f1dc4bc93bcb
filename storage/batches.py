"""Long lists in pieces that fit into one statement."""

from collections.abc import Iterator, Sequence
from typing import TypeVar

_Item = TypeVar("_Item")
#: Well below the number of parameters either database takes (32,766).
SIZE = 1_000


def batches(items: Sequence[_Item], size: int = SIZE) -> Iterator[Sequence[_Item]]:
    """The items in order, at most `size` at a time."""
    for start in range(0, len(items), size):
        yield items[start : start + size]
