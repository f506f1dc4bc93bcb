"""What the plan shares between rules, and the short ways of the engine, change nothing."""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given

from evaluators.catalogue.loading import build_catalogue, load_catalogue
from evaluators.engine.plan import Plan, compile_plan
from evaluators.inspection import inspect_deterministic
from evaluators.judges.answers import NOBODY_ASKED
from evaluators.sessions import convert_session
from evaluators.timeline.closers import is_closer_text
from evaluators.timeline.timeline import Timeline
from evaluators.timeline.turns import Turn, turns
from tests.builders import a_session, agent, bot, customer
from tests.evaluators.catalogues import a_rule
from tests.evaluators.sessions_strategy import records


@pytest.fixture(scope="module")
def plan() -> Plan:
    catalogue = load_catalogue(derived=True)
    return compile_plan(catalogue, [rule.id for rule in catalogue.rules])


@given(record=records())
def test_a_check_asked_for_many_rules_finds_what_each_would(record: dict[str, Any], plan: Plan) -> None:
    session = convert_session(record)
    together = plan.find(plan.timeline(session), NOBODY_ASKED)
    for compiled, finding in zip(plan.compiled, together, strict=True):
        assert compiled.check.find(plan.timeline(session), NOBODY_ASKED) == finding, compiled.rule.id


@given(record=records())
def test_turns_are_those_one_finds_message_by_message(record: dict[str, Any], plan: Plan) -> None:
    timeline = plan.timeline(convert_session(record))
    for clock in ("human", "shop"):
        found, start = [], None
        for index in range(len(timeline.messages)):
            if start is None and timeline.masks["customer"] & ~timeline.closers & 1 << index:
                start = index
            elif start is not None and timeline.masks[clock] & 1 << index:
                found.append(Turn(start, index))
                start = None
        assert turns(timeline, clock).all == found + ([] if start is None else [Turn(start, None)])


def test_a_bot_that_repeats_the_request_is_no_customer_who_asks() -> None:
    """Only from the customer's own request on does it take a person to stop the clock."""
    session = a_session(
        customer("你好", at=0), bot("转人工请说", at=1), customer("有货吗", at=2), bot("有", at=3),
        customer("转人工", at=4), bot("好", at=5), agent("在", at=6),
    )  # fmt: skip
    plan = compile_plan(load_catalogue(), ["R54"])
    assert turns(plan.timeline(session), "service").all == [Turn(0, 1), Turn(2, 3), Turn(4, 6)]


@pytest.mark.parametrize(
    ("pattern", "verdict"),
    [
        ("^好的$", "hit"),
        ("^的", "no_hit"),
        ("好$", "hit"),
        (r"\A好的\z", "hit"),
        ("[^a]的", "hit"),
        ("的.", "no_hit"),
    ],
)
def test_a_pattern_sees_one_message_at_a_time(pattern: str, verdict: str) -> None:
    rule = a_rule("matches", "R99", -1, behaviour={"by": "service", "matches": pattern})
    plan = compile_plan(build_catalogue([rule], {}, {}))
    few = [customer("在吗", at=0), agent("你好", at=1), agent("好的", at=2), agent("x", at=3)]
    many = [agent("在", at=number) for number in range(4, 20)]
    for messages in (few, few + many):  # many are first searched all at once
        (outcome,) = inspect_deterministic(a_session(*messages), plan)
        assert outcome.verdict == verdict


@pytest.mark.parametrize(
    ("text", "closes"), [("嗯" * 5000, True), ("嗯" * 5000 + "吗", False), ("好的" * 30, True)]
)
def test_long_closers_take_no_longer(text: str, closes: bool) -> None:
    """嗯 and 嗯嗯 are both closers: a search that backtracks would never come back."""
    assert is_closer_text(text) is closes


def test_seconds_are_seconds_when_the_clocks_change() -> None:
    """Times of one zone are not subtracted as the clock shows them."""
    zone = ZoneInfo("America/New_York")
    before = datetime(
        2026, 11, 1, 5, 59, 50, tzinfo=UTC
    )  # 01:59:50, ten seconds before it is one o'clock again
    times = [(before + timedelta(seconds=seconds)).astimezone(zone) for seconds in (0, 20)]
    messages = [{"sender": "customer", "text": "在吗", "sent_at": time} for time in times]
    timeline = Timeline(convert_session({"session_id": "s", "messages": messages}))
    assert [at - timeline.at[0] for at in timeline.at] == [0, 20_000_000]
