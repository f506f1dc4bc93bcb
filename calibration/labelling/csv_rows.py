"""One row per case, rule and labeller, for spreadsheets: `verdict` empty until somebody fills it in."""

import csv
import io
import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import msgspec

from calibration.errors import LabelsInvalid
from calibration.eval_sets.cases import Label
from calibration.eval_sets.files import told_by
from calibration.labelling.raw import Raw
from calibration.labelling.sheets import Asked, Sheet, chat_line

COLUMNS = (
    "case_id", "rule_id", "title", "chat", "verdict", "message_ids", "note", "labeller", "labelled_at", "source",
    "quotes", "inclusion_probability", "rule_version", "hard", "slices", "session",
)  # fmt: skip
#: What a spreadsheet program would run.
_STARTS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def write_csv(sheets: Iterable[Sheet]) -> bytes:
    """UTF-8 with a byte order mark, so that Excel reads it right."""
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, COLUMNS)
    writer.writeheader()
    for sheet in sheets:
        for row in _rows(sheet):
            writer.writerow({name: _harmless(str(value)) for name, value in row.items()})
    return text.getvalue().encode("utf-8-sig")


def _rows(sheet: Sheet) -> Iterator[dict[str, Any]]:
    case = sheet.case
    shared = {
        "case_id": case.case_id,
        "chat": "\n".join(map(chat_line, case.session.messages)),
        "hard": "true" if case.hard else "",
        "slices": json.dumps(case.slices, ensure_ascii=False) if case.slices else "",
        "session": json.dumps(told_by(case.session), ensure_ascii=False),
    }
    for asked in sheet.asked:
        labels: list[Label | None] = [label for label in case.labels if label.rule_id == asked.rule_id]
        for label in labels or [None]:
            yield shared | {"rule_id": asked.rule_id, "title": asked.title} | _told(asked, label)


def _told(asked: Asked, label: Label | None) -> dict[str, Any]:
    given = msgspec.to_builtins(asked if label is None else label)
    given["message_ids"] = _list(given.get("message_ids", ()))
    given["quotes"] = json.dumps(given["quotes"], ensure_ascii=False) if given.get("quotes") else ""
    return {name: given[name] for name in COLUMNS if given.get(name) is not None and name != "title"}


def _list(ids: Iterable[str]) -> str:
    found = list(ids)
    plain = all(each and not set(each) & set(" ,;[") for each in found)
    return " ".join(found) if plain else json.dumps(found, ensure_ascii=False)


def _harmless(cell: str) -> str:
    return f"'{cell}" if cell.startswith(_STARTS_A_FORMULA) else cell


def _written(cell: str | None) -> str:
    text = (cell or "").strip()
    return text[1:] if text.startswith("'") and text[1:].startswith(_STARTS_A_FORMULA) else text


def read_csv(path: Path, content: bytes) -> Iterator[Raw]:
    """Rows as they are filled in. Raises `LabelsInvalid` for a file that is no such table."""
    try:
        reader = csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline=""))
        names = reader.fieldnames or ()
    except UnicodeDecodeError as error:
        raise LabelsInvalid("is not UTF-8 text: save it as CSV UTF-8", path=str(path)) from error
    missing = [name for name in ("rule_id", "verdict") if name not in names]
    if missing or not {"case_id", "session_id"} & set(names):
        wanted = "rule_id, verdict, and case_id or session_id"
        raise LabelsInvalid(f"expected a table with the columns {wanted}", path=str(path), line=1)
    for row in reader:
        cells = {name: _written(cell) for name, cell in row.items() if isinstance(name, str)}
        yield _raw(path, reader.line_num, {name: cell for name, cell in cells.items() if cell})


def _raw(path: Path, line: int, cells: dict[str, str]) -> Raw:
    label: dict[str, Any] = {name: cells[name] for name in _LABEL if name in cells}
    case: dict[str, Any] = {name: cells[name] for name in ("case_id", "session_id") if name in cells}
    try:
        for name in ("quotes", "slices", "session"):
            if name in cells:
                (label if name == "quotes" else case)[name] = json.loads(cells[name])
        if "message_ids" in cells:
            label["message_ids"] = _ids(cells["message_ids"])
        if "inclusion_probability" in cells:
            label["inclusion_probability"] = float(cells["inclusion_probability"])
    except ValueError as error:
        raise LabelsInvalid(f"cannot be read: {error}", path=str(path), line=line) from error
    if cells.get("hard", "").lower() in ("true", "1", "yes", "是"):
        case["hard"] = True
    labels = (label,) if label.get("verdict") else ()
    return Raw(line, case, labels, open_ones=0 if labels else 1)


def _ids(cell: str) -> list[str]:
    if cell.startswith("["):
        return [str(each) for each in json.loads(cell)]
    return cell.replace(",", " ").replace(";", " ").split()


_LABEL = ("rule_id", "verdict", "labeller", "labelled_at", "source", "note", "rule_version")
