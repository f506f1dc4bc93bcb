"""Stages: what hits of a rule do to scores and alerts depends on how far it is trusted."""

from datetime import timedelta
from typing import Any

import pytest

from storage import alerts, audit, labels, processing, reports, sessions
from storage.alerts import NewAlert
from storage.db import Database
from storage.errors import AlertNotFound
from storage.labels import NewLabel
from storage.processing import Inspected
from storage.reports import ReportFilters
from storage.trust import stages
from tests.storage.building import NOON, a_document, an_inspection
from tests.storage.reviewing import RULE, answer, draw, found, judged, rescored, take

pytestmark = pytest.mark.anyio


async def _stage(database: Database, stage: Any, purpose: Any = "scoring", **fields: Any) -> stages.RuleStage:
    async with database.transaction() as db:
        return await stages.put(
            db,
            RULE,
            purpose,
            stage,
            actor="lead",
            reason="40 条复核",
            now=NOON - timedelta(hours=1),
            **fields,
        )


async def _inspect(
    database: Database, session_id: str = "s-1", mode: Any = "automatic", **fields: Any
) -> None:
    alert = NewAlert(
        kind="hit", level="high", mode=mode, dedupe=f"hit/{session_id}/{RULE}", text="红线 “急什么”",
        session_id=session_id, rule_id=RULE, agent_id="a-1", shop="shop-a",
    )  # fmt: skip
    async with database.transaction() as db:
        await sessions.submit(db, [a_document(session_id)])
        inspection = an_inspection(session_id, outcomes=(found(session_id),), **fields)
        await processing.keep(db, Inspected(inspection, alerts=(alert,)), rescore=rescored)


async def _score(database: Database) -> float | None:
    async with database.reading() as db:
        return (await reports.overview(db, ReportFilters())).mean_score


async def _inbox(database: Database, **fields: Any) -> list[tuple[str, str]]:
    async with database.reading() as db:
        return [(each.session_id or "", each.state) for each in await alerts.inbox(db, **fields)]


async def test_a_history_with_reason_and_what_was_measured(database: Database) -> None:
    first = await _stage(database, "manual")
    second = await _stage(database, "automatic", measured={"value": 0.97, "low": 0.93})
    async with database.reading() as db:
        assert await stages.history(db, RULE) == (second, first)
        assert await stages.stage_at(db, RULE, "scoring") == "automatic"
        assert await stages.stage_at(db, RULE, "notification") == "manual", (
            "nothing notifies by itself at first"
        )
        assert await stages.stage_at(db, RULE, "scoring", NOON - timedelta(days=1)) == "automatic"
        [newest, _] = await audit.entries(db, action="rule.stage")
    assert newest.details == {"purpose": "scoring", "from": "manual", "to": "automatic"}


async def test_hits_of_a_rule_in_shadow_cost_nothing(database: Database) -> None:
    await _stage(database, "shadow")
    await _inspect(database)
    assert await _score(database) == 100
    async with database.reading() as db:
        [counts] = await reports.rule_counts(db, ReportFilters())
    assert (counts.hit, counts.no_hit) == (0, 1)


async def test_hits_of_a_rule_under_review_cost_once_confirmed(database: Database) -> None:
    await _stage(database, "manual")
    await _inspect(database)
    assert await _score(database) == 100
    await draw(database, what="random", size=1)
    await answer(database, await take(database), "confirm")
    assert await _score(database) == 90


async def test_a_stage_holds_from_then_on(database: Database) -> None:
    await judged(database, "s-1")
    async with database.transaction() as db:
        await stages.put(
            db, RULE, "scoring", "shadow", actor="lead", reason="换了提示词", now=NOON + timedelta(hours=1)
        )
    await draw(database)
    await answer(database, await take(database), "confirm")
    assert await _score(database) == 90


async def test_what_was_overturned_stays_so_in_the_next_inspection(database: Database) -> None:
    await judged(database, "s-1")
    await draw(database)
    await answer(database, await take(database), "misjudged")
    async with database.transaction() as db:
        inspection = an_inspection(outcomes=(found("s-1"),), catalogue_version="sha256:c2")
        await processing.keep(db, Inspected(inspection), rescore=rescored)
    assert await _score(database) == 100


async def test_an_alert_is_told_by_itself_only_where_that_was_earned(database: Database) -> None:
    await _inspect(database, "s-1")
    await _stage(database, "automatic", "notification")
    await _inspect(database, "s-2")
    await _inspect(database, "s-3", mode="manual")
    await _stage(database, "shadow", "notification")
    await _inspect(database, "s-4")
    assert sorted(await _inbox(database)) == [("s-1", "held"), ("s-2", "new"), ("s-3", "held")]
    assert await _inbox(database, agent_id="a-1") == [("s-2", "new")]


async def test_the_same_hit_is_told_once(database: Database) -> None:
    await _inspect(database)
    await _inspect(database, catalogue_version="sha256:c2")
    await _inspect(database)
    assert await _inbox(database) == [("s-1", "held")]


@pytest.mark.parametrize(
    ("given", "state"), [("confirm", "new"), ("misjudged", "dismissed"), ("unsure", "held")]
)
async def test_a_reviewer_sends_or_drops_what_is_held(database: Database, given: str, state: str) -> None:
    await _inspect(database)
    await draw(database)
    await answer(database, await take(database), given)
    assert await _inbox(database) == [("s-1", state)]
    assert await _inbox(database, state=state) == [("s-1", state)]


async def test_an_alert_is_acknowledged_once(database: Database) -> None:
    await _inspect(database)
    async with database.transaction() as db:
        [alert] = await alerts.inbox(db, state="held", level="high", shop="shop-a")
        for _ in range(2):
            sent = await alerts.act(db, alert.alert_id, "sent", actor="lead")
        seen = await alerts.act(db, alert.alert_id, "acknowledged", actor="a-1")
        with pytest.raises(AlertNotFound):
            await alerts.act(db, "alert_0", "sent", actor="lead")
        trail = [each.action for each in await audit.entries(db)]
    assert (sent.state, seen.state, seen.by) == (
        "new",
        "acknowledged",
        {"sent": "lead", "acknowledged": "a-1"},
    )
    assert trail == ["alert.acknowledged", "alert.sent"]
    assert await _inbox(database, state="acknowledged") == [("s-1", "acknowledged")]
    assert await _inbox(database, level="low") == []


async def test_labels_from_elsewhere_confirm_too(database: Database) -> None:
    await _stage(database, "manual")
    await _inspect(database)
    async with database.transaction() as db:
        await labels.add(db, NewLabel(session_id="s-1", rule_id=RULE, verdict="hit"), labeller="ben")
    await _inspect(database, catalogue_version="sha256:c2")
    assert await _score(database) == 90
