"""The shape an explanation is asked for in, and what a completion says in it. What has another shape is no answer.

Both are instructor's: the schema that is sent and the reading of the answer. The requests themselves are sent as
all others are, so its client, which makes class and schema anew for each of them, has no part in it.
"""

import re
from functools import cache
from typing import Any, Literal

from instructor import Mode, ResponseSchema
from instructor.core.exceptions import IncompleteOutputException
from instructor.processing import handle_response_model
from msgspec import Struct
from openai.types.chat import ChatCompletion
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from evaluators.judges.vllm.accounting import Usage
from evaluators.judges.vllm.failures import CallFailed
from evaluators.judges.vllm.quotes import Citation
from prompts.labels import MOST_EVIDENCE

#: Code points a quote or reason may have: the model is asked for less, and cut off only when it runs away.
_MOST_QUOTED, _MOST_REASONED = 60, 40
#: How models start when they will not answer. Only looked at where the answer is not the JSON asked for.
_REFUSAL = re.compile(
    r"\s*((非常|很|十分)?(抱歉|对不起|不好意思)|(我|作为).{0,12}(无法|不能|不便)"
    r"|(i['’]?m |i am )?(very )?sorry|i (cannot|can['’]t|can not|won['’]t))",
    re.I,
)


class Cited(BaseModel):
    model_config = ConfigDict(extra="forbid")
    line: int = Field(ge=1, le=9999)
    quote: str = Field(max_length=_MOST_QUOTED)


class Explained(ResponseSchema):
    """Evidence before reason before verdict: the model reads its evidence when it decides."""

    model_config = ConfigDict(extra="forbid")
    evidence: list[Cited] = Field(max_length=MOST_EVIDENCE)
    reason: str = Field(max_length=_MOST_REASONED)
    verdict: Literal["A", "B", "C", "D"]


class Explanation(Struct, frozen=True):
    """What the model says on one question; nothing of it is verified."""

    label: str
    reason: str
    citations: tuple[Citation, ...]


@cache
def answer_format() -> dict[str, Any]:
    """`response_format` of a request for an explanation; the same for all of them."""
    _, asked = handle_response_model(Explained, mode=Mode.JSON_SCHEMA)
    return {"response_format": asked["response_format"]}


def read_explanation(content: bytes) -> tuple[Explanation | CallFailed, Usage]:
    """What was said, or why that is no explanation, and what it cost either way."""
    try:
        completion = ChatCompletion.model_validate_json(content)
    except ValidationError as error:
        return _invalid(error, "the server's answer has an unknown shape"), Usage()
    return _explanation(completion), _usage(completion)


def _explanation(completion: ChatCompletion) -> Explanation | CallFailed:
    if not completion.choices:
        return CallFailed("answer_invalid", "a completion without a choice")
    try:
        told = Explained.from_response(completion, mode=Mode.JSON_SCHEMA, strict=True)
    except IncompleteOutputException:
        return CallFailed("answer_truncated", "the answer was longer than it may be")
    except ValidationError as error:
        return _refusal(completion) or _invalid(error, "the answer has another shape than asked")
    citations = tuple(Citation(each.line, each.quote) for each in told.evidence)
    return Explanation(told.verdict, told.reason.strip(), citations)


def _refusal(completion: ChatCompletion) -> CallFailed | None:
    choice = completion.choices[0]
    if choice.message.refusal or choice.finish_reason == "content_filter":
        return CallFailed("judge_refused", "the model declined to answer, or a content filter stopped it")
    if _REFUSAL.match(choice.message.content or ""):
        return CallFailed("judge_refused", "the model answered with an apology instead of an answer")
    return None


def _invalid(error: ValidationError, what: str) -> CallFailed:
    # Without the values: they quote the chat.
    first = error.errors(include_input=False, include_url=False)[0]
    place = ".".join(str(part) for part in first["loc"])
    return CallFailed("answer_invalid", f"{what}: {place} {first['type']}")


def _usage(completion: ChatCompletion) -> Usage:
    usage = completion.usage
    if usage is None:
        return Usage()
    details = usage.prompt_tokens_details
    cached = details.cached_tokens if details is not None else None
    prompt = usage.prompt_tokens
    return Usage(prompt, usage.completion_tokens, cached or 0, prompt if cached is not None else 0)
