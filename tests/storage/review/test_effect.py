"""What an overturned hit does to lists and reports; the inspection itself stays as it was."""

import pytest

from storage import corrections, inspections, reports, sessions
from storage.db import Database
from storage.reports import ReportFilters
from storage.review import undoing
from storage.sessions import SessionFilters
from tests.storage.reviewing import OTHER, RULE, answer, draw, found, judge, rescored, submit, take

pytestmark = pytest.mark.anyio
ALL = ReportFilters()


@pytest.fixture
async def overturned(database: Database) -> Database:
    """s-1 with two hits, one of them overturned; s-2 with one that counts."""
    await submit(database, "s-1", "s-2")
    await judge(database, "s-1", found("s-1"), found("s-1", rule_id=OTHER))
    await judge(database, "s-2", found("s-2"), found("s-2", "no_hit", rule_id=OTHER))
    await draw(database, what="flagged", rules=(OTHER,))
    await answer(database, await take(database), "misjudged")
    return database


async def test_counts_of_a_rule(overturned: Database) -> None:
    async with overturned.reading() as db:
        counts = {each.rule_id: (each.hit, each.no_hit) for each in await reports.rule_counts(db, ALL)}
    assert counts == {RULE: (2, 0), OTHER: (0, 2)}


async def test_counts_of_an_agent(overturned: Database) -> None:
    async with overturned.reading() as db:
        found_counts = await reports.agent_rule_counts(db, ALL)
    assert {(each.rule_id, each.agent_id): (each.hit, each.no_hit) for each in found_counts} == {
        (RULE, "a-1"): (2, 0),
        (OTHER, "a-1"): (0, 2),
    }


async def test_scores(overturned: Database) -> None:
    async with overturned.reading() as db:
        for by in ("agent", "shop"):
            [summary] = await reports.scores(db, ALL, by=by)  # type: ignore[arg-type]
            assert (summary.mean_score, summary.lowest_score, summary.deductions) == (90, 90, -20)
        assert (await reports.overview(db, ALL)).mean_score == 90


async def test_the_session_list(overturned: Database) -> None:
    async with overturned.reading() as db:
        items = (await sessions.search(db, SessionFilters())).items
        hit = await sessions.search(db, SessionFilters(rule_hit=OTHER))
        low = await sessions.search(db, SessionFilters(score_max=85))
    assert {each.session_id: (each.score, each.hits) for each in items} == {"s-1": (90, 1), "s-2": (90, 1)}
    assert (hit.items, low.items) == ((), ())


async def test_the_inspection_stays_as_it_was(overturned: Database) -> None:
    async with overturned.reading() as db:
        kept = (await inspections.latest(db, "s-1")).inspection
    assert ([each.verdict for each in kept.outcomes], kept.scorecard.score) == (["hit", "hit"], 80)


async def test_where_the_rules_are_gone_the_hit_leaves_the_counts_and_the_sums_stay(
    overturned: Database,
) -> None:
    async def gone(*_: object) -> None:
        return None

    async with overturned.transaction() as db:
        await corrections.correct(db, "s-1", 1, gone)
    async with overturned.reading() as db:
        kept = await inspections.latest(db, "s-1")
        correction = (await corrections.of_inspections(db, [kept.inspection_id]))[kept.inspection_id]
        assert correction == corrections.Correction(not_counted=(OTHER,), scorecard=None)
        assert (await reports.overview(db, ALL)).mean_score == 85
        assert {each.rule_id: each.hit for each in await reports.rule_counts(db, ALL)} == {RULE: 2, OTHER: 0}


async def test_another_inspection_of_the_same_content_is_corrected_too(overturned: Database) -> None:
    await judge(overturned, "s-1", found("s-1", rule_id=OTHER), minutes=5, catalogue_version="sha256:c2")
    async with overturned.transaction() as db:
        await corrections.correct(db, "s-1", 1, rescored)
    async with overturned.reading() as db:
        assert [each.mean_score for each in await reports.scores(db, ALL, by="shop")] == [95]


async def test_what_is_in_force_names_who_and_ends_when_it_is_taken_back(overturned: Database) -> None:
    async with overturned.reading() as db:
        [(place, by_rule)] = (await corrections.in_force(db, ["s-1", "s-2"])).items()
    assert (place, by_rule[OTHER].actor, by_rule[OTHER].cause) == (("s-1", 1), "ann", "misjudged")
    async with overturned.transaction() as db:
        await undoing.undo(db, "ann", rescore=rescored)
    async with overturned.reading() as db:
        assert await corrections.in_force(db, ["s-1", "s-2"]) == {("s-1", 1): {}}
