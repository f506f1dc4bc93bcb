"""JSON values out of a stream, one at a time, each with the line it starts on: memory for one."""

import codecs
import json
import re
from collections.abc import Iterator
from typing import BinaryIO, NoReturn

#: A record larger than this is refused: it would have to be held whole.
MAX_RECORD_CHARS = 64 << 20
_CHUNK = 1 << 18
_BLANK = re.compile(r"[ \t\r\n]*")
#: A value cut off this close to the end of what was read may look broken and not be: `-Infini`, `\ud83d\ude`.
_DOUBTFUL_CHARS = 16


class JsonBroken(ValueError):
    """The text stops being JSON at `line`; what follows cannot be told apart any more."""

    def __init__(self, line: int, message: str) -> None:
        self.line = line
        super().__init__(message)


def lines(stream: BinaryIO) -> Iterator[tuple[int, bytes]]:
    """JSON Lines: every line that is not blank, undecoded."""
    for number, line in enumerate(stream, 1):
        if not line.isspace():
            yield number, line


def elements(stream: BinaryIO) -> Iterator[tuple[int, bytes]]:
    """The elements of an array, or the values that follow one another. Raises `JsonBroken`."""
    text = _Window(stream)
    if text.peek() != "[":
        while text.peek():
            yield text.value()
        return
    text.skip()
    if text.peek() == "]":
        text.skip()
    else:
        yield text.value()
        while (mark := text.peek()) == ",":
            text.skip()
            yield text.value()
        if mark != "]":
            text.broken("expected , or ] after an element of the array")
        text.skip()
    if text.peek():
        text.broken("expected nothing after the array")


class _Window:
    """The part of the text that is being read: it moves on, and grows only to hold one value."""

    def __init__(self, stream: BinaryIO) -> None:
        self.stream = stream
        self.decode = codecs.getincrementaldecoder("utf-8")().decode
        self.scan = json.JSONDecoder().raw_decode
        self.text, self.at, self.line = "", 0, 1
        self.ended = self.undecodable = False

    def broken(self, message: str) -> NoReturn:
        raise JsonBroken(self.line, message)

    def peek(self) -> str:
        """The next character that is not blank; empty at the end."""
        while True:
            match = _BLANK.match(self.text, self.at)
            assert match is not None, "the pattern matches any text"
            self._advance(match.end())
            if self.at < len(self.text):
                return self.text[self.at]
            if self.ended:
                return ""
            self._more(_CHUNK)

    def skip(self) -> None:
        self._advance(self.at + 1)

    def value(self) -> tuple[int, bytes]:
        """The next value as it is written, and its line."""
        if not self.peek():
            self.broken("the file ends where a value was expected")
        wanted = _CHUNK
        while True:
            end = self._end_of_value()
            if end is not None:
                break
            self._more(wanted)
            # Doubling keeps the cost of starting over on a long value in proportion to its length.
            wanted *= 2
        line, value = self.line, self.text[self.at : end]
        self._advance(end)
        return line, value.encode("utf-8", "surrogatepass")

    def _end_of_value(self) -> int | None:
        """Where the value at hand ends; None if more of it must be read first."""
        try:
            _, end = self.scan(self.text, self.at)
        except json.JSONDecodeError as error:
            cut_off = (
                error.msg.startswith("Unterminated string") or error.pos >= len(self.text) - _DOUBTFUL_CHARS
            )
            if cut_off and not self.ended:
                return None
            line = self.line + self.text.count("\n", self.at, error.pos)
            raise JsonBroken(line, f"not valid JSON: {error.msg}") from error
        except RecursionError as error:
            raise JsonBroken(self.line, "not valid JSON: nested too deeply") from error
        return end if end < len(self.text) or self.ended else None

    def _advance(self, end: int) -> None:
        self.line += self.text.count("\n", self.at, end)
        self.at = end

    def _more(self, size: int) -> None:
        if len(self.text) - self.at > MAX_RECORD_CHARS:
            self.broken(
                f"a record of more than {MAX_RECORD_CHARS >> 20} MiB: write one session per line (JSONL)"
            )
        if self.undecodable:
            raise JsonBroken(self.line + self.text.count("\n", self.at), "not UTF-8")
        chunk = self.stream.read(size)
        try:
            more = self.decode(chunk, final=not chunk)
            self.ended = not chunk
        except UnicodeDecodeError as error:
            # What stands before it is still read; the next wish for more finds out.
            more = str(error.object[: error.start], "utf-8")
            self.undecodable = True
        self.text = self.text[self.at :] + more
        self.at = 0
