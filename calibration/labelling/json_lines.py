"""The project's own shape: a case per line (contract section 5), or a label per line beside a file of sessions."""

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import msgspec

from calibration.errors import LabelsInvalid
from calibration.eval_sets.files import encode_case
from calibration.labelling.raw import Raw
from calibration.labelling.sheets import Sheet, told_label

_CASE = ("case_id", "session", "session_id", "hard", "slices")


def write_json_lines(sheets: Iterable[Sheet]) -> bytes:
    """Cases with their labels; `to_label` says what is asked, and with which probability the case was drawn."""
    lines = []
    for sheet in sheets:
        document = msgspec.json.decode(encode_case(sheet.case))
        document["labels"] = [told_label(label) for label in sheet.case.labels]
        document["to_label"] = msgspec.to_builtins(sheet.asked)
        lines.append(msgspec.json.encode(document) + b"\n")
    return b"".join(lines)


def read_json_lines(path: Path, content: bytes) -> Iterator[Raw]:
    """Raises `LabelsInvalid` for a line that is no JSON object."""
    for number, line in enumerate(content.removeprefix(b"\xef\xbb\xbf").splitlines(), 1):
        if not line.strip():
            continue
        try:
            record = json.loads(line)
        except ValueError as error:
            raise LabelsInvalid(f"not valid JSON: {error}", path=str(path), line=number) from error
        if not isinstance(record, dict):
            raise LabelsInvalid("expected a JSON object", path=str(path), line=number)
        yield _raw(number, record)


def _raw(number: int, record: dict[str, Any]) -> Raw:
    case = {name: record[name] for name in _CASE if name in record}
    if "labels" not in record and "verdict" in record:
        label = {name: value for name, value in record.items() if name not in _CASE}
        return Raw(number, case, (label,))
    labels = tuple(record.get("labels") or ())
    asked = tuple(record.get("to_label") or ())
    said = {label.get("rule_id") for label in labels if isinstance(label, dict)}
    still_open = sum(isinstance(each, dict) and each.get("rule_id") not in said for each in asked)
    return Raw(number, case, labels, asked, still_open)
