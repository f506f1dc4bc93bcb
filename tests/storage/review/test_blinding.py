"""What a reviewer is still to judge blind is withheld from them everywhere, on both databases."""

from datetime import timedelta

import pytest

from evaluators.types import Outcome
from storage import alerts, labels, live_board, reports, sessions
from storage.alerts import NewAlert
from storage.db import Database
from storage.errors import VerdictWithheld
from storage.labels import NewLabel, population
from storage.reports import ReportFilters
from storage.review import blinding, desk, undoing
from storage.review.plan_shapes import PlannedCase
from storage.sessions import SessionFilters
from tests.storage.building import NOON
from tests.storage.reviewing import OTHER, RULE, answer, draw, found, judge, judged, rescored, submit, take

pytestmark = pytest.mark.anyio
BOTH = {"s-1", "s-2"}
CHOSEN = PlannedCase(session_id="s-1", rule_id=RULE)


async def _withheld(database: Database, reviewer: str | None = "ann") -> frozenset[str]:
    async with database.reading() as db:
        return await blinding.withheld_of(db, BOTH, reviewer)


async def _drawn_blind(database: Database, **fields: object) -> None:
    await judged(database, *sorted(BOTH))
    await draw(database, what="planned", chosen=(CHOSEN,), blind=True, **fields)


async def test_a_session_is_withheld_from_the_pool_until_one_has_decided(database: Database) -> None:
    await _drawn_blind(database, reviewers=2)
    assert await _withheld(database) == {"s-1"}
    assert await _withheld(database, None) == frozenset()
    case = await take(database)
    assert await _withheld(database) == {"s-1"}
    await answer(database, case, "hit")
    assert await _withheld(database) == frozenset()
    assert await _withheld(database, "ben") == {"s-1"}, "the second reviewer is still to judge it"
    await answer(database, await take(database, "ben"), "hit", "ben")
    assert await _withheld(database, "ben") == await _withheld(database, "eve") == frozenset(), "it is done"


async def test_who_skipped_or_took_back_is_still_to_judge_it(database: Database) -> None:
    await _drawn_blind(database, reviewers=2)
    await answer(database, await take(database), "skip")
    assert await _withheld(database) == {"s-1"}
    await answer(database, await take(database, "ben"), "unsure", "ben")
    assert await _withheld(database, "ben") == frozenset()
    async with database.transaction() as db:
        await undoing.undo(db, "ben", rescore=rescored)
    assert await _withheld(database, "ben") == {"s-1"}


async def test_to_the_reviewer_it_counts_as_not_inspected(database: Database) -> None:
    await _drawn_blind(database)
    everything, blind = ReportFilters(), ReportFilters(blind_for="ann")
    async with database.reading() as db:
        seen, hidden = [await reports.overview(db, each) for each in (everything, blind)]
        assert [await reports.withheld(db, each) for each in (everything, blind)] == [0, 1]
        [counts] = await reports.rule_counts(db, blind)
        by_agent = await reports.agent_rule_counts(db, blind)
        [card] = await reports.scores(db, blind, by="agent")
        rates = await population.judged(db, RULE, blind)
        listed = (await sessions.search(db, SessionFilters(blind_for="ann"))).items
        hits = (await sessions.search(db, SessionFilters(blind_for="ann", rule_hit=RULE))).items
        low = (await sessions.search(db, SessionFilters(blind_for="ann", score_max=99))).items
    assert (seen.sessions, seen.inspected, hidden.sessions, hidden.inspected) == (2, 2, 2, 1)
    assert (counts.hit, by_agent[0].hit, card.sessions, len(rates)) == (1, 1, 1, 1)
    assert {each.session_id: (each.withheld, each.score, each.hits) for each in listed} == {
        "s-1": (True, None, None), "s-2": (False, 90, 1),
    }  # fmt: skip
    assert {each.session_id for each in (*hits, *low)} == {"s-2"}


async def test_labels_alerts_and_the_live_board_do_not_tell_either(database: Database) -> None:
    await _drawn_blind(database)
    async with database.transaction() as db:
        for each in sorted(BOTH):
            label = NewLabel(session_id=each, rule_id=RULE, verdict="hit", source="human_flagged")
            await labels.add(db, label, labeller="ben")
            new = NewAlert(kind="hit", level="high", mode="manual", dedupe=each, text="x", session_id=each)
            await alerts.raise_alerts(db, [new])
        drift = NewAlert(kind="drift", level="high", mode="manual", dedupe="d", text="x")
        await alerts.raise_alerts(db, [drift])
    async with database.reading() as db:
        said = await labels.select_labels(db, blind_for="ann")
        beside = await labels.pairs(db, filters=ReportFilters(blind_for="ann"))
        told = await alerts.inbox(db, blind_for="ann")
        waiting = await alerts.waiting(db, NOON - timedelta(days=900), "ann")
        going_on = await live_board.still_open(db, NOON, limit=9, blind_for="ann")
        [secret] = [each.alert_id for each in await alerts.inbox(db) if each.session_id == "s-1"]
    assert [each.session_id for each in said] == [each.session_id for each in beside] == ["s-2"]
    assert {each.session_id for each in told} == {None, "s-2"}
    assert waiting["held"] == 2
    assert {each.session_id: each.inspection_id is None for each in going_on} == {"s-1": True, "s-2": False}
    async with database.transaction() as db:
        with pytest.raises(VerdictWithheld):
            await alerts.act(db, secret, "dismissed", actor="ann", blind_for="ann")


def _two(session_id: str) -> tuple[Outcome, Outcome]:
    return found(session_id), found(session_id, rule_id=OTHER)


async def test_another_case_of_the_session_shows_its_own_rule_only(database: Database) -> None:
    await submit(database, "s-1")
    await judge(database, "s-1", *_two("s-1"))
    await draw(database, rules=(OTHER,))
    await draw(database, what="planned", chosen=(CHOSEN,), blind=True)
    case = await take(database)
    assert case is not None
    assert (case.rule_id, case.blind) == (OTHER, False)
    async with database.reading() as db:
        view = await desk.show(db, case, blind_for="ann")
        lead = await desk.show(db, case)
    assert view.outcome is not None
    assert (view.outcome.rule_id, view.others, [each.rule_id for each in lead.others]) == (OTHER, (), [RULE])


async def test_what_is_asked_blind_and_openly_is_asked_blind_first(database: Database) -> None:
    await judged(database, "s-1")
    await draw(database)
    await draw(database, what="planned", chosen=(CHOSEN,), blind=True, reviewers=2)
    first = await take(database)
    assert first is not None
    assert (first.blind, first.kind) == (True, "planned")
    await answer(database, first, "no_hit")
    second = await take(database, minutes=1)
    assert second is not None
    assert (second.blind, second.kind) == (False, "flagged")


async def test_it_comes_back_when_the_lease_ran_out(database: Database) -> None:
    await _drawn_blind(database)
    await take(database, "ben")
    assert await _withheld(database) == {"s-1"}
    again = await take(database, minutes=timedelta(hours=1).total_seconds() / 60)
    assert again is not None
    assert again.session_id == "s-1"
