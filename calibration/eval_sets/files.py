"""Eval sets as files: read with every mistake named by file, line and field; written whole or not at all."""

import hashlib
import json
import os
import tempfile
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec

from calibration.errors import EvalSetInvalid, EvalSetNotFound
from calibration.eval_sets.cases import Case, EvalSet, SetInfo, Split
from calibration.eval_sets.meaning import load_changes
from evaluators.errors import SessionInvalid
from evaluators.sessions import completed
from evaluators.types import ChatSession

FOLDER = Path(__file__).parents[2] / "eval_sets"
_cases = msgspec.json.Decoder(Case)
_encode = msgspec.json.Encoder().encode


def set_names(folder: Path = FOLDER) -> list[str]:
    """The sets in a folder."""
    return sorted(path.parent.name for path in folder.glob("*/set.toml"))


def place_of(name: str, folder: Path = FOLDER) -> Path:
    """The folder of a set, by name or as a path. Raises `EvalSetNotFound`."""
    place = Path(name) if Path(name).is_dir() else folder / name
    if not (place / "set.toml").is_file():
        raise EvalSetNotFound(
            f"no eval set {name!r} in {folder}; there are: {', '.join(set_names(folder)) or 'none'}"
        )
    return place


def load_eval_set(name: str, split: Split, folder: Path = FOLDER) -> EvalSet:
    """One split. Raises `EvalSetNotFound`, or `EvalSetInvalid` naming file, line and field."""
    place = place_of(name, folder)
    path = place / f"{split}.jsonl"
    try:
        content = path.read_bytes()
    except OSError as error:
        raise EvalSetInvalid(f"cannot be read: {error.strerror}", path=str(path)) from error
    cases = tuple(read_cases(path, content.splitlines()))
    version = "sha256:" + hashlib.sha256(content).hexdigest()
    return EvalSet(place.name, split, load_info(place), cases, version, load_changes(place))


def load_info(place: Path) -> SetInfo:
    """What `set.toml` says. Raises `EvalSetInvalid`."""
    path = place / "set.toml"
    try:
        return msgspec.convert(tomllib.loads(path.read_text("utf-8")), SetInfo)
    except (ValueError, msgspec.ValidationError) as error:
        raise EvalSetInvalid(str(error), path=str(path)) from error


def write_splits(place: Path, splits: Mapping[Split, Iterable[Case]]) -> None:
    """The files of the set in `place`. Both are ready before the first takes its name."""
    drafts: dict[Path, str] = {}
    try:
        for split, cases in splits.items():
            path = place / f"{split}.jsonl"
            descriptor, drafts[path] = tempfile.mkstemp(dir=place, prefix=f".{path.name}.")
            with os.fdopen(descriptor, "wb") as file:
                file.writelines(encode_case(case) + b"\n" for case in cases)
            os.chmod(drafts[path], 0o644)
        for path, draft in drafts.items():
            os.replace(draft, path)
    finally:
        for draft in drafts.values():
            Path(draft).unlink(missing_ok=True)


def make_set(place: Path, info: SetInfo) -> None:
    """A new, empty set."""
    place.mkdir(parents=True)
    fields = {name: getattr(info, name) for name in info.__struct_fields__}
    lines = [f"{name} = {json.dumps(value, ensure_ascii=False)}" for name, value in fields.items() if value]
    (place / "set.toml").write_text("\n".join(lines) + "\n", "utf-8")
    for split in ("dev", "test"):
        (place / f"{split}.jsonl").touch()


def encode_case(case: Case) -> bytes:
    """One case as JSON, without the fields of the session that say nothing."""
    return _encode({**msgspec.to_builtins(case), "session": told_by(case.session)})


def told_by(session: ChatSession) -> dict[str, Any]:
    """The session as the contract writes it, without empty fields."""
    told: dict[str, Any] = _without_empty(msgspec.to_builtins(session))
    return told


def _without_empty(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _without_empty(each) for key, each in value.items() if each not in (None, [], {}, ())}
    if isinstance(value, list | tuple):
        return [_without_empty(each) for each in value]
    return value


def read_cases(path: Path, lines: Sequence[bytes]) -> Iterable[Case]:
    """The cases of a file's lines. Raises `EvalSetInvalid` naming file, line and field."""
    seen: dict[str, int] = {}
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        case = read_case(path, number, line)
        if case.case_id in seen:
            raise EvalSetInvalid(
                f"{case.case_id!r} stands in line {seen[case.case_id]} already",
                path=str(path), line=number, field="case_id",
            )  # fmt: skip
        seen[case.case_id] = number
        yield case


def read_case(path: Path, number: int, line: bytes) -> Case:
    """One case. Raises `EvalSetInvalid` naming file, line and field."""
    case = decode_case(path, number, line)
    for field, reason in find_label_problems(case):
        raise EvalSetInvalid(reason, path=str(path), line=number, field=field)
    return case


def decode_case(path: Path, number: int, line: bytes) -> Case:
    """One case whose shape is right, whatever its labels cite. Raises `EvalSetInvalid`."""
    try:
        case = _cases.decode(line)
        return msgspec.structs.replace(case, session=completed(case.session))
    except msgspec.MsgspecError as error:
        raise EvalSetInvalid(str(error), path=str(path), line=number) from error
    except SessionInvalid as error:
        field = f"session.{error.field}"
        raise EvalSetInvalid(error.expected, path=str(path), line=number, field=field) from error


def find_label_problems(case: Case) -> Iterable[tuple[str, str]]:
    """Field and reason of every message that a label cites and the session does not have, or of a quote."""
    texts = {message.message_id: message.text for message in case.session.messages}
    for place, label in enumerate(case.labels):
        for message_id in label.message_ids:
            if message_id not in texts:
                yield f"labels[{place}].message_ids", f"no message {message_id!r} in the session"
        for quote in label.quotes:
            if not any(quote in texts.get(each, "") for each in label.message_ids):
                yield f"labels[{place}].quotes", f"{quote!r} is in none of the messages cited"
