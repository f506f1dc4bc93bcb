"""Every way in which a request comes to nothing, and what is said and done about it."""

import httpx2
import pytest

from evaluators.judges.vllm.failures import CallFailed, bad_status, no_response

URL = "http://judge:8000/v1"
CONTEXT = '{"error": {"message": "This model\'s maximum context length is 4096 tokens."}}'


def _flags(failure: CallFailed) -> str:
    marks = ("transient", "down", "overload")
    return " ".join(mark for mark in marks if getattr(failure, mark))


STATUSES = [
    (429, "", "judge_unavailable", "transient overload"),
    (503, "", "judge_unavailable", "transient overload"),
    (500, "", "judge_unavailable", "transient down"),
    (502, "", "judge_unavailable", "transient down"),
    (504, "", "judge_unavailable", "transient down"),
    (501, "", "judge_unavailable", ""),
    (404, "", "judge_unavailable", ""),
    (401, "", "judge_unavailable", "down"),
    (403, "", "judge_unavailable", "down"),
    (400, "", "judge_unavailable", ""),
    (302, "", "judge_unavailable", ""),
    (400, CONTEXT, "input_too_long", ""),
]


@pytest.mark.parametrize(("status", "body", "reason", "flags"), STATUSES)
def test_statuses(status: int, body: str, reason: str, flags: str) -> None:
    failure = bad_status(status, body, URL)
    assert (failure.reason_code, _flags(failure)) == (reason, flags)
    assert URL in failure.detail
    assert str(status) in failure.detail


REMEDIES = [
    (401, "MINGJIAN_JUDGE_API_KEY"),
    (404, "mingjian judge probe"),
    (404, "is there a vLLM server at this address"),
    (500, "its log says why"),
]


@pytest.mark.parametrize(("status", "remedy"), REMEDIES)
def test_it_says_what_to_do(status: int, remedy: str) -> None:
    assert remedy in bad_status(status, '{"error": {"message": "say \\"hi\\""}}', URL).detail


def test_a_server_may_ask_to_be_left_alone() -> None:
    assert bad_status(429, "", URL, "7").wait == 7
    assert bad_status(429, "", URL, "Wed, 21 Oct 2026 07:28:00 GMT").wait == 0


def test_long_messages_are_cut() -> None:
    assert len(bad_status(400, "x" * 10_000, URL).detail) < 500


ERRORS = [
    (httpx2.ConnectError("refused"), "judge_unavailable", "transient down"),
    (httpx2.ConnectTimeout("slow"), "judge_unavailable", "transient down"),
    (httpx2.PoolTimeout("full"), "judge_unavailable", "transient down"),
    (httpx2.ReadTimeout("slow"), "judge_timeout", "transient down overload"),
    (httpx2.WriteTimeout("slow"), "judge_timeout", "transient down overload"),
    (httpx2.ReadError("cut"), "judge_unavailable", "transient down"),
    (httpx2.RemoteProtocolError("cut"), "judge_unavailable", "transient down"),
]


@pytest.mark.parametrize(("error", "reason", "flags"), ERRORS, ids=lambda each: type(each).__name__)
def test_no_response(error: httpx2.HTTPError, reason: str, flags: str) -> None:
    failure = no_response(error, URL)
    assert (failure.reason_code, _flags(failure)) == (reason, flags)
    assert URL in failure.detail
