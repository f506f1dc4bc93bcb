"""What a completion says in the form asked for, and what comes of one that does not keep to it."""

import json
from typing import Any

import pytest

from evaluators.judges.vllm.accounting import Usage
from evaluators.judges.vllm.completions import Explanation, answer_format, read_explanation
from evaluators.judges.vllm.failures import CallFailed
from evaluators.judges.vllm.quotes import Citation

SAID = {"evidence": [{"line": 3, "quote": "再考虑一下"}], "reason": " 顾客犹豫。 ", "verdict": "A"}
COST = Usage(50, 20, 40, 50)


def _completion(said: Any = SAID, finish_reason: str = "stop", **message: Any) -> bytes:
    """As vLLM tells it, with the fields that only vLLM has."""
    content = said if isinstance(said, str) or said is None else json.dumps(said, ensure_ascii=False)
    message = {"role": "assistant", "content": content, "refusal": None, "reasoning": None} | message
    choice = {"index": 0, "message": message, "finish_reason": finish_reason, "stop_reason": None}
    usage = {"prompt_tokens": 50, "completion_tokens": 20, "total_tokens": 70}
    usage["prompt_tokens_details"] = {"cached_tokens": 40}  # type: ignore[assignment]
    told = {"id": "chatcmpl-1", "object": "chat.completion", "created": 1, "model": "m", "choices": [choice]}
    return json.dumps(told | {"usage": usage, "kv_transfer_params": None}).encode()


def test_an_explanation_and_what_it_cost() -> None:
    told, usage = read_explanation(_completion())
    assert told == Explanation("A", "顾客犹豫。", (Citation(3, "再考虑一下"),))
    assert usage == COST


NONE = [
    (_completion(SAID, "length"), "answer_truncated", COST),
    (_completion("没有 JSON"), "answer_invalid", COST),
    (_completion(SAID | {"verdict": "E"}), "answer_invalid", COST),
    (_completion(SAID | {"more": 1}), "answer_invalid", COST),
    (_completion(SAID | {"reason": "长" * 41}), "answer_invalid", COST),
    (_completion(SAID | {"evidence": [{"line": 0, "quote": "在"}]}), "answer_invalid", COST),
    (_completion(SAID | {"evidence": [{"line": "3", "quote": "再考虑"}]}), "answer_invalid", COST),
    (_completion(None, "content_filter"), "judge_refused", COST),
    (_completion(None, refusal="I won't."), "judge_refused", COST),
    (_completion("抱歉，我无法评价。"), "judge_refused", COST),
    (_completion(SAID, "abort"), "answer_invalid", Usage()),
    (b'{"choices": []}', "answer_invalid", Usage()),
    (b"<html>", "answer_invalid", Usage()),
]


@pytest.mark.parametrize(("content", "expected", "cost"), NONE)
def test_what_is_no_explanation_says_why_and_costs_all_the_same(
    content: bytes, expected: str, cost: Usage
) -> None:
    told, usage = read_explanation(content)
    assert isinstance(told, CallFailed)
    assert (told.reason_code, usage) == (expected, cost)


def test_the_cause_names_the_place_and_does_not_quote_the_chat() -> None:
    told, _ = read_explanation(_completion(SAID | {"verdict": "顾客的原话"}))
    assert isinstance(told, CallFailed)
    assert "verdict literal_error" in told.detail
    assert "顾客的原话" not in told.detail


def test_the_form_asked_for_is_made_once_and_bounds_everything() -> None:
    assert answer_format() is answer_format()
    schema = answer_format()["response_format"]["json_schema"]["schema"]
    assert list(schema["properties"]) == ["evidence", "reason", "verdict"]
    assert (schema["additionalProperties"], schema["properties"]["reason"]["maxLength"]) == (False, 40)
    assert schema["$defs"]["Cited"]["properties"]["quote"]["maxLength"] == 60
