"""Eval sets: labelled cases in a folder `eval_sets/<name>/` with `dev.jsonl`, `test.jsonl` and `set.toml`.

Labels are facts: several labellers on one case are all kept, none is merged into another.
"""

import hashlib
import tomllib
from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Annotated, Literal

import msgspec
from msgspec import Meta, Struct

from calibration.errors import EvalSetInvalid, EvalSetNotFound
from evaluators.errors import SessionInvalid
from evaluators.sessions import completed
from evaluators.types import ChatSession

FOLDER = Path(__file__).parents[1] / "eval_sets"
Split = Literal["dev", "test"]
Source = Literal["constructed", "human_random", "human_flagged", "appeal"]


class Label(Struct, frozen=True, kw_only=True):
    """One labeller's verdict on one rule (or act) in one session. `message_ids`: where it shows."""

    rule_id: str
    verdict: Literal["hit", "no_hit", "not_applicable"]
    labeller: str
    source: Source
    message_ids: tuple[str, ...] = ()
    labelled_at: datetime | None = None
    note: str = ""
    inclusion_probability: Annotated[float, Meta(gt=0, le=1)] | None = None


class Case(Struct, frozen=True, kw_only=True):
    """A session with its labels. `hard`: a negative that resembles a hit."""

    case_id: str
    session: ChatSession
    labels: tuple[Label, ...]
    hard: bool = False
    slices: dict[str, str] = {}

    def expected(self, rule_id: str) -> str | None:
        """What most labellers say of the rule; None without a label or without a majority."""
        said = Counter(label.verdict for label in self.labels if label.rule_id == rule_id).most_common(2)
        if not said or (len(said) == 2 and said[0][1] == said[1][1]):
            return None
        return said[0][0]


class SetInfo(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`set.toml`: what the set is about and where its labels come from."""

    title: str
    rules: tuple[str, ...] = ()
    source: Source = "constructed"
    note: str = ""
    title_en: str = ""


class EvalSet(Struct, frozen=True):
    """One split of a set. `version`: `sha256:…` of the file's bytes."""

    name: str
    split: str
    info: SetInfo
    cases: tuple[Case, ...]
    version: str

    def rules(self) -> tuple[str, ...]:
        """The rules and acts that have labels, in order of first appearance."""
        return tuple(dict.fromkeys(label.rule_id for case in self.cases for label in case.labels))


_cases = msgspec.json.Decoder(Case)


def set_names(folder: Path = FOLDER) -> list[str]:
    """The sets in a folder."""
    return sorted(path.parent.name for path in folder.glob("*/set.toml"))


def load_eval_set(name: str, split: Split, folder: Path = FOLDER) -> EvalSet:
    """One split. Raises `EvalSetNotFound`, or `EvalSetInvalid` naming file, line and field."""
    place = Path(name) if Path(name).is_dir() else folder / name
    if not (place / "set.toml").is_file():
        raise EvalSetNotFound(
            f"no eval set {name!r} in {folder}; there are: {', '.join(set_names(folder)) or 'none'}"
        )
    path = place / f"{split}.jsonl"
    try:
        content = path.read_bytes()
    except OSError as error:
        raise EvalSetInvalid(f"cannot be read: {error.strerror}", path=str(path)) from error
    cases = tuple(_read_cases(path, content.splitlines()))
    return EvalSet(
        place.name, split, _info(place / "set.toml"), cases, "sha256:" + hashlib.sha256(content).hexdigest()
    )


def _info(path: Path) -> SetInfo:
    try:
        return msgspec.convert(tomllib.loads(path.read_text("utf-8")), SetInfo)
    except (ValueError, msgspec.ValidationError) as error:
        raise EvalSetInvalid(str(error), path=str(path)) from error


def _read_cases(path: Path, lines: Iterable[bytes]) -> Iterable[Case]:
    seen: dict[str, int] = {}
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        case = _read_case(path, number, line)
        if case.case_id in seen:
            raise EvalSetInvalid(
                f"{case.case_id!r} stands in line {seen[case.case_id]} already",
                path=str(path),
                line=number,
                field="case_id",
            )
        seen[case.case_id] = number
        yield case


def _read_case(path: Path, number: int, line: bytes) -> Case:
    try:
        case = _cases.decode(line)
    except msgspec.MsgspecError as error:
        raise EvalSetInvalid(str(error), path=str(path), line=number) from error
    try:
        session = completed(case.session)
    except SessionInvalid as error:
        raise EvalSetInvalid(
            error.expected, path=str(path), line=number, field=f"session.{error.field}"
        ) from error
    ids = {message.message_id for message in session.messages}
    for place, label in enumerate(case.labels):
        unknown = [message_id for message_id in label.message_ids if message_id not in ids]
        if unknown:
            field = f"labels[{place}].message_ids"
            raise EvalSetInvalid(
                f"no message {unknown[0]!r} in the session", path=str(path), line=number, field=field
            )
    return msgspec.structs.replace(case, session=session)
