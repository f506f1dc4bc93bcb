"""What reading yields beside sessions, and a record that knows where it stands."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any, Literal

import msgspec

from evaluators.errors import SessionInvalid
from storage.intake.times import parse_time

#: A session as the contract writes it, before its types are checked (`evaluators.sessions.convert_session`).
Draft = dict[str, Any]


class BadRecord(msgspec.Struct, frozen=True):
    """A record that was skipped. `path` as the user gave it, `line` from 1 (in a workbook: the row), `field` a
    dotted path or the title of a column. None: the whole file, the whole record.
    """

    path: str
    line: int | None
    field: str | None
    message: str

    def __str__(self) -> str:
        place = self.path if self.line is None else f"{self.path}:{self.line}"
        return f"{place}: {self.field}: {self.message}" if self.field else f"{place}: {self.message}"


class Node:
    """A JSON object and its place in the record, so that what is wrong in it can be named.

    Every getter answers None for a field that is missing or null and raises `SessionInvalid` for one of the
    wrong type.
    """

    __slots__ = ("fields", "path")

    def __init__(self, fields: dict[str, Any], path: str = "") -> None:
        self.fields, self.path = fields, path

    def place(self, name: str) -> str:
        return f"{self.path}.{name}" if self.path else name

    def wrong(self, name: str, expected: str) -> SessionInvalid:
        return SessionInvalid(self.place(name), expected)

    def raw(self, name: str) -> Any:
        return self.fields.get(name)

    def text(self, name: str) -> str | None:
        """A string; a number is written out, an empty string is None (ids come as either)."""
        value = self.fields.get(name)
        if isinstance(value, int) and not isinstance(value, bool):
            return str(value)
        if value is not None and not isinstance(value, str):
            raise self.wrong(name, f"expected a string, got {_kind(value)}")
        return value or None

    def required(self, name: str) -> str:
        value = self.text(name)
        if value is None:
            missing = name not in self.fields
            raise self.wrong(name, "required, but missing" if missing else "expected a non-empty string")
        return value

    def flag(self, name: str) -> bool:
        """true, 1, "1" and "true"; missing is false."""
        value = self.fields.get(name)
        if value in (None, False, 0, "0", "false", ""):
            return False
        if value in (True, 1, "1", "true"):
            return True
        raise self.wrong(name, f"expected true or false, got {value!r}")

    def instant(self, name: str, unit: Literal["s", "ms"] | None = None) -> datetime | None:
        """A time; `unit` is that of an integer (None: told by its size). Without an offset it stays naive."""
        try:
            return parse_time(self.fields.get(name), unit)
        except ValueError as error:
            raise self.wrong(name, str(error)) from error

    def offset(self, name: str) -> timedelta | None:
        """A number of milliseconds."""
        value = self.fields.get(name)
        if value is None:
            return None
        try:
            if not isinstance(value, bool):
                return timedelta(milliseconds=value)
        except (TypeError, OverflowError):
            pass
        raise self.wrong(name, f"expected milliseconds, got {value!r}")

    def texts(self, name: str) -> list[str]:
        """An array of ids; missing is none."""
        value = self.fields.get(name)
        if value is None:
            return []
        if not isinstance(value, list) or not all(type(element) in (str, int) for element in value):
            raise self.wrong(name, "expected an array of ids")
        return [str(element) for element in value]

    def child(self, name: str) -> "Node | None":
        value = self.fields.get(name)
        if value is None:
            return None
        if not isinstance(value, dict):
            raise self.wrong(name, f"expected an object, got {_kind(value)}")
        return Node(value, self.place(name))

    def children(self, name: str) -> "list[Node]":
        """The objects of an array; missing is none."""
        value = self.fields.get(name)
        if value is None:
            return []
        if not isinstance(value, list):
            raise self.wrong(name, f"expected an array, got {_kind(value)}")
        nodes = []
        for index, element in enumerate(value):
            if not isinstance(element, dict):
                raise self.wrong(f"{name}[{index}]", f"expected an object, got {_kind(element)}")
            nodes.append(Node(element, f"{self.place(name)}[{index}]"))
        return nodes


class PartInvalid(SessionInvalid):
    """A part of a session is wrong: without it the session is not whole."""

    def __init__(self, session_id: str, error: SessionInvalid) -> None:
        super().__init__(error.field, error.expected)
        self.session_id = session_id


def drafts(
    nodes: list[Node],
    build: Callable[[Node], Draft | None],
    part_of: Callable[[Node], str | None] = lambda node: None,
) -> Iterator[Draft | SessionInvalid]:
    """The draft of each node; one that is wrong yields its error and does not stop the others.

    `part_of`: the session a node is a part of, as far as that can be told of a wrong one.
    """
    for node in nodes:
        try:
            draft = build(node)
        except SessionInvalid as error:
            session_id = part_of(node)
            yield error if session_id is None else PartInvalid(session_id, error)
        else:
            if draft is not None:
                yield draft


def _kind(value: Any) -> str:
    names = {dict: "an object", list: "an array", str: "a string", bool: "a boolean", type(None): "null"}
    return names.get(type(value), "a number")
