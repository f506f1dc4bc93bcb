"""Report queries, counted by hand on five sessions."""

from datetime import timedelta
from typing import Any

import pytest

from evaluators.types import AgentCard, Outcome, Scorecard
from storage import inspections, reports, sessions
from storage.db import Database
from storage.inspections import ReplyTimes
from storage.reports import ReportFilters, RuleCounts
from tests.storage.building import NOON, a_card, a_document, a_message, an_inspection, an_outcome, at

pytestmark = pytest.mark.anyio


def _served(session_id: str, *agents: str, **fields: Any) -> dict[str, Any]:
    messages = [a_message("m0")]
    messages += [a_message(agent, sender="agent", sender_id=agent, text="您好") for agent in agents]
    return a_document(session_id, messages=messages, **fields)


def _found(session_id: str, *outcomes: Outcome, score: float = 100, **fields: Any) -> inspections.Inspection:
    agents = fields.pop("agents", {})
    sums = {
        name: fields.pop(name)
        for name in ("red_line", "undetermined", "bonus", "deductions")
        if name in fields
    }
    card = Scorecard(session_id=session_id, **a_card(score, **sums), agents=agents)
    return an_inspection(session_id, outcomes=outcomes, scorecard=card, **fields)


def _hit(rule_id: str, agent_id: str | None) -> Outcome:
    return an_outcome(rule_id, "hit", agent_id=agent_id)


def _open(rule_id: str, reason: str, agent_id: str | None = None) -> Outcome:
    return an_outcome(rule_id, "undetermined", reason_code=reason, agent_id=agent_id)


@pytest.fixture
async def counted(database: Database) -> Database:
    """`one` to `three`: shop-a; `four`: shop-b; `five`: not inspected. `ann` and `bob` share session two."""
    rating = {"type": "rating", "at": at(9), "level": 5}
    documents = [
        _served("one", "ann", group="pre", started_at=at(0), events=[rating]),
        _served("two", "ann", "bob", group="pre", started_at=at(10)),
        _served("three", "bob", group="post", started_at=at(20), events=[rating | {"level": 1}]),
        _served("four", "ann", shop="shop-b", started_at=at(30)),
        _served("five", "bob", started_at=at(40)),
    ]
    ann, bob = AgentCard(**a_card(80, deductions=-20)), AgentCard(**a_card(0, red_line=True, undetermined=1))
    found = [
        _found(
            "one",
            _hit("rude", "ann"),
            an_outcome("late", "no_hit"),
            score=80,
            agents={"ann": ann},
            deductions=-20,
        ),
        _found(
            "two",
            _hit("rude", "bob"),
            _open("late", "window_open", "ann"),
            _hit("slow_parcel", None),
            score=0,
            red_line=True,
            undetermined=1,
            agents={"ann": AgentCard(**a_card(100)), "bob": bob},
            reply_times=ReplyTimes(first_reply=10, first_human_reply=30),
        ),
        _found(
            "three",
            an_outcome("rude"),
            _open("late", "orders_unknown"),
            an_outcome("slow_parcel", "not_applicable"),
            score=60.5,
            undetermined=1,
            bonus=5,
            reply_times=ReplyTimes(first_reply=20),
        ),
        _found("four", _hit("rude", "ann"), score=90),
    ]
    async with database.transaction() as db:
        await sessions.submit(db, documents, now=NOON)
        stale = _found(
            "one",
            _hit("rude", "ann"),
            _hit("late", "ann"),
            _hit("gone", "ann"),
            score=1,
            catalogue_version="old",
        )
        await inspections.save_many(db, [stale])
        await inspections.save_many(db, found, now=NOON + timedelta(minutes=50))
        await inspections.save(db, _found("four", _hit("trial", "ann"), score=2, official=False, attempt=2))
    return database


def _counts(
    rule_id: str, agent_id: str | None, hit: int, no_hit: int, na: int = 0, **causes: int
) -> RuleCounts:
    return RuleCounts(
        rule_id=rule_id, agent_id=agent_id, hit=hit, no_hit=no_hit, not_applicable=na, undetermined=causes
    )


async def test_no_sessions_make_an_empty_report(database: Database) -> None:
    async with database.reading() as db:
        found = await reports.overview(db, ReportFilters())
        assert (found.sessions, found.inspected, found.mean_score) == (0, 0, None)
        assert await reports.rule_counts(db, ReportFilters()) == ()
        assert await reports.agent_rule_counts(db, ReportFilters()) == ()
        assert await reports.scores(db, ReportFilters(), by="agent") == ()
        assert await reports.satisfaction(db, ReportFilters()) == {1: 0, 2: 0, 3: 0, 4: 0, 5: 0, None: 0}
        assert (await reports.reply_times(db, ReportFilters())).sessions == 0


async def test_overview(counted: Database) -> None:
    async with counted.reading() as db:
        found = await reports.overview(db, ReportFilters())
        shop_b = await reports.overview(db, ReportFilters(shop="shop-b"))
    assert (found.sessions, found.inspected, found.not_inspected) == (5, 4, 1)
    assert found.mean_score == pytest.approx((80 + 0 + 60.5 + 90) / 4)
    assert (found.red_line_sessions, found.sessions_with_undetermined) == (1, 2)
    assert (shop_b.sessions, shop_b.mean_score) == (1, 90)


async def test_rules_are_counted_over_sessions_in_their_latest_inspection(counted: Database) -> None:
    async with counted.reading() as db:
        found = await reports.rule_counts(db, ReportFilters())
    assert found == (
        _counts("late", None, 0, 1, window_open=1, orders_unknown=1),
        _counts("rude", None, 3, 1),
        _counts("slow_parcel", None, 1, 0, 1),
    )
    assert found[1].decided == 4


async def test_an_agent_is_measured_by_the_sessions_they_served(counted: Database) -> None:
    async with counted.reading() as db:
        found = await reports.agent_rule_counts(db, ReportFilters())
        only_bob = await reports.agent_rule_counts(db, ReportFilters(agent="bob"))
    assert found == (
        _counts("late", "ann", 0, 1, window_open=1),
        _counts("rude", "ann", 2, 1),
        _counts("late", "bob", 0, 0, orders_unknown=1),
        _counts("rude", "bob", 1, 1),
        _counts("slow_parcel", "bob", 0, 0, 1),
        _counts("slow_parcel", None, 1, 0),
    )
    assert only_bob == found[2:5]


@pytest.mark.parametrize(
    ("filters", "rude"),
    [
        ({"shop": "shop-a"}, (2, 1)),
        ({"group": "pre"}, (2, 0)),
        ({"group": "nobody"}, None),
        ({"agent": "bob"}, (1, 1)),
        ({"started_from": NOON + timedelta(minutes=10), "started_to": NOON + timedelta(minutes=30)}, (1, 1)),
    ],
)
async def test_filters_narrow_the_report(
    counted: Database, filters: dict[str, Any], rude: tuple[int, int] | None
) -> None:
    async with counted.reading() as db:
        found = {
            each.rule_id: (each.hit, each.no_hit)
            for each in await reports.rule_counts(db, ReportFilters(**filters))
        }
    assert found.get("rude") == rude


async def test_scores_by_agent_group_and_shop(counted: Database) -> None:
    async with counted.reading() as db:
        agents = await reports.scores(db, ReportFilters(), by="agent")
        bob = await reports.scores(db, ReportFilters(agent="bob"), by="agent")
        groups = await reports.scores(db, ReportFilters(), by="group")
        shops = await reports.scores(db, ReportFilters(started_to=NOON + timedelta(minutes=30)), by="shop")
    assert [(each.key, each.sessions, each.mean_score, each.red_lines) for each in agents] == [
        ("ann", 2, 90, 0),
        ("bob", 1, 0, 1),
    ]
    assert bob == agents[1:]
    assert [(each.key, each.sessions, each.mean_score, each.lowest_score) for each in groups] == [
        ("post", 1, 60.5, 60.5),
        ("pre", 2, 40, 0),
        (None, 1, 90, 90),
    ]
    assert [(each.key, each.sessions, each.bonus, each.deductions, each.undetermined) for each in shops] == [
        ("shop-a", 3, 5, -20, 2)
    ]


async def test_satisfaction_and_reply_times(counted: Database) -> None:
    async with counted.reading() as db:
        assert await reports.satisfaction(db, ReportFilters()) == {1: 1, 2: 0, 3: 0, 4: 0, 5: 1, None: 3}
        times = await reports.reply_times(db, ReportFilters())
        assert (times.sessions, times.first_reply, times.first_human_reply, times.average_reply) == (
            2,
            15,
            30,
            None,
        )
        assert (times.first_replies, times.first_human_replies, times.average_replies) == (2, 1, 0)
        assert (await reports.reply_times(db, ReportFilters(group="post"))).first_reply == 20
