"""What the forms of the review desk send, as values of the layers below."""

import re
from collections.abc import Sequence
from typing import Annotated, Any

from fastapi import Form
from pydantic import BaseModel, ConfigDict

from api.rest.struct_bodies import converted
from storage.review.answers import Reply
from storage.review.plan_shapes import Plan


class Answered(BaseModel):
    """The form of a case. `misjudged`, `missed`: rules that are ticked, of a whole session."""

    model_config = ConfigDict(extra="forbid")
    answer: str
    round: int
    message_ids: Sequence[str] = ()
    note: str = ""
    misjudged: Sequence[str] = ()
    missed: Sequence[str] = ()


class Sampled(BaseModel):
    """The form of a plan; an empty field says nothing."""

    model_config = ConfigDict(extra="forbid")
    title: str = ""
    what: str = "random"
    rules: Sequence[str] = ()
    by: str = "all"
    size: str = ""
    reviewers: str = "1"
    blind: bool = False
    due_hours: str = "24"
    quota: str = ""
    #: Of the page the form was filled in on: sent twice, it draws once.
    key: str = ""


AnsweredForm = Annotated[Answered, Form()]
SampledForm = Annotated[Sampled, Form()]


def reply_of(form: Answered) -> Reply:
    """Messages are evidence of the answer or, of a whole session, of what was missed. Raises `ParameterInvalid`."""
    note, messages = form.note.strip(), list(form.message_ids)
    findings: list[dict[str, Any]] = []
    if form.answer == "confirm":
        findings += [{"rule_id": each, "verdict": "no_hit", "note": note} for each in form.misjudged]
        findings += [
            {"rule_id": each, "verdict": "hit", "note": note, "message_ids": messages} for each in form.missed
        ]
    document = {"answer": form.answer, "round": form.round, "note": note, "findings": findings}
    return converted(document | ({} if findings else {"message_ids": messages}), Reply)


def plan_of(form: Sampled) -> Plan:
    """Raises `ParameterInvalid` naming the field."""
    given: dict[str, Any] = {
        "title": form.title.strip(), "what": form.what, "rules": [each for each in form.rules if each],
        "by": form.by, "blind": form.blind,
    }  # fmt: skip
    numbers = {
        "size": form.size, "quota": form.quota, "due_hours": form.due_hours, "reviewers": form.reviewers,
    }  # fmt: skip
    return converted(given | {name: _number(text) for name, text in numbers.items() if text.strip()}, Plan)


def _number(text: str) -> float | str:
    """What is no number stays as it is, and is refused with the name of its field."""
    if not re.fullmatch(r"[0-9]{1,9}(\.[0-9]{1,9})?", text.strip()):
        return text
    return float(text) if "." in text else int(text)
