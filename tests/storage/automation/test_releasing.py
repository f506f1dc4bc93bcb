"""What is held of a hit that a later inspection is sure of, or does not find any more."""

from datetime import timedelta

import pytest

from evaluators.types import JudgeRef
from storage import alerts, audit, processing, sessions
from storage.alerts import NewAlert
from storage.db import Database
from storage.processing import Inspected
from storage.trust import certificates, stages
from tests.storage.building import NOON, a_document, an_inspection
from tests.storage.reviewing import RULE, VERSION, found, rescored

pytestmark = pytest.mark.anyio
JUDGE = JudgeRef(name="vllm", model="qwen", prompt_version="sha256:p")
PROOF = {"least": {"hit": 0.9, "no_hit": None}, "judge": {"name": "vllm", "model": "qwen"}}


@pytest.fixture
async def certified(database: Database) -> Database:
    before = NOON - timedelta(hours=1)
    async with database.transaction() as db:
        await stages.put(db, RULE, "notification", "automatic", actor="lead", reason="x", now=before)
        await certificates.issue(
            db, RULE, PROOF, rule_version=VERSION, judge_version="vllm/qwen", actor="lead", now=before
        )
    return database


async def inspect(
    database: Database, confidence: float, *, verdict: str = "hit", agent: str = "a-1", catalogue: str = "c"
) -> None:
    outcome = found("s-1", verdict, confidence=confidence, judge=JUDGE)
    alert = NewAlert(
        kind="hit", level="high", mode="automatic", dedupe=f"hit/s-1/{RULE}", text="红线",
        session_id="s-1", rule_id=RULE, agent_id=agent,
    )  # fmt: skip
    async with database.transaction() as db:
        await sessions.submit(db, [a_document("s-1")])
        inspection = an_inspection("s-1", outcomes=(outcome,), catalogue_version=f"sha256:{catalogue}")
        told_of = (alert,) if verdict == "hit" else ()
        await processing.keep(db, Inspected(inspection, alerts=told_of, over=True), rescore=rescored)


async def only(database: Database) -> alerts.Alert:
    async with database.reading() as db:
        [alert] = await alerts.inbox(db)
    return alert


async def test_a_later_inspection_that_is_sure_sends_what_was_held(certified: Database) -> None:
    await inspect(certified, 0.7, catalogue="1")
    assert (await only(certified)).state == "held"
    await inspect(certified, 0.8, catalogue="2")
    assert (await only(certified)).state == "held"
    await inspect(certified, 0.95, catalogue="3")
    await inspect(certified, 0.96, catalogue="4")
    alert = await only(certified)
    assert (alert.state, alert.by) == ("new", {"sent": "worker"})
    async with certified.reading() as db:
        entries = await audit.entries(db)
    assert [(each.actor, each.subject) for each in entries if each.action == "alert.sent"] == [
        ("worker", f"alert:{alert.alert_id}")
    ]


async def test_what_a_person_dropped_stays_dropped(certified: Database) -> None:
    await inspect(certified, 0.7, catalogue="1")
    async with certified.transaction() as db:
        await alerts.act(db, (await only(certified)).alert_id, "dismissed", actor="ann")
    await inspect(certified, 0.95, catalogue="2")
    assert (await only(certified)).state == "dismissed"


async def test_nobody_is_told_of_a_hit_that_is_another_agents_by_now(certified: Database) -> None:
    await inspect(certified, 0.7, catalogue="1")
    await inspect(certified, 0.95, catalogue="2", agent="a-2")
    assert (await only(certified)).state == "held"


async def test_a_hit_that_the_latest_inspection_does_not_find_is_known_to_be_gone(
    certified: Database,
) -> None:
    async with certified.transaction() as db:
        drift = NewAlert(kind="drift", level="low", mode="manual", dedupe="d", text="x")
        await alerts.raise_alerts(db, [drift], now=NOON - timedelta(days=1))
    await inspect(certified, 0.7, catalogue="1")
    async with certified.reading() as db:
        found = await alerts.inbox(db)
        assert await alerts.gone(db, found) == frozenset()
    await inspect(certified, 0.7, catalogue="2", verdict="no_hit")
    async with certified.reading() as db:
        assert await alerts.gone(db, found) == {found[0].alert_id}
        assert await alerts.gone(db, ()) == frozenset()
