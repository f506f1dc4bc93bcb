"""Where in a TOML text a value is written: `tomllib` forgets it, but messages about a file name the line."""

import re
import tomllib
from bisect import bisect_right
from functools import lru_cache

_BLANK = re.compile(r"(?:[ \t\r\n]|#[^\n]*)*")
_STRING = re.compile(
    r'"""(?:\\.|[^\\])*?"""(?!")' + r"|'''.*?'''(?!')" + r'|"(?:\\.|[^"\\\n])*"' + r"|'[^'\n]*'", re.DOTALL
)
_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")
_ATOM = re.compile(r"[^,\]}#\r\n]+")
_STEP = re.compile(r"\[(\d+)\]|([^.\[\]]+)")

Place = tuple[str | int, ...]


def line_of(text: str, path: str) -> int | None:
    """The line, counted from 1, on which the value at `path` of the TOML document `text` is written.

    `path` is written as in `trigger.message.says.any[2]` (a leading `$.` is fine). Of a value that is
    missing, the line of the nearest table, key or element around it; None if there is none.
    `text` must be a document that `tomllib` reads; else `ValueError`.
    """
    places = _places(text)
    wanted = _steps(path)
    for length in range(len(wanted), 0, -1):
        line = places.get(wanted[:length])
        if line is not None:
            return line
    return None


def _steps(path: str) -> Place:
    """Up to the first part that names nothing in particular (msgspec writes `[...]` for any key of a map)."""
    named = path.removeprefix("$").split("[...]")[0]
    return tuple(int(index) if index else key for index, key in _STEP.findall(named))


@lru_cache(maxsize=8)
def _places(text: str) -> dict[Place, int]:
    scan = _Scan(text)
    scan.document()
    return scan.places


class _Scan:
    """One walk over a valid document that notes the line of every key, table and element."""

    def __init__(self, text: str) -> None:
        self.text, self.at = text, 0
        self.places: dict[Place, int] = {}
        self.elements: dict[Place, int] = {}
        self.newlines = [index for index, char in enumerate(text) if char == "\n"]

    def document(self) -> None:
        table: Place = ()
        while self._skip_blank():
            if self._accept("[["):
                table = self._header(element=True)
            elif self._accept("["):
                table = self._header(element=False)
            else:
                self._pair(table)

    def _header(self, element: bool) -> Place:
        start = self.at
        table: Place = ()
        keys = self._keys()
        for position, key in enumerate(keys):
            table = (*table, key)
            self._note(table, start)
            if element and position == len(keys) - 1:
                self.elements[table] = self.elements.get(table, -1) + 1
            if table in self.elements:
                table = (*table, self.elements[table])
                self._note(table, start)
        self._expect("]]" if element else "]")
        return table

    def _pair(self, table: Place) -> None:
        start, place = self.at, table
        for key in self._keys():
            place = (*place, key)
            self._note(place, start)
        self._expect("=")
        self._value(place)

    def _value(self, place: Place) -> None:
        self._skip_blank()
        self._note(place, self.at)
        if self._accept("["):
            index = 0
            while not self._closed("]"):
                self._value((*place, index))
                index += 1
        elif self._accept("{"):
            while not self._closed("}"):
                self._pair(place)
        else:
            self._match(_STRING if self.text[self.at : self.at + 1] in ("'", '"') else _ATOM)

    def _closed(self, bracket: str) -> bool:
        self._skip_blank()
        if self._accept(","):
            self._skip_blank()
        return self._accept(bracket)

    def _keys(self) -> list[str]:
        keys: list[str] = []
        while True:
            self._skip_blank()
            if self.text[self.at : self.at + 1] in ("'", '"'):
                keys.append(str(tomllib.loads(f"key = {self._match(_STRING)}")["key"]))
            else:
                keys.append(self._match(_BARE_KEY))
            self._skip_blank()
            if not self._accept("."):
                return keys

    def _note(self, place: Place, at: int) -> None:
        self.places.setdefault(place, bisect_right(self.newlines, at - 1) + 1)

    def _skip_blank(self) -> bool:
        """Whether anything is left after blanks and comments."""
        self.at = self._end_of(_BLANK)
        return self.at < len(self.text)

    def _end_of(self, pattern: re.Pattern[str]) -> int:
        match = pattern.match(self.text, self.at)
        if match is None:
            raise ValueError(f"not valid TOML at line {bisect_right(self.newlines, self.at - 1) + 1}")
        return match.end()

    def _match(self, pattern: re.Pattern[str]) -> str:
        start, self.at = self.at, self._end_of(pattern)
        return self.text[start : self.at]

    def _accept(self, token: str) -> bool:
        found = self.text.startswith(token, self.at)
        self.at += len(token) * found
        return found

    def _expect(self, token: str) -> None:
        self._skip_blank()
        if not self._accept(token):
            raise ValueError(
                f"not valid TOML at line {bisect_right(self.newlines, self.at - 1) + 1}: {token!r} expected"
            )
