"""One input: a file, a pipe or standard input, that can be looked into before it is read."""

import codecs
import io
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO, TextIO, cast

from storage.errors import IntakeError

#: How much is looked at to tell what a file is.
HEAD_BYTES = 65_536
_CHUNK = 1 << 20
_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


class Source:
    """`path`: as the user gave it. `head`: the first bytes. Opened by `with`, then read once."""

    def __init__(self, path: Path | str) -> None:
        self.path = str(path)
        self.suffix = Path(self.path).suffix.lower() if path != "-" else ""
        self.seekable = path != "-" and Path(path).is_file()
        self.head = b""

    def __enter__(self) -> "Source":
        try:
            self._stream: BinaryIO = sys.stdin.buffer if self.path == "-" else Path(self.path).open("rb")
            self.head = _head(self._stream, whole=self.seekable)
        except OSError as error:
            raise IntakeError(f"cannot be read: {error.strerror}", path=self.path) from error
        return self

    def __exit__(self, *_: object) -> None:
        if self.path != "-":
            self._stream.close()

    def error(self, message: str, line: int | None = None) -> IntakeError:
        return IntakeError(message, path=self.path, line=line)

    def undecodable(self, error: UnicodeDecodeError) -> IntakeError:
        wrong = error.object[error.start : error.start + 4]
        return self.error(f"not {error.encoding}: {error.reason}, {wrong!r}")

    def binary(self) -> BinaryIO:
        """All bytes, from the first, without the mark of UTF-8."""
        if self.head.startswith(_UTF16):
            raise self.error("expected UTF-8, but this is UTF-16: save it as UTF-8")
        self.head = self.head.removeprefix(codecs.BOM_UTF8)
        return cast(BinaryIO, io.BufferedReader(_Joined(self.head, self._stream), _CHUNK))

    @contextmanager
    def file(self) -> Iterator[BinaryIO]:
        """A file that can be sought in, at its start; a pipe is copied to a temporary one first."""
        if self.seekable:
            self._stream.seek(0)
            yield self._stream
            return
        with tempfile.TemporaryFile() as copy:
            copy.write(self.head)
            shutil.copyfileobj(self._stream, copy, _CHUNK)
            copy.seek(0)
            yield cast(BinaryIO, copy)

    @contextmanager
    def text(self, encoding: str | None = None) -> Iterator[TextIO]:
        """All text. Without `encoding`: what a mark says, else UTF-8, else GB18030."""
        with self.file() as file:
            name = encoding or self._encoding_of(file)
            file.seek(0)
            text = io.TextIOWrapper(file, encoding=name, newline="")
            try:
                yield text
            except UnicodeDecodeError as error:
                raise self.undecodable(error) from error
            finally:
                text.detach()

    def head_lines(self, encoding: str | None = None) -> list[str]:
        """The first lines, to tell what they are; without the last, which may be cut off."""
        for name in (
            (encoding, "utf-16") if self.head.startswith(_UTF16) else (encoding, "utf-8-sig", "gb18030")
        ):
            if name is None:
                continue
            try:
                text = codecs.getincrementaldecoder(name)().decode(self.head)
            except UnicodeDecodeError:
                continue
            lines = text.splitlines(keepends=True)
            return lines[:-1] if len(self.head) >= HEAD_BYTES else lines
        return []

    def _encoding_of(self, file: BinaryIO) -> str:
        if self.head.startswith(_UTF16):
            return "utf-16"
        line = 0
        for encoding in ("utf-8-sig", "gb18030"):
            file.seek(0)
            bad = _first_bad_line(file, encoding)
            if bad is None:
                return encoding
            line = max(line, bad)
        raise self.error("neither UTF-8 nor GB18030: name the encoding in a mapping", line)


class _Joined(io.RawIOBase):
    """A stream whose first bytes were already taken."""

    def __init__(self, head: bytes, rest: BinaryIO) -> None:
        self.head, self.rest = head, rest

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        taken = self.head[: len(buffer)] or cast(Any, self.rest).read1(len(buffer))
        self.head = self.head[len(taken) :]
        buffer[: len(taken)] = taken
        return len(taken)


def _head(stream: BinaryIO, whole: bool) -> bytes:
    """The first bytes; of a pipe no more than it takes to see a line, so that a slow one may go on."""
    head = b""
    while len(head) < HEAD_BYTES:
        more = cast(Any, stream).read1(HEAD_BYTES - len(head))
        head += more
        if not more or (not whole and b"\n" in head.lstrip()):
            break
    return head


def _first_bad_line(file: BinaryIO, encoding: str) -> int | None:
    decoder = codecs.getincrementaldecoder(encoding)()
    line = 1
    while True:
        chunk = file.read(_CHUNK)
        try:
            line += decoder.decode(chunk, final=not chunk).count("\n")
        except UnicodeDecodeError as error:
            return line + error.object[: error.start].count(b"\n")
        if not chunk:
            return None
