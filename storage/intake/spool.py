"""Parts of sessions in any order, put together again in a temporary database: memory stays flat."""

import sqlite3
from collections.abc import Iterator
from itertools import groupby
from typing import Any

import msgspec

from evaluators.errors import SessionInvalid
from storage.intake.records import Draft

_LISTS = ("messages", "events", "agents")
_BATCH = 1000


class Joined(msgspec.Struct, frozen=True):
    """A session put together. `lines`: of each message, in order; `line`: of the first part or the error."""

    line: int
    lines: tuple[int, ...]
    draft: Draft | SessionInvalid


class Spool:
    """`newest`: of messages with one id the last is meant (a later state of it); else both stay."""

    def __init__(self, newest: bool = False) -> None:
        self.newest = newest
        # An empty name is a private file of SQLite's own that is gone when the connection closes.
        self.db = sqlite3.connect("", isolation_level=None)
        for pragma in ("journal_mode = OFF", "synchronous = OFF", "cache_size = -8192", "temp_store = FILE"):
            self.db.execute(f"PRAGMA {pragma}")
        self.db.execute("CREATE TABLE sessions (number INTEGER PRIMARY KEY, key TEXT UNIQUE)")
        self.db.execute("CREATE TABLE parts (session INTEGER, line INTEGER, body BLOB, wrong INTEGER)")
        self.db.execute("BEGIN")
        self.encode = msgspec.json.Encoder().encode
        self.latest: tuple[str | None, int] = (None, 0)
        self.latest_part: Draft | None = None
        self.waiting: list[tuple[int, int, bytes, int]] = []

    def __enter__(self) -> "Spool":
        return self

    def __exit__(self, *_: object) -> None:
        self.db.close()

    def add(self, line: int, part: Draft, message: Draft | None = None) -> None:
        """A part of the session it names; `message`: one more, beside those in it."""
        number = self._number(part["session_id"])
        if message is not None:
            # Rows repeat what is the session's: it is kept once.
            known, self.latest_part = part is self.latest_part, part
            part = {"messages": [message]} if known else {**part, "messages": [message]}
        self._keep(number, line, part, 0)

    def add_error(self, line: int, session_id: str, error: SessionInvalid) -> None:
        """A part that cannot be read: without it the session is not whole, and is given up."""
        self._keep(self._number(session_id), line, [error.field, error.expected], 1)

    def joined(self) -> Iterator[Joined]:
        """Sessions in the order in which they first appeared."""
        self._write()
        rows = self.db.execute("SELECT * FROM parts ORDER BY session, rowid")
        for _, parts in groupby(rows, key=lambda row: row[0]):
            yield self._join(list(parts))

    def _number(self, key: str) -> int:
        if key != self.latest[0]:
            found = self.db.execute("SELECT number FROM sessions WHERE key = ?", (key,)).fetchone()
            if found is None:
                found = (self.db.execute("INSERT INTO sessions (key) VALUES (?)", (key,)).lastrowid,)
            self.latest = (key, found[0])
        return self.latest[1]

    def _keep(self, number: int, line: int, body: Any, wrong: int) -> None:
        self.waiting.append((number, line, self.encode(body), wrong))
        if len(self.waiting) == _BATCH:
            self._write()

    def _write(self) -> None:
        self.db.executemany("INSERT INTO parts VALUES (?, ?, ?, ?)", self.waiting)
        self.waiting.clear()

    def _join(self, parts: list[tuple[Any, ...]]) -> Joined:
        whole: Draft = {name: [] for name in _LISTS}
        lines: list[int] = []
        for _, line, body, wrong in parts:
            part = msgspec.json.decode(body)
            if wrong:
                return Joined(line, (), SessionInvalid(*part))
            messages = part.pop("messages", [])
            whole["messages"] += messages
            lines += [line] * len(messages)
            for name in ("events", "agents"):
                whole[name] += [value for value in part.pop(name, []) if value not in whole[name]]
            for name, value in part.items():
                if whole.get(name) is None:
                    whole[name] = value
        if self.newest:
            lines = _keep_newest(whole, lines)
        return Joined(parts[0][1], tuple(lines), whole)


def _keep_newest(draft: Draft, lines: list[int]) -> list[int]:
    """A later state of a message takes its place."""
    kept: dict[str | int, tuple[Draft, int]] = {}
    for index, (message, line) in enumerate(zip(draft["messages"], lines, strict=True)):
        message_id = message.get("message_id")
        kept[index if message_id is None else message_id] = (message, line)
    draft["messages"] = [message for message, _ in kept.values()]
    return [line for _, line in kept.values()]
