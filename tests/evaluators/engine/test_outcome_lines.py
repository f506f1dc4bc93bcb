"""Lines written at once are the lines that encoding outcome by outcome gives."""

from collections import Counter
from datetime import timedelta
from functools import cache
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from evaluators.catalogue.loading import load_catalogue
from evaluators.engine.outcome_lines import LineWriter
from evaluators.engine.plan import Plan, compile_plan
from evaluators.inspection import inspect_deterministic
from evaluators.sessions import convert_session
from evaluators.types import ChatSession
from tests.builders import a_session, agent, customer
from tests.evaluators.sessions_strategy import records
from tests.evaluators.test_against_naive import nasty_session

encode_lines = msgspec.json.Encoder().encode_lines


@cache
def the_plan(*rules: str) -> Plan:
    return compile_plan(load_catalogue(derived=True), rules or None)


@cache
def the_writer(*rules: str) -> LineWriter:
    return LineWriter(the_plan(*rules))


def assert_same(session: ChatSession, *rules: str) -> None:
    expected = encode_lines(inspect_deterministic(session, the_plan(*rules)))
    assert the_writer(*rules).lines([session]) == [expected]


@given(record=records())
def test_any_session(record: dict[str, Any]) -> None:
    assert_same(convert_session(record))


@pytest.mark.parametrize("seed", range(100))
def test_nasty_sessions(seed: int) -> None:
    assert_same(convert_session(nasty_session(seed)))


@given(several=st.lists(records(), max_size=5))
def test_any_sessions_together(several: list[dict[str, Any]]) -> None:
    """One session leaves nothing behind for the next."""
    sessions = [convert_session(record) for record in several]
    expected = [encode_lines(inspect_deterministic(session, the_plan())) for session in sessions]
    assert the_writer().lines(sessions) == expected


@pytest.mark.parametrize("session_id", ['"quoted" \\ 会话', "\u2028", "{}", "@"])
def test_any_session_id(session_id: str) -> None:
    """It is the one thing of most lines that is encoded anew."""
    session = msgspec.structs.replace(a_session(customer("在吗", at=0)), session_id=session_id)
    assert_same(session)
    (written,) = the_writer().lines([session])
    lines = written.splitlines()
    assert {msgspec.json.decode(line)["session_id"] for line in lines} == {session_id}


@pytest.mark.parametrize("rules", [("R54",), ("R54", "R55"), ("R32",), ("R51", "R52", "R55")])
def test_few_rules(rules: tuple[str, ...]) -> None:
    assert_same(a_session(customer("在吗", at=0), agent("国内最好", at=1900)), *rules)


def test_no_rules_no_lines() -> None:
    plan = compile_plan(load_catalogue(), [])
    assert LineWriter(plan).lines([a_session(customer("在吗", at=0))] * 2) == [b"", b""]


@given(record=records(), later=st.integers(0, 2000))
def test_as_of_some_instant(record: dict[str, Any], later: int) -> None:
    session = convert_session(record)
    now = max((message.sent_at for message in session.messages), default=None)  # type: ignore[type-var]
    if now is None:
        return
    now += timedelta(seconds=later)  # type: ignore[operator]
    expected = encode_lines(inspect_deterministic(session, the_plan(), now))  # type: ignore[arg-type]
    assert the_writer().lines([session], now) == [expected]  # type: ignore[arg-type]


def test_the_tally_counts_verdicts() -> None:
    session = a_session(customer("在吗", at=0), agent("国内最好", at=100), ended=200)
    tally: Counter[str] = Counter()
    the_writer().lines([session, session], tally=tally)
    outcomes = inspect_deterministic(session, the_plan())
    assert tally == Counter([outcome.verdict for outcome in outcomes] * 2)
    assert tally["hit"] >= 2
