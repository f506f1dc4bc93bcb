"""Label Studio's JSON: a task per case and rule, the chat as a dialogue in which evidence is marked.

The labelling interface that goes with it is `INTERFACE`.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import msgspec

from calibration.errors import LabelsInvalid
from calibration.eval_sets.cases import Label
from calibration.eval_sets.files import told_by
from calibration.labelling.raw import Raw
from calibration.labelling.sheets import WHO, Asked, Sheet, told_label
from evaluators.types import ChatSession

_META = ("source", "inclusion_probability", "rule_version")
INTERFACE = """\
<View>
  <Header value="$title ($rule_id)"/>
  <ParagraphLabels name="evidence" toName="dialogue"><Label value="evidence"/></ParagraphLabels>
  <Paragraphs name="dialogue" value="$dialogue" layout="dialogue" nameKey="author" textKey="text"/>
  <Choices name="verdict" toName="dialogue" choice="single" required="true">
    <Choice value="hit"/><Choice value="no_hit"/><Choice value="not_applicable"/>
  </Choices>
  <TextArea name="note" toName="dialogue" maxSubmissions="1"/>
</View>
"""


def write_label_studio(sheets: Iterable[Sheet]) -> bytes:
    """A list of tasks; labels that are there already become annotations."""
    tasks = [_task(sheet, asked) for sheet in sheets for asked in sheet.asked]
    return json.dumps(tasks, ensure_ascii=False, indent=1).encode() + b"\n"


def _task(sheet: Sheet, asked: Asked) -> dict[str, Any]:
    case = sheet.case
    dialogue = [
        {
            "author": WHO[each.sender],
            "text": each.text or f"<{each.content_type}>",
            "message_id": each.message_id,
        }
        for each in case.session.messages
    ]
    data = {
        "case_id": case.case_id, "rule_id": asked.rule_id, "title": asked.title or asked.rule_id,
        "dialogue": dialogue, "session": told_by(case.session), "asked": msgspec.to_builtins(asked),
        "hard": case.hard, "slices": case.slices,
    }  # fmt: skip
    labels = [label for label in case.labels if label.rule_id == asked.rule_id]
    return {"data": data, "annotations": [_annotation(label, case.session) for label in labels]}


def _annotation(label: Label, session: ChatSession) -> dict[str, Any]:
    shared = {"to_name": "dialogue"}
    result: list[dict[str, Any]] = [
        shared | {"from_name": "verdict", "type": "choices", "value": {"choices": [label.verdict]}}
    ]
    for at, message in enumerate(session.messages):
        if message.message_id in label.message_ids:
            quote = next((each for each in label.quotes if each in message.text), message.text)
            start = message.text.find(quote)
            value = {
                "start": str(at), "end": str(at), "startOffset": start, "endOffset": start + len(quote),
                "text": quote, "paragraphlabels": ["evidence"],
            }  # fmt: skip
            result.append(shared | {"from_name": "evidence", "type": "paragraphlabels", "value": value})
    if label.note:
        note = {"text": [label.note]}
        result.append(shared | {"from_name": "note", "type": "textarea", "value": note})
    told = told_label(label)
    return {
        "completed_by": {"email": label.labeller}, "created_at": told.get("labelled_at"), "result": result,
        "meta": {name: told[name] for name in _META},
    }  # fmt: skip


def read_label_studio(path: Path, content: bytes) -> Iterator[Raw]:
    """The tasks of an export. Raises `LabelsInvalid` for what is no list of tasks; a skipped task stays open."""
    try:
        tasks = json.loads(content)
    except ValueError as error:
        raise LabelsInvalid(f"not valid JSON: {error}", path=str(path)) from error
    if not isinstance(tasks, list):
        raise LabelsInvalid("expected a list of Label Studio tasks", path=str(path))
    for number, task in enumerate(tasks, 1):
        try:
            yield _raw(number, task)
        except (KeyError, TypeError, ValueError, IndexError, AttributeError) as error:
            raise LabelsInvalid(f"no task of ours: {error!r}", path=str(path), line=number) from error


def _raw(number: int, task: dict[str, Any]) -> Raw:
    data = task["data"]
    case = {name: data[name] for name in ("case_id", "session", "hard", "slices") if name in data}
    done = [each for each in task.get("annotations") or () if not each.get("was_cancelled")]
    labels = tuple(found for each in done for found in _labels(each, data))
    return Raw(number, case, labels, (data.get("asked") or {"rule_id": data["rule_id"]},), 0 if labels else 1)


def _labels(annotation: dict[str, Any], data: dict[str, Any]) -> Iterator[dict[str, Any]]:
    by_kind: dict[str, list[dict[str, Any]]] = {}
    for each in annotation.get("result") or ():
        by_kind.setdefault(each["from_name"], []).append(each["value"])
    for verdict in by_kind.get("verdict", ()):
        marked = by_kind.get("evidence", ())
        meta = annotation.get("meta") or {}
        yield {
            "rule_id": data["rule_id"], "verdict": verdict["choices"][0],
            "labeller": _labeller(annotation.get("completed_by")), "labelled_at": annotation.get("created_at"),
            "message_ids": _unique(_cited(mark, data) for mark in marked),
            "quotes": _unique(mark["text"] for mark in marked if _is_part(mark, data)),
            "note": " ".join(line for value in by_kind.get("note", ()) for line in value["text"]),
            **{name: meta[name] for name in _META if name in meta},
        }  # fmt: skip


def _cited(mark: dict[str, Any], data: dict[str, Any]) -> str:
    return str(data["dialogue"][int(mark["start"])]["message_id"])


def _is_part(mark: dict[str, Any], data: dict[str, Any]) -> bool:
    """Whether less than the whole of one message is marked."""
    text = data["dialogue"][int(mark["start"])]["text"]
    return bool(mark.get("text")) and mark["start"] == mark["end"] and mark["text"] != text


def _labeller(who: Any) -> str | None:
    if isinstance(who, dict):
        return str(who.get("email") or who.get("id"))
    return None if who is None else str(who)


def _unique(values: Iterable[str]) -> Sequence[str]:
    return list(dict.fromkeys(values))
