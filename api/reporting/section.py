"""A titled table of text, Chinese first: the same for a terminal, a pipe and a test."""

from msgspec import Struct


class Column(Struct, frozen=True):
    """A heading in both languages. `number`: aligned to the right."""

    name: str
    english: str
    number: bool


class Section(Struct, frozen=True, kw_only=True):
    """Every row has as many cells as there are columns; `notes` stand beneath; `grave` is shown in red."""

    title: str
    english: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[str, ...], ...]
    notes: tuple[str, ...] = ()
    grave: bool = False


def heads(written: str) -> tuple[Column, ...]:
    """Columns from `客服 agent | 会话 sessions >`; `>` marks a column of numbers."""
    columns = []
    for head in written.split(" | "):
        name, _, english = head.removesuffix(" >").partition(" ")
        columns.append(Column(name, english, number=head.endswith(" >")))
    return tuple(columns)
