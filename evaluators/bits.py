"""Sets of messages as integers: bit i stands for message i. Union, intersection and windows cost one operation."""

from collections.abc import Iterable


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


def first_of(mask: int, number: int) -> int:
    """The first `number` messages of the set."""
    rest = mask
    for _ in range(number):
        rest &= rest - 1 if rest else 0
    return mask ^ rest


def last_of(mask: int, number: int) -> int:
    """The last `number` messages of the set."""
    rest = mask
    for _ in range(number):
        if rest:
            rest ^= 1 << (rest.bit_length() - 1)
    return mask ^ rest
