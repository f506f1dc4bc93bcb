"""Runs on disk: `runs/<id>/` with `pins.json`, `cases.jsonl` and, when it is done, `report.json`.

Every attempt is written as soon as there is a verdict. A run that was killed goes on where it was; a verdict whose
rule, session, judge, parameters and attempt are the same as in any earlier run is taken from there.
"""

import fcntl
import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

import msgspec

from calibration.errors import RunInvalid
from calibration.runs.judged import Attempt
from calibration.runs.pins import Pins
from calibration.runs.report import NAME as REPORT
from calibration.runs.report import RunReport, encoded

FOLDER = "runs"
_CASES, _PINS = "cases.jsonl", "pins.json"
_encode = msgspec.json.Encoder().encode
_attempt = msgspec.json.Decoder(Attempt).decode


class OpenRun:
    """A run under way. `reused`: verdicts taken from earlier runs so far; `kept`: new ones."""

    def __init__(self, place: Path, file: BinaryIO, known: dict[str, Attempt]) -> None:
        self.place, self.run_id = place, place.name
        self.reused = self.kept = 0
        self._file, self._known = file, known

    def has(self, key: str) -> bool:
        """Whether there is a verdict already."""
        return key in self._known

    def known(self, key: str) -> Attempt | None:
        """The verdict there is already."""
        found = self._known.get(key)
        self.reused += found is not None
        return found

    def keep(self, attempt: Attempt) -> None:
        """Writes a verdict down; a failure is written, but asked for again the next time."""
        self._file.write(_encode(attempt) + b"\n")
        self._file.flush()
        self.kept += 1
        if attempt.lasts:
            self._known[attempt.key] = attempt

    def finish(self, reports: list[RunReport]) -> Path:
        """Writes the report: from now on the run is done."""
        path = self.place / REPORT
        draft = path.with_name(f".{REPORT}")
        draft.write_bytes(encoded(reports))
        os.replace(draft, path)
        return path


@contextmanager
def open_run(state: Path, pins: Pins, *, fresh: bool = False) -> Iterator[OpenRun]:
    """A run in the state folder: the unfinished one with the same pins, else a new one.

    `fresh`: nothing of earlier runs is used. Raises `RunInvalid` where the folder cannot be used.
    """
    try:
        folder = state / FOLDER
        folder.mkdir(parents=True, exist_ok=True)
        place, file = _unfinished(folder, pins) or _new(folder, pins)
    except OSError as error:
        raise RunInvalid(f"cannot be used: {error.strerror}", path=str(state)) from error
    with file:
        yield OpenRun(place, file, {} if fresh else _attempts(folder))


def _unfinished(folder: Path, pins: Pins) -> tuple[Path, BinaryIO] | None:
    for path in sorted(folder.glob(f"*/{_PINS}"), reverse=True):
        if (path.parent / REPORT).exists() or path.read_bytes() != _encode(pins):
            continue
        file = (path.parent / _CASES).open("r+b")
        if _locked(file):
            # A line that was being written when the process was killed is no verdict.
            file.truncate(file.read().rfind(b"\n") + 1)
            file.seek(0, os.SEEK_END)
            return path.parent, file
        file.close()
    return None


def _new(folder: Path, pins: Pins) -> tuple[Path, BinaryIO]:
    name = f"{datetime.now(UTC):%Y%m%dT%H%M%S}-{hashlib.sha256(_encode(pins)).hexdigest()[:8]}"
    place, number = folder / name, 1
    while place.exists():
        number += 1
        place = folder / f"{name}-{number}"
    place.mkdir()
    file = (place / _CASES).open("xb")
    _locked(file)
    (place / _PINS).write_bytes(_encode(pins))
    return place, file


def _locked(file: BinaryIO) -> bool:
    """Whether nobody else writes this run; the lock goes with the process."""
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _attempts(folder: Path) -> dict[str, Attempt]:
    """Every verdict of earlier runs that lasts, by key; the newest run wins."""
    known: dict[str, Attempt] = {}
    for path in sorted(folder.glob(f"*/{_CASES}")):
        content = path.read_bytes()
        for number, line in enumerate(content[: content.rfind(b"\n") + 1].splitlines(), 1):
            try:
                attempt = _attempt(line)
            except msgspec.MsgspecError as error:
                raise RunInvalid(str(error), path=str(path), line=number) from error
            if attempt.lasts:
                known[attempt.key] = attempt
    return known


def list_runs(state: Path) -> list[Path]:
    """The folders of all runs that are done, oldest first."""
    return sorted(path.parent for path in (state / FOLDER).glob(f"*/{REPORT}"))


def find_run(state: Path, name: str) -> Path:
    """A run by its id, or `last`; else the path of its folder or report. Raises `RunInvalid`."""
    runs = list_runs(state)
    if name == "last" and runs:
        return runs[-1]
    found = next((place for place in runs if place.name == name), Path(name))
    if not found.exists():
        known = ", ".join(place.name for place in runs[-5:]) or "none"
        raise RunInvalid(f"no such run or file; the latest runs here: {known}", path=name)
    return found
