"""Labels out of a file in any of the formats: complete, checked, each with its case."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Literal, NamedTuple

import msgspec

from calibration.errors import LabelsInvalid
from calibration.eval_sets.cases import Case, Label
from calibration.eval_sets.files import find_label_problems
from calibration.labelling.csv_rows import read_csv, write_csv
from calibration.labelling.json_lines import read_json_lines, write_json_lines
from calibration.labelling.label_studio import read_label_studio, write_label_studio
from calibration.labelling.raw import Raw
from calibration.labelling.sheets import Asked, Sheet, Wanted, completed_label
from evaluators.errors import SessionInvalid
from evaluators.sessions import convert_session
from evaluators.types import ChatSession

Format = Literal["jsonl", "csv", "label-studio"]
_READ: dict[Format, Callable[[Path, bytes], Iterator[Raw]]] = {
    "jsonl": read_json_lines,
    "csv": read_csv,
    "label-studio": read_label_studio,
}
_WRITE: dict[Format, Callable[[Iterable[Sheet]], bytes]] = {
    "jsonl": write_json_lines,
    "csv": write_csv,
    "label-studio": write_label_studio,
}
_SUFFIXES: dict[str, Format] = {".jsonl": "jsonl", ".csv": "csv", ".json": "label-studio"}
FORMATS = tuple(_READ)


class Defaults(NamedTuple):
    """What the file does not say. `sessions`: by id, for labels that only name their session."""

    labeller: str | None = None
    source: str | None = None
    sessions: Mapping[str, ChatSession] = {}


class Labelled(NamedTuple):
    """What was read: the cases with the labels found for them, rules left open, and what could not be used."""

    cases: list[Case]
    open_ones: int
    problems: list[LabelsInvalid]


def format_of(path: Path, format: Format | None) -> Format:
    """The format named, else the one of the suffix. Raises `LabelsInvalid`."""
    found = format or _SUFFIXES.get(path.suffix.lower())
    if found is None:
        raise LabelsInvalid(
            f"expected .jsonl, .csv or .json, or --format {'|'.join(FORMATS)}", path=str(path)
        )
    return found


def write_sheets(sheets: Iterable[Sheet], path: Path, format: Format | None = None) -> bytes:
    """The sheets in that format, or in the one that the name of the file to be written says."""
    return _WRITE[format_of(path, format)](sheets)


def read_labels(path: Path, defaults: Defaults, format: Format | None = None) -> Labelled:
    """Everything in the file. A record that cannot be used is a problem with its line; the rest is read.

    Raises `LabelsInvalid` where the file as a whole cannot.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise LabelsInvalid(f"cannot be read: {error.strerror}", path=str(path)) from error
    cases: dict[str, Case] = {}
    problems: list[LabelsInvalid] = []
    open_ones = 0
    for raw in _READ[format_of(path, format)](path, content):
        open_ones += raw.open_ones
        try:
            found = _case(path, raw, defaults)
        except LabelsInvalid as problem:
            problems.append(problem)
            continue
        known = cases.get(found.case_id)
        labels = found.labels if known is None else (*known.labels, *found.labels)
        cases[found.case_id] = msgspec.structs.replace(known or found, labels=labels)
    return Labelled(list(cases.values()), open_ones, problems)


def _case(path: Path, raw: Raw, defaults: Defaults) -> Case:
    try:
        session = _session(raw, defaults)
        asked = msgspec.convert(raw.asked, tuple[Asked, ...])
        labels = tuple(_label(each, at, asked, defaults) for at, each in enumerate(raw.labels))
        given = {name: raw.case[name] for name in ("hard", "slices") if name in raw.case}
        slices = msgspec.convert(given.get("slices", {}), dict[str, str])
    except SessionInvalid as error:
        field = f"session.{error.field}" if error.field else "session"
        raise LabelsInvalid(error.expected, path=str(path), line=raw.line, field=field) from error
    except msgspec.ValidationError as error:
        raise LabelsInvalid(str(error), path=str(path), line=raw.line) from error
    case_id = str(raw.case.get("case_id") or session.session_id)
    hard = bool(given.get("hard", False))
    case = Case(case_id=case_id, session=session, labels=labels, hard=hard, slices=slices)
    for field, reason in find_label_problems(case):
        raise LabelsInvalid(reason, path=str(path), line=raw.line, field=field)
    return case


def _session(raw: Raw, defaults: Defaults) -> ChatSession:
    if "session" in raw.case:
        return convert_session(raw.case["session"])
    session_id = raw.case.get("session_id") or raw.case.get("case_id")
    known = defaults.sessions.get(str(session_id))
    if known is None:
        raise SessionInvalid(
            "", f"no session {session_id!r}: it must be in the file or in that of --sessions"
        )
    return known


def _label(written: object, at: int, asked: tuple[Asked, ...], defaults: Defaults) -> Label:
    try:
        wanted = msgspec.convert(written, Wanted)
        return completed_label(wanted, asked, defaults.labeller, defaults.source)
    except msgspec.ValidationError as error:
        raise msgspec.ValidationError(f"labels[{at}]: {error}") from error
