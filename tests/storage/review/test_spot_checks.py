"""Whole sessions that were looked through: which sessions they speak for."""

import pytest

from evaluators.types import Scorecard
from storage import inspections
from storage.db import Database
from storage.review import spot_checks
from storage.review.plans import DrawnPlan
from storage.review.spot_checks import Covered
from storage.session_filters import ReportFilters
from tests.storage.building import NOON, a_card, an_inspection
from tests.storage.reviewing import OTHER, answer, draw, found, judge, judged, submit, take

pytestmark = pytest.mark.anyio

NAMES = [f"s-{each}" for each in range(6)]


async def _covered(database: Database, **fields: str) -> tuple[Covered, ...]:
    async with database.reading() as db:
        return await spot_checks.covered(db, ReportFilters(**fields))  # type: ignore[arg-type]


async def _draw(database: Database, size: int, **fields: object) -> DrawnPlan:
    return await draw(database, what="random", rules=(), size=size, seed=3, **fields)


async def _look(database: Database, most: int = 100) -> int:
    done = 0
    while done < most and (case := await take(database)) is not None:
        await answer(database, case, "confirm")
        done += 1
    return done


async def test_checks_speak_for_all_sessions_they_could_have_been(database: Database) -> None:
    await judged(database, *NAMES[:4])
    await judged(database, *NAMES[4:], verdict="no_hit")
    await _draw(database, 3)
    assert await _covered(database) == ()
    assert await _look(database) == 3
    [place] = await _covered(database)
    assert (place.sessions, len(place.checks), place.highest) == (6, 3, 100)
    assert place.score == place.unvetoed == pytest.approx((4 * 90 + 2 * 100) / 6)
    assert {each.inclusion_probability for each in place.checks} == {0.5}
    assert await _covered(database, shop="nobody") == ()


async def test_a_session_that_came_later_or_was_inspected_again_is_not_spoken_for(database: Database) -> None:
    await judged(database, *NAMES)
    await _draw(database, 6)
    await _look(database)
    await submit(database, "later")
    await judge(database, "later", minutes=1)
    await judge(database, NAMES[0], found(NAMES[0], rule_id=OTHER), minutes=1, catalogue_version="sha256:c2")
    [place] = await _covered(database)
    assert (place.sessions, len(place.checks)) == (5, 5)
    assert NAMES[0] not in {each.session_id for each in place.checks}


async def test_a_session_of_several_plans_counts_with_the_one_that_has_most_checks(
    database: Database,
) -> None:
    await judged(database, *NAMES[:3], shop="a")
    await judged(database, *NAMES[3:], shop="b")
    wide = await _draw(database, 4)
    await _look(database)
    narrow = await _draw(database, 2, shop="a")
    await _look(database)
    [place] = await _covered(database)
    assert (place.sessions, {each.plan_id for each in place.checks}) == (6, {wide.plan_id})
    async with database.reading() as db:
        plans = [each.plan_id for each in await spot_checks.checks(db, ReportFilters())]
    assert (plans.count(wide.plan_id), plans.count(narrow.plan_id)) == (4, 2)


async def test_a_plan_that_leaves_a_stratum_out_speaks_for_nobody(database: Database) -> None:
    await judged(database, *NAMES[:3], shop="a")
    await judged(database, *NAMES[3:], shop="b")
    await draw(database, what="random", rules=(), by="shop", sizes={"a": 2, "b": 0}, seed=3)
    assert await _look(database) == 2
    assert await _covered(database) == ()


async def test_what_red_lines_take_is_told_apart(database: Database) -> None:
    await judged(database, NAMES[0])
    await submit(database, NAMES[1])
    sums = a_card(0, raw_total=70, red_line=True, deductions=-30)
    vetoed = an_inspection(
        NAMES[1], outcomes=(found(NAMES[1]),), scorecard=Scorecard(session_id=NAMES[1], agents={}, **sums)
    )
    async with database.transaction() as db:
        await inspections.save(db, vetoed, now=NOON)
    await _draw(database, 2)
    await _look(database)
    [place] = await _covered(database)
    assert (place.score, place.unvetoed, place.red_line) == (45, 80, 0.5)
