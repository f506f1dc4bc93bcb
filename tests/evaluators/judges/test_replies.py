"""What servers answer, and what of it is a decision."""

import json
import math
from typing import Any

import pytest

from evaluators.judges.vllm.accounting import Usage
from evaluators.judges.vllm.failures import CallFailed
from evaluators.judges.vllm.replies import Decision, read_decisions, read_logprobs, read_systemone

EVEN = {"命中": 0.7, "未命中": 0.1, "不适用": 0.1, "无法判断": 0.1}
DECISION = {"A": 0.7, "B": 0.1, "C": 0.1, "D": 0.1}
USAGE = {"input_tokens": 100, "output_tokens": 1}


def _systemone(probabilities: Any = EVEN, mass: Any = 0.9, **more: Any) -> bytes:
    body = {
        "answers": {"q": {"type": "choice", "probabilities": probabilities}},
        "diagnostics": {"q": {"label_mass": mass}},
        "usage": USAGE,
    }
    return json.dumps(body | more).encode()


def _decisions(*answers: dict[str, Any], usage: dict[str, Any] = USAGE) -> bytes:
    return json.dumps({"answers": answers, "model": "m", "usage": usage}).encode()


def _choice(probabilities: dict[str, float] = EVEN, confidence: float = 0.63) -> dict[str, Any]:
    listed = [{"value": word, "probability": part} for word, part in probabilities.items()]
    return {
        "type": "choice",
        "name": "q",
        "choice": "命中",
        "probabilities": listed,
        "confidence": confidence,
    }


def _completion(top: list[tuple[str, float]] | None, **more: Any) -> bytes:
    logprobs = None
    if top is not None:
        listed = [{"token": token, "logprob": math.log(part) if part else -9999.0} for token, part in top]
        logprobs = {"content": [{"token": "x", "logprob": 0.0, "top_logprobs": listed}]}
    choice = {"message": {"content": "A"}, "logprobs": logprobs, "finish_reason": "length"} | more
    usage = {"prompt_tokens": 50, "completion_tokens": 1, "prompt_tokens_details": {"cached_tokens": 40}}
    return json.dumps({"choices": [choice], "usage": usage}).encode()


def _close(told: object, decision: dict[str, float], mass: float) -> None:
    assert isinstance(told, Decision)
    assert told.probabilities == pytest.approx(decision)
    assert told.label_mass == pytest.approx(mass)


def test_systemone() -> None:
    found, usage = read_systemone(_systemone())
    _close(found["q"], DECISION, 0.9)
    assert usage == Usage(100, 1)


def test_the_decisions_api_tells_the_mass_by_its_confidence() -> None:
    details = {"input_tokens_details": {"cached_tokens": 60, "cache_write_tokens": 0}}
    found, usage = read_decisions(_decisions(_choice(), usage=USAGE | details))
    _close(found["q"], DECISION, 0.9)
    assert usage == Usage(100, 1, 60, 100)


def test_a_refusal_is_a_failure_of_its_own() -> None:
    found, _ = read_decisions(_decisions({"type": "refusal", "name": "q"}, {"type": "refusal", "name": None}))
    assert [(name, each.reason_code) for name, each in found.items() if isinstance(each, CallFailed)] == [
        ("q", "judge_refused")
    ]


def test_log_probabilities_of_the_first_token() -> None:
    told, usage = read_logprobs(_completion([("A", 0.6), ("B", 0.2), ("X", 0.1)]))
    _close(told, {"A": 0.75, "B": 0.25, "C": 0.0, "D": 0.0}, 0.8)
    assert usage == Usage(50, 1, 40, 50)


def test_only_the_bare_letter_is_a_label() -> None:
    told, _ = read_logprobs(_completion([("A", 0.5), (" A", 0.2), ("a", 0.1), ("AB", 0.1)]))
    _close(told, {"A": 1.0, "B": 0.0, "C": 0.0, "D": 0.0}, 0.5)


BAD_DISTRIBUTIONS = [
    {},
    {"命中": 1.0},
    EVEN | {"违规": 0.0},
    EVEN | {"命中": 0.9},
    EVEN | {"命中": -0.1, "未命中": 0.9},
]


@pytest.mark.parametrize("probabilities", BAD_DISTRIBUTIONS)
def test_what_is_no_distribution_over_the_labels_is_no_answer(probabilities: dict[str, float]) -> None:
    found, _ = read_systemone(_systemone(probabilities))
    assert isinstance(found["q"], CallFailed)
    assert found["q"].reason_code == "answer_invalid"


@pytest.mark.parametrize("mass", [-0.1, 1.5])
def test_what_is_no_mass_is_no_answer(mass: float) -> None:
    found, _ = read_systemone(_systemone(mass=mass))
    assert isinstance(found["q"], CallFailed)


MALFORMED = [
    b"",
    b"null",
    b"<html>",
    b'{"answers": []}',
    _systemone("命中"),
    _systemone(EVEN | {"命中": "viel"}),
    _systemone(usage={}),
    b'{"answers": {}, "diagnostics": {}, "usage": {"input_tokens": null, "output_tokens": 1}}',
]


@pytest.mark.parametrize("content", MALFORMED)
def test_malformed_answers_fail_as_a_whole(content: bytes) -> None:
    for read in (read_systemone, read_decisions, read_logprobs):
        with pytest.raises(CallFailed) as caught:
            read(content)
        assert caught.value.reason_code == "answer_invalid"


def test_a_question_without_diagnostics_is_left_out() -> None:
    assert read_systemone(_systemone(diagnostics={}))[0] == {}


WRONG_COMPLETIONS = [
    (_completion(None), "answer_invalid"),
    (_completion([]), "answer_invalid"),
    (_completion([("X", 0.9)]), "answer_invalid"),
    (_completion([("A", 0.0)]), "answer_invalid"),
    (b'{"choices": [], "usage": {"prompt_tokens": 1}}', "answer_invalid"),
    (_completion([("A", 0.9)], message={"refusal": "No."}), "judge_refused"),
    (_completion([("A", 0.9)], finish_reason="content_filter"), "judge_refused"),
]


@pytest.mark.parametrize(("content", "reason"), WRONG_COMPLETIONS)
def test_completions_without_a_label(content: bytes, reason: str) -> None:
    with pytest.raises(CallFailed) as caught:
        read_logprobs(content)
    assert caught.value.reason_code == reason
