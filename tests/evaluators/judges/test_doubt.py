"""Which decisions are believed, which are looked at again, and what comes of that."""

import pytest

from tests.builders import a_session, customer
from tests.evaluators.judges.asking import ABUSED, answers_of, asking, located, reason
from tests.fake_vllm.brain import Scripted
from tests.fake_vllm.server import FakeVllm

pytestmark = pytest.mark.anyio
ACT = "customer_abuse"
TRUE, FALSE = [(1, "傻x")], [(1, "混蛋")]


async def _said(brain: Scripted, **settings: float) -> tuple[object, int]:
    """The answer, and how many explanations were asked for."""
    with FakeVllm(brain) as server:
        answers = await answers_of(server, acts=[ACT], **settings)
        explanations = [
            body for body in server.asked("/v1/chat/completions") if body["messages"][0]["role"] == "system"
        ]  # type: ignore[index]
    return answers[ACT], len(explanations)


async def test_a_clear_no_needs_no_explanation() -> None:
    answer, explanations = await _said(Scripted())
    assert (located(answer).messages, explanations) == ({}, 0)  # type: ignore[arg-type]


async def test_low_label_mass_is_no_answer() -> None:
    answer, explanations = await _said(Scripted({ACT: TRUE}, mass=0.2))
    assert (reason(answer), explanations) == ("answer_invalid", 0)  # type: ignore[arg-type]


async def test_a_model_that_cannot_tell_has_declined() -> None:
    answer, _ = await _said(Scripted(labels={ACT: {"D": 0.9, "A": 0.1}}))
    assert reason(answer) == "judge_refused"  # type: ignore[arg-type]


async def test_not_applicable_is_absent() -> None:
    answer, _ = await _said(Scripted(labels={ACT: {"C": 0.9, "B": 0.1}}))
    assert located(answer).absent == 1.0  # type: ignore[arg-type]


DOUBTFUL = {"A": 0.4, "B": 0.6}


async def test_a_doubtful_no_is_looked_at_again_and_the_evidence_decides() -> None:
    answer, explanations = await _said(Scripted({ACT: TRUE}, {ACT: DOUBTFUL}))
    assert (dict(located(answer).messages), explanations) == ({"m1": 0.4}, 1)  # type: ignore[arg-type]
    answer, explanations = await _said(Scripted(labels={ACT: DOUBTFUL}))
    assert (located(answer).messages, located(answer).absent, explanations) == ({}, 0.6, 1)  # type: ignore[arg-type]


async def test_where_doubt_begins_can_be_set() -> None:
    _, explanations = await _said(Scripted(labels={ACT: DOUBTFUL}), doubtful_from=0.5)
    assert explanations == 0


async def test_a_doubt_the_model_cannot_resolve_stays_open() -> None:
    answer, _ = await _said(Scripted(labels={ACT: DOUBTFUL}, explained={ACT: "D"}))
    assert reason(answer) == "judge_refused"  # type: ignore[arg-type]


@pytest.mark.parametrize("citations", [FALSE, [], [(2, "傻x")], [(9, "傻x")], [*TRUE, *FALSE]])
async def test_a_hit_that_does_not_verify_is_no_hit(citations: list[tuple[int, str]]) -> None:
    answer, _ = await _said(Scripted({ACT: citations}))
    assert reason(answer) == "evidence_unverified"  # type: ignore[arg-type]


async def test_a_hit_taken_back_when_asked_for_evidence_is_no_hit() -> None:
    answer, _ = await _said(Scripted({ACT: TRUE}, explained={ACT: "B"}))
    assert reason(answer) == "evidence_unverified"  # type: ignore[arg-type]


async def test_audits_take_a_share_chosen_by_hash() -> None:
    sessions = [a_session(customer(f"你好{number}", at=1), session_id=f"s-{number}") for number in range(60)]
    with FakeVllm() as server:
        async with asking(server, audit_share=0.3) as judge:
            for session in sessions:
                await judge.answer(session, [ACT])
            audited = judge.figures.explained["audit"]
        async with asking(server, audit_share=0.3, attempt=1) as again:
            for session in sessions:
                await again.answer(session, [ACT])
            assert again.figures.explained["audit"] == audited
    assert 8 <= audited <= 30


async def test_an_audit_that_agrees_adds_the_reason() -> None:
    answer, explanations = await _said(Scripted(reason="没有骂人。"), audit_share=1.0)
    assert (located(answer).messages, located(answer).reason, explanations) == ({}, "没有骂人。", 1)  # type: ignore[arg-type]


async def test_an_audit_that_disagrees_leaves_the_question_open_and_is_counted() -> None:
    with FakeVllm(Scripted(explained={ACT: "A"})) as server:
        async with asking(server, audit_share=1.0) as judge:
            answers = await judge.answer(ABUSED, [ACT])
            assert judge.figures.contradictions == 1
    assert reason(answers[ACT]) == "answer_invalid"


async def test_an_audit_that_fails_takes_nothing_from_a_clear_answer() -> None:
    with FakeVllm() as server:
        async with asking(server, audit_share=1.0) as judge:
            await judge.answer(a_session(customer("在吗", at=1)), ["hesitates"])
            server.fail("/v1/chat/completions", 9, status=400)
            answers = await judge.answer(ABUSED, [ACT])
    assert located(answers[ACT]).messages == {}
