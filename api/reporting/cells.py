"""What a cell of a report says, as a spreadsheet can sort and sum it: numbers, shares and times apart from their words."""

import re
from collections.abc import Sequence
from typing import NamedTuple

Value = str | float
#: Excel's formats.
SHARE, DAYS, COUNT, PLAIN = "0.0%", "[h]:mm:ss", "#,##0", "General"

#: Longer ones are numbers of something, not numbers; and Excel keeps 15 digits.
_NUMBER = re.compile(r"[+\-−]?(?:0|[1-9][\d,]{0,11})(?:\.\d+)?")
_PERCENT = re.compile(r"([+\-−]?\d+(?:\.\d+)?)%")
_TIME = re.compile(
    r"(?:(\d+) ?(?:天|d) ?)?(?:(\d+) ?(?:小时|h) ?)?(?:(\d+) ?(?:分|min|m) ?)?(?:(\d+(?:\.\d+)?) ?(?:秒|s))?"
)
#: `96 / 209 · 45.7%`, with or without what stands before and behind.
_OF = re.compile(r"(?P<number>[^/·]*?) ?/ ?(?P<of>[\d,]+)(?: · (?P<share>[^/·]*))?")
_NONE = frozenset({"", "—", "–"})


class Numbers(NamedTuple):
    """A column of a sheet: its heading, its values, and how Excel shows each."""

    heading: str
    values: list[Value]
    formats: list[str]


def columns_of(heading: str, cells: Sequence[str], *, is_number: bool) -> list[Numbers]:
    """One column, or up to three where cells say `number / of · share`. A column in which one cell is no number stays
    text as a whole, unless it is marked as numbers: ids and quotes are never turned into numbers one by one."""
    parts = [_OF.fullmatch(cell) for cell in cells]
    if any(parts) and all(part or cell in _NONE for part, cell in zip(parts, cells, strict=True)):
        return _apart(heading, parts, cells)
    read = [number_of(cell) for cell in cells]
    if is_number or all(one or cell in _NONE for one, cell in zip(read, cells, strict=True)):
        return [_column(heading, cells, read)]
    return [Numbers(heading, list(cells), [PLAIN] * len(cells))]


def number_of(cell: str) -> tuple[float, str] | None:
    """The number a cell says, and the format to show it in; None if it says something else."""
    if _NUMBER.fullmatch(cell):
        plain = cell.replace(",", "").replace("−", "-")
        return float(plain), COUNT if "," in cell else PLAIN
    if percent := _PERCENT.fullmatch(cell):
        return round(float(percent[1].replace("−", "-")) / 100, 6), SHARE
    time = _TIME.fullmatch(cell)
    if time is None or not any(time.groups()):
        return None
    days, hours, minutes, seconds = (float(each or 0) for each in time.groups())
    return days + hours / 24 + minutes / 1440 + seconds / 86400, DAYS


def _apart(heading: str, parts: Sequence[re.Match[str] | None], cells: Sequence[str]) -> list[Numbers]:
    columns = []
    for name, mark in (("number", ""), ("of", " /"), ("share", " %")):
        texts = [
            (part[name] or "") if part else (cell if name == "number" else "")
            for part, cell in zip(parts, cells, strict=True)
        ]
        if any(texts):
            columns.append(_column(heading + mark, texts, [number_of(text) for text in texts]))
    return columns


def _column(heading: str, cells: Sequence[str], read: Sequence[tuple[float, str] | None]) -> Numbers:
    return Numbers(
        heading,
        [one[0] if one else cell for one, cell in zip(read, cells, strict=True)],
        [one[1] if one else PLAIN for one in read],
    )
