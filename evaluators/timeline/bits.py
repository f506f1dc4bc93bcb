"""Sets of messages as integers: bit i stands for message i. Union, intersection and windows cost one operation."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import compress
from typing import Any, TypeVar

T = TypeVar("T")
#: Turns binary digits into flags.
_FLAGS = bytes(each == ord("1") for each in range(256))


def bits(indices: Iterable[int]) -> int:
    """The set of these messages."""
    mask = 0
    for index in indices:
        mask |= 1 << index
    return mask


def stretch(first: int, last: int) -> int:
    """Messages `first` to `last`, inclusive; empty when `last < first`."""
    return ((1 << (last - first + 1)) - 1) << first if last >= first else 0


def lowest(mask: int) -> int:
    """The first message of a set that is not empty."""
    return (mask & -mask).bit_length() - 1


def highest(mask: int) -> int:
    """The last message of a set that is not empty."""
    return mask.bit_length() - 1


def indices(mask: int) -> list[int]:
    """The messages of the set, in order."""
    found = []
    while mask:
        low = mask & -mask
        found.append(low.bit_length() - 1)
        mask ^= low
    return found


def positions(values: Sequence[Any], wanted: Any) -> list[int]:
    """Where in the list the value stands; cheap where it is rare."""
    found, position = [], -1
    for _ in range(values.count(wanted)):
        position = values.index(wanted, position + 1)
        found.append(position)
    return found


def picked(values: Iterable[T], mask: int) -> Iterator[T]:
    """The values of the messages of the set, in order."""
    return compress(values, bin(mask)[:1:-1].encode().translate(_FLAGS))


def next_after(of: int, among: int) -> int:
    """For each message of `of` the next one of `among`, all at once. `of` is part of `among`.

    What is not among them is a run of ones; adding the message after one of `of` carries through the run and
    comes to rest on the next that is.
    """
    between = ~among & ((1 << among.bit_length()) - 1)
    return (of << 1) + between & among


def first_of(mask: int, number: int) -> int:
    """The first `number` messages of the set."""
    rest = mask
    for _ in range(number):
        rest &= rest - 1 if rest else 0
    return mask ^ rest


def last_of(mask: int, number: int) -> int:
    """The last `number` messages of the set."""
    first = mask.bit_length() - number
    while first > 0:
        found = mask >> first << first
        missing = number - found.bit_count()
        if not missing:
            return found
        first -= missing
    return mask
