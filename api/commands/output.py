"""Files that are there whole or not at all, and what is said on the way."""

import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from typing import BinaryIO, Protocol

from prompts.errors import FileError


@contextmanager
def written(path: Path | None) -> Iterator[BinaryIO]:
    """A file to write bytes to; standard output for None. A file appears under its name when it is complete.

    What is no ordinary file (a pipe, /dev/null) is written directly. Raises `FileError`.
    """
    if path is None:
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
        return
    try:
        if path.exists() and not path.is_file():
            with path.open("wb") as file:
                yield file
            return
        with _replacing(path) as file:
            yield file
    except OSError as error:
        if error.filename is None:
            raise
        raise FileError(f"cannot be written: {error.strerror}", path=str(path)) from error


@contextmanager
def _replacing(path: Path) -> Iterator[BinaryIO]:
    descriptor, draft = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(descriptor, "wb") as file:
            yield file
        os.chmod(draft, path.stat().st_mode if path.exists() else 0o666 & ~_umask())
        os.replace(draft, path)
    except BaseException:
        Path(draft).unlink(missing_ok=True)
        raise


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


#: Exit status: done, but something was found: a bad record, a failed check.
FOUND_SOMETHING = 2


class Progress(Protocol):
    """Counts what is done."""

    def advance(self) -> None:
        """One more."""
        ...


class _Silent:
    def advance(self) -> None:
        return


Line = Callable[[int], str]


def progress(
    what: str, line: Line | None = None, *, total: int | None = None
) -> AbstractContextManager[Progress]:
    """Shown on standard error if that is a terminal; nothing otherwise.

    `line`: what to say after so many; else how many there are, and with `total` out of how many.
    """
    if not sys.stderr.isatty():
        return nullcontext(_Silent())
    out_of = "" if total is None else f"/{total:,}"
    return _shown(line or (lambda count: f"{what} {count:,}{out_of}"))


@contextmanager
def _shown(line: Line) -> Iterator[Progress]:
    # Imported here: in a pipe nobody sees a progress bar, and the start must stay short.
    from rich.console import Console
    from rich.progress import Progress as Bar
    from rich.progress import ProgressColumn, SpinnerColumn, Task, TimeElapsedColumn
    from rich.text import Text

    class Told(ProgressColumn):
        """Asked again with every picture: what it says changes while nothing is done."""

        def render(self, task: Task) -> Text:
            return Text(line(int(task.completed)))

    console = Console(stderr=True)
    with Bar(SpinnerColumn(), TimeElapsedColumn(), Told(), console=console, transient=True) as bar:
        yield _Counter(bar, bar.add_task("", total=None))


class _Counter:
    """Tells the bar ten times a second at most: telling it of each session would cost more than inspecting."""

    def __init__(self, bar: object, task: object) -> None:
        self._bar, self._task = bar, task
        self._count, self._told = 0, 0.0

    def advance(self) -> None:
        self._count += 1
        now = time.monotonic()
        if now - self._told > 0.1:
            self._told = now
            self._bar.update(self._task, completed=self._count)  # type: ignore[attr-defined]


def say(message: str) -> None:
    """A message for people, on standard error."""
    print(message, file=sys.stderr)


def skipped(records: int) -> int:
    """The exit status when so many records were skipped; says so if there were any."""
    if not records:
        return 0
    say(f"{records:,} record{'s' if records > 1 else ''} skipped, see above")
    return FOUND_SOMETHING
