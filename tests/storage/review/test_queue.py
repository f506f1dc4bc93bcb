"""The queue: nobody holds what somebody else holds, whatever happens at the same time."""

import asyncio
from datetime import timedelta

import pytest

from storage.db import Database
from storage.errors import CaseNotHeld
from storage.review import cases, queue
from tests.storage.building import NOON
from tests.storage.reviewing import RULE, answer, draw, judged, take

pytestmark = pytest.mark.anyio


async def test_a_case_is_handed_out_once(database: Database) -> None:
    await judged(database, "s-1", "s-2")
    await draw(database)
    first, second = await take(database, "ann"), await take(database, "ben")
    assert first is not None
    assert second is not None
    assert {first.session_id, second.session_id} == {"s-1", "s-2"}
    assert (first.holder, first.round, first.rule_id, first.judged) == ("ann", 1, RULE, "hit")
    assert await take(database, "eve") is None


async def test_whoever_asks_again_gets_the_case_they_hold(database: Database) -> None:
    await judged(database, "s-1", "s-2")
    await draw(database)
    first, again = await take(database), await take(database, minutes=9)
    assert first is not None
    assert again is not None
    assert (again.case_id, again.round) == (first.case_id, first.round)
    assert again.lease_until == NOON + timedelta(minutes=19)


async def test_a_reservation_runs_out(database: Database) -> None:
    await judged(database, "s-1")
    await draw(database)
    first = await take(database, "ann")
    assert await take(database, "ben", minutes=9.9) is None
    taken_over = await take(database, "ben", minutes=10)
    assert first is not None
    assert taken_over is not None
    assert (taken_over.case_id, taken_over.holder, taken_over.round) == (first.case_id, "ben", 2)
    with pytest.raises(CaseNotHeld):
        await answer(database, first, "confirm", "ann", minutes=10)
    assert (await answer(database, taken_over, "confirm", "ben", minutes=11)).case.state == "done"


async def test_who_is_late_may_still_decide_while_nobody_else_has_it(database: Database) -> None:
    await judged(database, "s-1")
    await draw(database)
    assert (await answer(database, await take(database), "confirm", minutes=30)).case.state == "done"


@pytest.mark.parametrize("reviewers", [2, 6])
async def test_many_at_once_never_hold_the_same_case(database: Database, reviewers: int) -> None:
    """Everybody takes and decides until nothing is left: every case is decided by one of them, once."""
    names = [f"s-{number:02}" for number in range(18)]
    await judged(database, *names)
    await draw(database)
    seen: list[tuple[str, str]] = []

    async def work(reviewer: str) -> None:
        while (case := await take(database, reviewer)) is not None:
            seen.append((case.case_id, reviewer))
            await asyncio.sleep(0)
            await answer(database, case, "misjudged", reviewer)

    await asyncio.gather(*(work(f"r-{number}") for number in range(reviewers)))
    assert len(seen) == len({case_id for case_id, _ in seen}) == len(names)
    async with database.reading() as db:
        assert all(each.state == "done" for each in await cases.listed(db))


async def test_a_reservation_is_given_back_or_prolonged(database: Database) -> None:
    await judged(database, "s-1")
    await draw(database)
    case = await take(database, "ann")
    assert case is not None
    async with database.transaction() as db:
        assert (await queue.renew(db, case.case_id, "ann", now=NOON + timedelta(minutes=5))).round == 1
        with pytest.raises(CaseNotHeld):
            await queue.renew(db, case.case_id, "ben", now=NOON)
        await queue.give_back(db, case.case_id, "ben")
        await queue.give_back(db, case.case_id, "ann")
    assert await take(database, "ben") is not None


async def test_what_is_urgent_comes_first(database: Database) -> None:
    await judged(database, "s-1", "s-2")
    await draw(database, what="random", size=1, seed=3, due_hours=1)
    await draw(database, what="flagged", due_hours=2)
    kinds = []
    for _ in range(3):
        case = await take(database)
        kinds.append(case and case.kind)
        await answer(database, case, "confirm")
    assert kinds == ["flagged", "flagged", "random"]


async def test_double_review_goes_to_two_people_one_after_the_other(database: Database) -> None:
    await judged(database, "s-1")
    await draw(database, reviewers=2)
    first = await take(database, "ann")
    assert await take(database, "ben") is None, "never at the same time"
    assert (await answer(database, first, "confirm")).case.state == "open"
    assert await take(database, "ann") is None, "never the same person twice"
    second = await take(database, "ben")
    assert (await answer(database, second, "confirm", "ben")).case.state == "done"


async def test_a_skipped_case_goes_to_somebody_else(database: Database) -> None:
    await judged(database, "s-1")
    await draw(database)
    assert (await answer(database, await take(database), "skip")).case.state == "open"
    assert await take(database) is None
    assert await take(database, "ben") is not None


async def test_nobody_is_given_what_is_about_themselves(database: Database) -> None:
    await judged(database, "s-1")
    await draw(database)
    assert await take(database, agent_id="a-1") is None
    assert await take(database, agent_id="a-2") is not None


async def test_a_quota_is_for_a_day_and_a_plan(database: Database) -> None:
    await judged(database, "s-1", "s-2")
    plan = await draw(database, quota=1)
    await answer(database, await take(database), "confirm")
    assert await take(database) is None
    async with database.reading() as db:
        load = await queue.workload(db, "ann", day_start=NOON - timedelta(hours=1), now=NOON)
        assert load == queue.Workload(waiting=0, overdue=0, decided=1, quotas={plan.plan_id: (1, 1)})
        others = await queue.workload(
            db, "ben", day_start=NOON - timedelta(hours=1), now=NOON + timedelta(hours=25)
        )
        assert (others.waiting, others.overdue, others.decided) == (1, 1, 0)
    async with database.transaction() as db:
        tomorrow = NOON + timedelta(hours=12)
        assert await queue.take_next(db, "ann", day_start=tomorrow, now=tomorrow) is not None


async def test_only_the_kinds_asked_for(database: Database) -> None:
    await judged(database, "s-1")
    await draw(database)
    assert await take(database, kinds=["random"]) is None
    assert await take(database, kinds=["random", "flagged"]) is not None
