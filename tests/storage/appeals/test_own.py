"""What agents are shown of themselves."""

import pytest

from storage import appeals
from storage.db import Database
from storage.errors import SessionNotFound
from storage.session_filters import ReportFilters
from tests.storage.appeals.answering import DAY, acknowledge, file
from tests.storage.building import NOON
from tests.storage.reviewing import OTHER, RULE, answer, found, judge, judged, submit, take

pytestmark = pytest.mark.anyio


async def test_agents_see_their_hits_and_how_they_may_answer(database: Database) -> None:
    await submit(database, "s-1")
    await judge(
        database, "s-1", found("s-1"), found("s-1", rule_id=OTHER), found("s-1", rule_id="x", agent_id="a-2")
    )

    async def hits(days: float = 0) -> dict[str, appeals.OwnHit]:
        async with database.reading() as db:
            own = await appeals.own_hits(db, "a-1", ReportFilters(), window=7 * DAY, now=NOON + days * DAY)
        return {each.outcome.rule_id: each for each in own}

    assert {rule: each.appeal_until for rule, each in (await hits()).items()} == {
        RULE: NOON + 7 * DAY,
        OTHER: NOON + 7 * DAY,
    }
    assert (await hits(days=7))[RULE].appeal_until is None
    await acknowledge(database)
    await file(database, rule_id=OTHER)
    own = await hits()
    assert (own[RULE].acknowledged_at, own[RULE].appeal_until) == (NOON, None)
    assert own[OTHER].appeal is not None
    assert (own[OTHER].appeal.state, own[OTHER].appeal_until, own[OTHER].counts) == ("open", None, True)
    await answer(database, await take(database), "misjudged")
    assert (await hits())[OTHER].counts is False


async def test_every_hit_is_on_one_page_even_of_sessions_that_started_together(database: Database) -> None:
    await judged(database, *(f"s-{number}" for number in range(7)))
    seen: list[str] = []
    place = None
    for _ in range(4):
        async with database.reading() as db:
            own = await appeals.own_hits(
                db, "a-1", ReportFilters(), window=7 * DAY, limit=2, behind=place, now=NOON
            )
        seen += [each.session_id for each in own]
        place = appeals.Place(started_at=own[-1].started_at, session_id=own[-1].session_id)
    assert seen == [f"s-{number}" for number in range(7)]


async def test_hits_are_chosen_by_what_can_still_be_said_of_them(database: Database) -> None:
    rules = (RULE, OTHER, "x", "merit")
    await submit(database, "s-1")
    await judge(database, "s-1", *(found("s-1", rule_id=each) for each in rules))

    async def which(which: appeals.Which, days: float = 0) -> list[str]:
        async with database.reading() as db:
            own = await appeals.own_hits(
                db,
                "a-1",
                ReportFilters(),
                window=7 * DAY,
                which=which,
                praise=["merit"],
                now=NOON + days * DAY,
            )
        return [each.outcome.rule_id for each in own]

    assert await which("all") == [*rules]
    assert await which("praise") == ["merit"]
    assert (await which("appealable"), await which("appealable", days=7)) == ([RULE, OTHER, "x"], [])
    assert await which("appealed") == []
    await acknowledge(database)
    await file(database, rule_id=OTHER)
    assert (await which("appealable"), await which("appealed")) == (["x"], [OTHER])
    await answer(database, await take(database), "confirm", note="看过")
    assert await which("appealable") == [OTHER, "x"]
    assert (await which("appealable", days=7)) == []


async def test_agents_see_sessions_they_served_and_no_others(database: Database) -> None:
    await judged(database, "s-1")
    async with database.reading() as db:
        own = await appeals.own_session(db, "a-1", "s-1", window=7 * DAY, now=NOON)
        with pytest.raises(SessionNotFound):
            await appeals.own_session(db, "a-2", "s-1", window=7 * DAY, now=NOON)
    assert [each.outcome.rule_id for each in own.hits] == [RULE]
    assert own.card is not None
    assert (own.card.score, own.session["session_id"]) == (90, "s-1")
