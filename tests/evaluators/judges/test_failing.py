"""Failure is data: each cause its reason code, counted; transport failures are retried, nothing else is."""

import asyncio
import json
from typing import Any

import pytest

from evaluators.judges.answers import Unanswered
from tests.builders import a_session, customer
from tests.evaluators.judges.asking import ABUSED, ACTS, HITS, answers_of, asking, located, reason
from tests.fake_vllm.brain import Scripted
from tests.fake_vllm.model import Ability
from tests.fake_vllm.server import FakeVllm

pytestmark = pytest.mark.anyio
DECIDE, EXPLAIN = "/v1/systemone", "/v1/chat/completions"
WARM = a_session(customer("在吗", at=1), session_id="warm")


async def _reasons(
    server: FakeVllm, path: str, times: int = 99, settings: dict[str, Any] | None = None, **fault: Any
) -> Any:
    """The reasons the answers are missing for, and the figures, once the path is faulty."""
    async with asking(server, **(settings or {})) as judge:
        await judge.answer(WARM, ["agent_abuse"])
        server.fail(path, times, **fault)
        answers = await judge.answer(ABUSED, ACTS)
        return {reason(answer) for answer in answers.values()}, judge.figures


DECIDING = [
    ({"status": 500}, "judge_unavailable", 2),
    ({"status": 429}, "judge_unavailable", 2),
    ({"status": 503}, "judge_unavailable", 2),
    ({"drop": True}, "judge_unavailable", 2),
    ({"delay": 0.6}, "judge_timeout", 2),
    ({"status": 404}, "judge_unavailable", 0),
    ({"status": 401}, "judge_unavailable", 0),
    ({"status": 400, "body": "maximum context length is 8192 tokens"}, "input_too_long", 0),
    ({"status": 200, "body": "<html>"}, "answer_invalid", 0),
    (
        {
            "status": 200,
            "body": '{"answers": {}, "diagnostics": {}, "usage": {"input_tokens": 1, "output_tokens": 1}}',
        },
        "answer_invalid",
        0,
    ),
]


@pytest.mark.parametrize(("fault", "expected", "retries"), DECIDING)
async def test_a_decision_that_fails(
    server: FakeVllm, fault: dict[str, Any], expected: str, retries: int
) -> None:
    found, figures = await _reasons(server, DECIDE, settings={"decide_timeout": 0.3}, **fault)
    assert found == {expected}
    assert figures.unanswered == {expected: 3}
    assert sum(figures.retries.values()) == retries
    assert figures.questions == 4


EXPLAINING = [
    ({"status": 500}, "judge_unavailable"),
    ({"delay": 0.6}, "judge_timeout"),
    ({"drop": True}, "judge_unavailable"),
    ({"status": 200, "body": "<html>"}, "answer_invalid"),
    (
        {"completion": {"message": {"content": '{"evidence": ['}, "finish_reason": "length"}},
        "answer_truncated",
    ),
    ({"completion": {"message": {"content": "not json"}}}, "answer_invalid"),
    ({"completion": {"message": {"content": '{"evidence": [], "reason": "没有"}'}}}, "answer_invalid"),
    (
        {"completion": {"message": {"content": '{"evidence": [], "reason": "", "verdict": "E"}'}}},
        "answer_invalid",
    ),
    ({"completion": {"message": {"content": None}}}, "answer_invalid"),
    ({"completion": {"message": {"content": None, "refusal": "I won't."}}}, "judge_refused"),
    ({"completion": {"message": {"content": ""}, "finish_reason": "content_filter"}}, "judge_refused"),
    ({"completion": {"message": {"content": "很抱歉，我无法评价这段对话。"}}}, "judge_refused"),
    ({"completion": {"message": {"content": "I'm sorry, but I can't help with that."}}}, "judge_refused"),
]


@pytest.mark.parametrize(("fault", "expected"), EXPLAINING)
async def test_an_explanation_that_fails_leaves_the_hit_open(fault: dict[str, Any], expected: str) -> None:
    with FakeVllm(Scripted(HITS)) as server:
        found, figures = await _reasons(server, EXPLAIN, settings={"explain_timeout": 0.3}, **fault)
    assert found == {expected, ""}
    assert figures.unanswered == {expected: 2}
    assert figures.absent == 2


async def test_a_failure_that_passes_is_not_noticed_but_counted() -> None:
    with FakeVllm(Scripted(HITS)) as server:
        async with asking(server) as judge:
            await judge.answer(WARM, ["agent_abuse"])
            server.fail(DECIDE, 2, status=503)
            server.fail(EXPLAIN, 1, drop=True)
            answers = await judge.answer(ABUSED, ACTS)
            figures = judge.figures
    assert {reason(answer) for answer in answers.values()} == {""}
    assert figures.retries == {"judge_unavailable": 3}
    assert (figures.unanswered, figures.failed_requests) == ({}, {})


async def test_failures_are_never_remembered(server: FakeVllm) -> None:
    async with asking(server) as judge:
        await judge.answer(WARM, ["agent_abuse"])
        server.fail(DECIDE, 3, status=500)
        first = await judge.answer(ABUSED, ACTS)
        second = await judge.answer(ABUSED, ACTS)
    assert {reason(answer) for answer in first.values()} == {"judge_unavailable"}
    assert {reason(answer) for answer in second.values()} == {""}


async def test_a_server_that_is_not_there_is_named_with_a_remedy() -> None:
    answers = await answers_of("http://127.0.0.1:9/v1")
    answer = answers["hesitates"]
    assert isinstance(answer, Unanswered)
    assert answer.reason_code == "judge_unavailable"
    assert "127.0.0.1:9" in answer.detail
    assert "mingjian judge serve" in answer.detail


async def test_a_server_killed_and_started_again_finishes_the_session_later() -> None:
    with FakeVllm(Scripted(HITS)) as server:
        async with asking(server) as judge:
            await judge.answer(WARM, ["agent_abuse"])
            server.stop()
            lost = await judge.answer(ABUSED, ACTS)
            server.start()
            found = await judge.answer(ABUSED, ACTS)
    assert {reason(answer) for answer in lost.values()} == {"judge_unavailable"}
    assert located(found["customer_abuse"]).messages.keys() == {"m1"}


async def test_a_chat_that_does_not_fit_is_not_sent() -> None:
    long = a_session(*(customer(f"第{number}句话，" + "很长" * 200, at=number) for number in range(200)))
    with FakeVllm() as server:
        async with asking(server) as judge:
            await judge.answer(WARM, ["agent_abuse"])
            server.app.requests.clear()
            answers = await judge.answer(long, ACTS)
    assert {reason(answer) for answer in answers.values()} == {"input_too_long"}
    assert {path for path, _ in server.app.requests} == {"/tokenize"}


async def test_a_chat_that_just_fits_by_the_servers_count_is_sent() -> None:
    chat = a_session(*(customer("很长的一句话" * 60, at=number) for number in range(20)))
    with FakeVllm(ability=Ability(context=24_000)) as server:
        async with asking(server) as judge:
            answers = await judge.answer(chat, ACTS)
    assert {reason(answer) for answer in answers.values()} == {""}
    assert len(server.asked("/tokenize")) == 6


async def test_without_a_tokenizer_the_servers_refusal_says_that_it_does_not_fit() -> None:
    long = a_session(*(customer("很长" * 280, at=number) for number in range(100)))
    with FakeVllm(ability=Ability(tokenizer=False)) as server:
        answers = await answers_of(server, session=long)
    assert {reason(answer) for answer in answers.values()} == {"input_too_long"}


async def test_a_declined_question_of_the_decisions_api_is_a_refusal() -> None:
    with FakeVllm(Scripted(mass=0.0), Ability(decisions="decisions")) as server:
        server.app.model.brain = Scripted()
        async with asking(server) as judge:
            await judge.answer(WARM, ["agent_abuse"])
            server.app.model.brain = Scripted(mass=0.0)
            answers = await judge.answer(ABUSED, ACTS)
    assert {reason(answer) for answer in answers.values()} == {"judge_refused"}


async def test_a_dead_server_is_left_alone_and_says_when_it_is_back(server: FakeVllm) -> None:
    told: list[tuple[str, str | None]] = []
    async with asking(server, most_failures=2, tries=1) as judge:
        for replica in judge.replicas.all:
            replica._observe = lambda url, paused: told.append((url, paused.why if paused else None))
        await judge.answer(WARM, ["agent_abuse"])
        server.fail(DECIDE, 2, status=500)
        await judge.answer(ABUSED, ["hesitates"])
        await judge.answer(ABUSED, ["hesitates"])
        server.app.requests.clear()
        paused = await judge.answer(ABUSED, ["hesitates"])
        assert server.app.requests == []
        await asyncio.sleep(1.05)
        answered = await judge.answer(ABUSED, ["hesitates"])
    assert "answered 500" in paused["hesitates"].detail  # type: ignore[union-attr]
    assert reason(answered["hesitates"]) == ""
    assert [why is None for _, why in told] == [False, True]
    assert told[0][1] is not None
    assert "its log says why" in told[0][1]


async def test_batch_work_waits_for_a_paused_server_live_work_does_not(server: FakeVllm) -> None:
    async with asking(server, most_failures=1, tries=1, patience=5.0) as judge:
        await judge.answer(WARM, ["agent_abuse"])
        server.fail(DECIDE, 1, status=500)
        await judge.answer(ABUSED, ["hesitates"])
        live = await judge.live().answer(ABUSED, ["hesitates"])
        batch = await judge.answer(ABUSED, ["hesitates"])
    assert reason(live["hesitates"]) == "judge_unavailable"
    assert reason(batch["hesitates"]) == ""


async def test_no_more_requests_at_once_than_allowed(server: FakeVllm) -> None:
    async with asking(server, start_requests=3, most_requests=3) as judge:
        await judge.answer(WARM, ["agent_abuse"])
        server.fail(DECIDE, 99, delay=0.01)
        sessions = [a_session(customer(f"你好{number}"), session_id=f"s-{number}") for number in range(30)]
        await asyncio.gather(*(judge.answer(each, ["hesitates"]) for each in sessions))
    assert server.app.most_in_flight == 3


async def test_logs_never_quote_what_the_model_says(caplog: pytest.LogCaptureFixture) -> None:
    content = json.dumps({"secret": "顾客电话13800000000"})
    with FakeVllm(Scripted(HITS)) as server:
        found, _ = await _reasons(server, EXPLAIN, completion={"message": {"content": content}})
    assert "answer_invalid" in found
    assert "13800000000" not in caplog.text
