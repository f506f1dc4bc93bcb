"""Sessions asked about at the same time come back in order, and only a few are read ahead."""

import asyncio
from collections.abc import Iterator

import pytest

from api.inspecting.asking import IN_FLIGHT, ask_in_order
from api.inspecting.batch import BatchInspector, Inspected
from evaluators.catalogue.loading import load_catalogue
from evaluators.profiles import load_profile
from evaluators.testing import ScriptedJudge
from evaluators.types import ChatSession
from storage.intake.records import BadRecord
from tests.builders import a_session, agent, customer

BAD = BadRecord("x.jsonl", 2, None, "wrong")


def chats(number: int) -> list[ChatSession]:
    return [a_session(customer("在吗"), agent("您好", at=5), session_id=f"s-{n}") for n in range(number)]


async def slow_for_the_first(session: ChatSession) -> str:
    await asyncio.sleep(0.05 if session.session_id == "s-0" else 0)
    return session.session_id


def test_answers_keep_the_order_and_bad_records_their_place() -> None:
    first, second, third = chats(3)
    assert list(ask_in_order([first, BAD, second, third], slow_for_the_first)) == ["s-0", BAD, "s-1", "s-2"]


def test_nothing_in_nothing_out() -> None:
    assert list(ask_in_order([], slow_for_the_first)) == []


def test_only_a_few_are_read_ahead() -> None:
    read = 0

    def counted() -> Iterator[ChatSession]:
        nonlocal read
        for each in chats(IN_FLIGHT * 3):
            read += 1
            yield each

    answers = ask_in_order(counted(), slow_for_the_first)
    next(answers)
    assert read == IN_FLIGHT
    next(answers)
    assert read == IN_FLIGHT + 1
    assert len(list(answers)) == IN_FLIGHT * 3 - 2


def test_as_many_wait_at_the_same_time_as_are_read_ahead() -> None:
    waiting = most = 0

    async def ask(session: ChatSession) -> None:
        nonlocal waiting, most
        waiting += 1
        most = max(most, waiting)
        await asyncio.sleep(0.001)
        waiting -= 1

    assert len(list(ask_in_order(chats(100), ask))) == 100
    assert most == IN_FLIGHT


def test_what_goes_wrong_is_not_swallowed() -> None:
    async def fail(session: ChatSession) -> None:
        raise RuntimeError(session.session_id)

    with pytest.raises(RuntimeError, match="s-0"):
        list(ask_in_order(chats(3), fail))


def test_a_batch_asks_the_judge_about_each_session_once() -> None:
    judge = ScriptedJudge({"agent_abuse": ["m2"]})
    inspector = BatchInspector(load_catalogue(), load_profile("default"), ["R34"])
    found = list(inspector.inspect_all([*chats(3), BAD], judge))
    assert [each.outcomes[0].verdict for each in found if isinstance(each, Inspected)] == ["hit"] * 3
    assert found[-1] == BAD
    assert [session for session, _ in judge.asked] == ["s-0", "s-1", "s-2"]
