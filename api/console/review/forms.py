"""What the forms of the review desk send, as values of the layers below."""

import re
from collections.abc import Sequence
from typing import Annotated, Any, NamedTuple

from fastapi import Form
from pydantic import BaseModel, ConfigDict

from api.console.language import Translator, msg
from api.errors import ParameterInvalid
from api.rest.struct_bodies import converted
from storage.errors import PlanInvalid
from storage.review.answers import Reply
from storage.review.plan_shapes import LONGEST_DUE_HOURS, Plan


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


class Refused(NamedTuple):
    """Why a plan cannot be drawn: the field, and what was expected of it, in the reader's language."""

    field: str
    expected: str


#: What a field of a plan takes, where the text of the lower layers would be too terse.
_EXPECTED = {
    "title": msg("要 1 到 200 个字"),
    "size": msg("要不小于 1 的整数"),
    "reviewers": msg("要 1 到 5 的整数"),
    "quota": msg("要不小于 1 的整数，或留空"),
    "due_hours": msg("要大于 0、不超过 {most} 的小时数（一年）"),
    "rules": msg("至少选一条规则：整段会话只能一个人公开地看，也没有结论可分层"),
}


def refusal_of(error: ParameterInvalid | PlanInvalid, t: Translator) -> Refused:
    """For the page, beside the field."""
    known = _EXPECTED.get(error.field)
    if known is None:
        return Refused("", f"{error.field}: {error.expected}")
    return Refused(error.field, t(known, most=f"{LONGEST_DUE_HOURS:,}"))


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
