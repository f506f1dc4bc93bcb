"""What a draft changes in a text, line by line."""

from collections.abc import Iterator
from difflib import unified_diff
from typing import Literal, NamedTuple

#: Lines around a change that are shown with it.
_AROUND = 2


class ChangedLine(NamedTuple):
    """`kind`: gone, new, or the same around them; `gap`: lines are left out here. `sign` tells them apart without colour."""

    kind: Literal["gone", "new", "same", "gap"]
    sign: str
    text: str


def changed_lines(before: str, after: str) -> list[ChangedLine]:
    """Of both texts, in the order of the new one; empty where nothing differs."""
    found = unified_diff(before.splitlines(), after.splitlines(), n=_AROUND, lineterm="")
    # The first two name files; the first gap is the beginning.
    return list(_lines(found))[3:]


def _lines(found: Iterator[str]) -> Iterator[ChangedLine]:
    for line in found:
        if line.startswith("@@"):
            yield ChangedLine("gap", "", "⋯")
        elif line.startswith("-"):
            yield ChangedLine("gone", "−", line[1:])
        elif line.startswith("+"):
            yield ChangedLine("new", "+", line[1:])
        else:
            yield ChangedLine("same", "", line[1:])
