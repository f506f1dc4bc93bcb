"""Tables, one row per message: rows are found, read through the mapping and put together to sessions."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from typing import Any

import msgspec

from evaluators.errors import SessionInvalid
from evaluators.types import ChatSession
from storage.errors import IntakeError
from storage.intake import mapped
from storage.intake.cells import to_id
from storage.intake.mapping import Mapping, Names
from storage.intake.records import BadRecord, Draft
from storage.intake.spool import Spool
from storage.intake.words import normal

Row = tuple[int, Sequence[Any]]
#: Titles and remarks may stand above the header.
_HEADER_WITHIN = 10
_EMPTY = (None, "")
_REQUIRED = ("session_id", "sender", "text")


class Sheet(msgspec.Struct, frozen=True):
    """Rows with their numbers. `name`: None if there is but one."""

    rows: Iterator[Row]
    name: str | None = None


class Columns:
    """Which column is which, after the header row."""

    def __init__(self, header: Sequence[Any], mapping: Mapping) -> None:
        self.mapping = mapping
        self.titles = ["" if cell is None else str(cell).strip() for cell in header]
        positions: dict[str, int] = {}
        for position, title in enumerate(self.titles):
            positions.setdefault(normal(title), position)
        session, message = msgspec.structs.asdict(mapping.session), msgspec.structs.asdict(mapping.message)
        tags = {mapped.TAG + tag: names for tag, names in mapping.tags.items()}
        self.session = _found(positions, {name: session[name] for name in mapped.SESSION_FIELDS} | tags)
        self.message = _found(positions, message)

    def missing(self) -> list[str]:
        """The names of the columns that every table must have and this has not."""
        return [name for name in _REQUIRED if name not in self.session and name not in self.message]

    def title(self, field: str) -> str:
        """How the file calls a field."""
        position = self.message.get(field, self.session.get(field))
        return field if position is None else self.titles[position]

    def given(self, fields: dict[str, int], cells: Sequence[Any]) -> mapped.Given:
        """What a row says in some of the columns."""
        width, titles = len(cells), self.titles
        return {
            field: (titles[position], cells[position])
            for field, position in fields.items()
            if position < width and cells[position] not in _EMPTY
        }


def _found(positions: dict[str, int], fields: dict[str, Names]) -> dict[str, int]:
    """The position of each field that is there under one of its names."""
    found: dict[str, int] = {}
    for field, names in fields.items():
        there = (positions[normal(name)] for name in mapped.choices(names) if normal(name) in positions)
        if (position := next(there, None)) is not None:
            found[field] = position
    return found


def find_columns(sheet: Sheet, mapping: Mapping) -> tuple[Columns, Iterator[Row]] | Columns:
    """The columns and the rows below the header; if no row is a header, what comes closest to one."""
    best: Columns | None = None
    for _, cells in islice(sheet.rows, _HEADER_WITHIN):
        columns = Columns(cells, mapping)
        if not columns.missing():
            return columns, sheet.rows
        if best is None or len(columns.missing()) < len(best.missing()):
            best = columns
    return best or Columns((), mapping)


def read_tables(
    path: str, sheets: Iterable[Sheet], mapping: Mapping, finish: Callable[[Draft], ChatSession]
) -> Iterator[ChatSession | BadRecord]:
    """The sessions of every sheet that has the columns. Raises `IntakeError` when none has."""
    closest: Columns | None = None
    read = False
    for sheet in sheets:
        place = path if sheet.name is None else f"{path}#{sheet.name}"
        match find_columns(sheet, mapping):
            case Columns() as columns:
                closest = closest or columns
            case (columns, rows):
                read = True
                with Spool() as spool:
                    yield from _fill(spool, columns, rows, place)
                    yield from _sessions(spool, columns, place, finish)
    if closest is not None and not read:
        raise IntakeError(_no_header(closest), path=path)


def _fill(spool: Spool, columns: Columns, rows: Iterator[Row], path: str) -> Iterator[BadRecord]:
    latest: tuple[mapped.Given | None, Draft] = (None, {})
    for line, cells in rows:
        given, own = columns.given(columns.session, cells), columns.given(columns.message, cells)
        if not given and not own:
            continue
        part: Draft = latest[1]
        try:
            if given != latest[0]:
                part = mapped.session_draft(given, columns.mapping)
                latest = given, part
            message = mapped.message_draft(own, part, columns.mapping)
        except SessionInvalid as error:
            session_id = to_id(*given["session_id"]) if "session_id" in given else None
            field = columns.title(error.field)
            if session_id is None:
                yield BadRecord(path, line, field, error.expected)
            else:
                spool.add_error(line, session_id, SessionInvalid(field, error.expected))
        else:
            spool.add(line, part, message)


def _sessions(
    spool: Spool, columns: Columns, path: str, finish: Callable[[Draft], ChatSession]
) -> Iterator[ChatSession | BadRecord]:
    for joined in spool.joined():
        try:
            if isinstance(joined.draft, SessionInvalid):
                raise joined.draft
            yield finish(joined.draft)
        except SessionInvalid as error:
            line, field = joined.line, error.field
            if place := message_place(field):
                line, field = joined.lines[place[0]], columns.title(place[1])
            yield BadRecord(path, line, field or None, error.expected)


def message_place(field: str) -> tuple[int, str] | None:
    """`messages[3].sent_at` as 3 and `sent_at`."""
    head, _, name = field.partition("].")
    index = head.removeprefix("messages[")
    return (int(index), name) if index != head and index.isdigit() and name else None


def _no_header(closest: Columns) -> str:
    titles = ", ".join(title for title in closest.titles if title) or "nothing"
    return (
        f"no header row with the columns {', '.join(closest.missing())} in the first {_HEADER_WITHIN} rows"
        f" (found: {titles}); a mapping can name them"
    )
