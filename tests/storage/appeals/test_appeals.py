"""Appeals: within a time, to somebody else, at two levels; upheld, the hit leaves the score."""

import asyncio
from typing import Any

import pytest

from storage import appeals, audit, corrections, labels
from storage.appeals import Appeal
from storage.db import Database
from storage.errors import (
    AppealConflict,
    AppealNotFound,
    AppealTooLate,
    HitNotFound,
    RejectionUnexplained,
    UndoRefused,
)
from storage.review import cases, undoing
from tests.storage.appeals.answering import DAY, acknowledge, file
from tests.storage.building import NOON
from tests.storage.reviewing import OTHER, RULE, answer, draw, found, judge, judged, rescored, submit, take

pytestmark = pytest.mark.anyio


async def _escalate(database: Database, appeal_id: str, days: float = 0, agent_id: str = "a-1") -> Appeal:
    async with database.transaction() as db:
        return await appeals.escalate(
            db, appeal_id, agent_id=agent_id, actor=agent_id, reason="请再看", now=NOON + days * DAY
        )


async def _state(database: Database, appeal_id: str) -> tuple[str, int, bool]:
    async with database.reading() as db:
        found_appeal = await appeals.get(db, appeal_id)
    return found_appeal.state, found_appeal.level, found_appeal.final


async def test_upheld_the_hit_leaves_the_score_and_becomes_a_label_of_its_own_kind(
    database: Database,
) -> None:
    ids = await judged(database, "s-1")
    appeal = await file(database)
    case = await take(database, "ann")
    assert case is not None
    assert (case.case_id, case.kind, case.rule_id) == (appeal.case_id, "appeal", RULE)
    decided = await answer(database, case, "misjudged", note="确实同意")
    assert decided.overturned == (RULE,)
    assert await _state(database, appeal.appeal_id) == ("upheld", 1, True)
    async with database.reading() as db:
        [label] = await labels.select_labels(db)
        [override] = await corrections.overrides(db, "s-1")
        card = (await corrections.of_inspections(db, [ids["s-1"]]))[ids["s-1"]].scorecard
        actions = [each.action for each in await audit.entries(db, subject=f"appeal:{appeal.appeal_id}")]
    assert (label.source, label.verdict, label.inclusion_probability) == ("appeal", "no_hit", None)
    assert (override.cause, override.actor, override.case_id) == ("appeal", "ann", case.case_id)
    assert card is not None
    assert card.score == 100
    assert actions == ["appeal.upheld", "appeal.filed"]
    with pytest.raises(UndoRefused, match="settled"):
        async with database.transaction() as db:
            await undoing.undo(db, "ann", rescore=rescored)
    with pytest.raises(AppealConflict, match="upheld for good"):
        await _escalate(database, appeal.appeal_id)


async def test_two_levels_two_other_people_then_final(database: Database) -> None:
    await judged(database, "s-1")
    await draw(database)
    await answer(database, await take(database, "ann"), "confirm", "ann")
    appeal = await file(database)
    assert await take(database, "ann") is None, "has judged this hit"
    await answer(database, await take(database, "ben"), "confirm", "ben", note="没有同意")
    assert await _state(database, appeal.appeal_id) == ("rejected", 1, False)
    await _escalate(database, appeal.appeal_id)
    assert await take(database, "ann") is None
    assert await take(database, "ben") is None, "decided the first level"
    assert await take(database, "a-1-reviews", agent_id="a-1") is None, "nobody decides their own"
    await answer(database, await take(database, "eve"), "confirm", "eve", note="仍无依据")
    assert await _state(database, appeal.appeal_id) == ("rejected", 2, True)
    with pytest.raises(AppealConflict, match="rejected for good"):
        await _escalate(database, appeal.appeal_id)
    async with database.reading() as db:
        steps = (await appeals.get(db, appeal.appeal_id)).steps
        assert await corrections.overturned(db, "s-1", 1) == frozenset()
    assert [(each.action, each.level, each.actor) for each in steps] == [
        ("filed", 1, "a-1"),
        ("rejected", 1, "ben"),
        ("escalated", 2, "a-1"),
        ("rejected", 2, "eve"),
    ]
    assert steps[1].reason == "没有同意"


async def test_the_second_level_may_uphold(database: Database) -> None:
    await judged(database, "s-1")
    appeal = await file(database)
    await answer(database, await take(database, "ann"), "confirm", "ann", note="没有同意")
    await _escalate(database, appeal.appeal_id)
    assert (await answer(database, await take(database, "ben"), "no_hit", "ben")).overturned == (RULE,)
    assert await _state(database, appeal.appeal_id) == ("upheld", 2, True)


@pytest.mark.parametrize("said", ["confirm", "hit"])
async def test_a_rejection_needs_a_reason_and_nothing_else_does(database: Database, said: str) -> None:
    await judged(database, "s-1")
    appeal = await file(database)
    case = await take(database, "ann")
    for note in ("", " \n\u3000"):
        with pytest.raises(RejectionUnexplained, match="the agent reads it"):
            await answer(database, case, said, "ann", note=note)
    assert await _state(database, appeal.appeal_id) == ("open", 1, False)
    await answer(database, case, "misjudged", "ann")
    assert await _state(database, appeal.appeal_id) == ("upheld", 1, True)


async def test_who_is_unsure_leaves_it_to_somebody_else(database: Database) -> None:
    await judged(database, "s-1")
    appeal = await file(database)
    await answer(database, await take(database, "ann"), "unsure", "ann")
    assert await _state(database, appeal.appeal_id) == ("open", 1, False)
    assert await take(database, "ann") is None
    assert (await answer(database, await take(database, "ben"), "misjudged", "ben")).overturned == (RULE,)


async def test_there_is_a_time_for_it(database: Database) -> None:
    await judged(database, "s-1")
    with pytest.raises(AppealTooLate, match="2026-11-08T12:00:00"):
        await file(database, days=7)
    appeal = await file(database, days=6.9)
    await answer(
        database, await take(database, minutes=7 * 24 * 60), "confirm", minutes=7 * 24 * 60, note="没有"
    )
    with pytest.raises(AppealTooLate):
        await _escalate(database, appeal.appeal_id, days=14)
    assert (await _escalate(database, appeal.appeal_id, days=13.9)).level == 2


@pytest.mark.parametrize(("agent_id", "rule_id"), [("a-2", RULE), ("a-1", OTHER)])
async def test_only_against_ones_own_hits(database: Database, agent_id: str, rule_id: str) -> None:
    await submit(database, "s-1")
    await judge(database, "s-1", found("s-1"), found("s-1", "no_hit", rule_id=OTHER))
    with pytest.raises(HitNotFound):
        await file(database, agent_id=agent_id, rule_id=rule_id)


async def test_nobody_takes_somebody_elses_appeal_further(database: Database) -> None:
    await judged(database, "s-1")
    appeal = await file(database)
    await answer(database, await take(database), "confirm", note="没有")
    with pytest.raises(AppealNotFound):
        await _escalate(database, appeal.appeal_id, agent_id="a-2")


async def test_once_against_a_hit_however_often_it_is_asked(database: Database) -> None:
    await judged(database, "s-1")
    results: list[Any] = await asyncio.gather(*(file(database) for _ in range(5)), return_exceptions=True)
    assert sorted(type(each).__name__ for each in results) == ["Appeal", *["AppealConflict"] * 4]
    async with database.reading() as db:
        assert len(await cases.listed(db)) == len(await appeals.listed(db, state="open")) == 1


async def test_what_was_acknowledged_cannot_be_appealed_against(database: Database) -> None:
    await judged(database, "s-1")
    first = await acknowledge(database)
    assert await acknowledge(database) == first
    with pytest.raises(AppealConflict, match="acknowledged"):
        await file(database)


async def test_what_is_under_appeal_cannot_be_acknowledged(database: Database) -> None:
    await judged(database, "s-1")
    await file(database)
    with pytest.raises(AppealConflict, match="open"):
        await acknowledge(database)


async def test_an_overturned_hit_needs_no_appeal(database: Database) -> None:
    await judged(database, "s-1")
    await draw(database)
    await answer(database, await take(database), "misjudged")
    with pytest.raises(HitNotFound):
        await file(database)
