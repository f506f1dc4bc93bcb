"""What a judge has said about one session, as the checks read it."""

from collections.abc import Mapping
from typing import Literal

import msgspec

from evaluators.types import JudgeRef

JudgeFailure = Literal[
    "judge_unavailable", "judge_timeout", "answer_invalid", "answer_truncated", "judge_refused",
    "evidence_unverified", "input_too_long", "not_configured",
]  # fmt: skip


class Span(msgspec.Struct, frozen=True):
    """Part of a message the judge quoted: code points `[start, end)` of the original text."""

    start: int
    end: int


class Located(msgspec.Struct, frozen=True, kw_only=True):
    """The act occurs in these messages (none: it does not occur).

    `messages`: message id to the probability that the act is there, in 0..1. `absent`: probability that it
    occurs nowhere, when it was not found. `spans`: verified quotes by message id; whole text where absent.
    `reason`: the judge's words for people.
    """

    messages: Mapping[str, float]
    absent: float | None = None
    spans: Mapping[str, Span] = {}
    reason: str = ""
    judge: JudgeRef | None = None


class Unanswered(msgspec.Struct, frozen=True, kw_only=True):
    """No usable answer, and why."""

    reason_code: JudgeFailure
    detail: str = ""
    judge: JudgeRef | None = None


Answer = Located | Unanswered
#: Act to answer. An act that is missing was not asked about: `judge_unavailable`.
Answers = Mapping[str, Answer]
NOBODY_ASKED: Answers = {}
