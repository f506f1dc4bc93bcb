"""What became of a completion that instructor could not read."""

import logging
import re
from collections.abc import Iterator
from typing import Any

import httpx2
import openai
from instructor.core.exceptions import IncompleteOutputException, InstructorError
from pydantic import ValidationError

from evaluators.judges.vllm.accounting import Usage
from evaluators.judges.vllm.failures import CallFailed, bad_status, no_response

#: How models start when they will not answer. Only looked at where the answer is not the JSON asked for.
_REFUSAL = re.compile(
    r"\s*((非常|很|十分)?(抱歉|对不起|不好意思)|(我|作为).{0,12}(无法|不能|不便)"
    r"|(i['’]?m |i am )?(very )?sorry|i (cannot|can['’]t|can not|won['’]t))",
    re.I,
)

# Its log quotes what models say, and so the chats they quote.
logging.getLogger("instructor").setLevel(logging.CRITICAL)


def failure_of(error: InstructorError, base_url: str) -> CallFailed:
    """The reason code of what instructor raised, by its cause."""
    for cause in _causes(error):
        if isinstance(cause, httpx2.HTTPError):
            return no_response(cause, base_url)
        if isinstance(cause, openai.APIStatusError):
            response = cause.response
            return bad_status(
                response.status_code, response.text, base_url, response.headers.get("retry-after")
            )
    if isinstance(error, IncompleteOutputException):
        return CallFailed("answer_truncated", "the answer was longer than it may be")
    return _unreadable(error)


def usage_of(told: Any) -> Usage:
    """The tokens of a completion, or of the one that an error of instructor carries."""
    completion = getattr(told, "last_completion", told)
    usage = getattr(completion, "usage", None)
    if usage is None:
        return Usage()
    cached = getattr(usage.prompt_tokens_details, "cached_tokens", None)
    return Usage(
        usage.prompt_tokens,
        usage.completion_tokens,
        cached or 0,
        usage.prompt_tokens if cached is not None else 0,
    )


def _unreadable(error: InstructorError) -> CallFailed:
    choices = getattr(getattr(error, "last_completion", None), "choices", None) or []
    for choice in choices:
        said = choice.message.content or ""
        if choice.message.refusal or choice.finish_reason == "content_filter":
            return CallFailed("judge_refused", "the model declined to answer, or a content filter stopped it")
        if _REFUSAL.match(said):
            return CallFailed("judge_refused", "the model answered with an apology instead of an answer")
    for cause in _causes(error):
        if isinstance(cause, ValidationError):
            # Without the values: they quote the chat.
            first = cause.errors(include_input=False, include_url=False)[0]
            place = ".".join(str(part) for part in first["loc"])
            return CallFailed(
                "answer_invalid", f"the answer has another shape than asked: {place} {first['type']}"
            )
    return CallFailed("answer_invalid", "the answer is no completion")


def _causes(error: BaseException) -> Iterator[BaseException]:
    seen: BaseException | None = error
    while seen is not None:
        yield seen
        seen = seen.__cause__
