"""An answer becomes a decision, a label and, where a hit was misjudged, a corrected score: together or not at all."""

import asyncio
from typing import Any

import msgspec
import pytest

from storage import audit, corrections, labels
from storage.db import Database
from storage.errors import AnswerUnfit, CaseNotHeld, LabelInvalid, UndoRefused
from storage.review import cases, undoing
from storage.review.answers import Finding
from tests.storage.building import NOON
from tests.storage.reviewing import OTHER, RULE, answer, draw, found, judge, judged, rescored, submit, take

pytestmark = pytest.mark.anyio


async def _overturned(database: Database) -> frozenset[str]:
    async with database.reading() as db:
        return await corrections.overturned(db, "s-1", 1)


async def _said(database: Database) -> dict[str, str]:
    async with database.reading() as db:
        return {each.labeller: each.verdict for each in await labels.select_labels(db)}


async def _undo(database: Database, reviewer: str = "ann", decision_id: str | None = None) -> undoing.Undone:
    async with database.transaction() as db:
        return await undoing.undo(db, reviewer, decision_id, rescore=rescored, now=NOON)


async def test_a_misjudged_hit_leaves_score_and_counts_and_the_inspection_stays(database: Database) -> None:
    await submit(database, "s-1")
    inspection_id = await judge(database, "s-1", found("s-1"), found("s-1", rule_id=OTHER))
    plan = await draw(database)
    decided = await answer(
        database, await take(database), "misjudged", note="在开玩笑", message_ids=("m1",), quotes=("在吗",)
    )
    assert decided.overturned == (RULE,)
    label = decided.labels[0]
    assert (label.verdict, label.source, label.inclusion_probability) == ("no_hit", "human_flagged", 1.0)
    assert (label.inspection_id, label.quotes, label.note) == (inspection_id, ("在吗",), "在开玩笑")
    async with database.reading() as db:
        correction = (await corrections.of_inspections(db, [inspection_id]))[inspection_id]
        trail = [(each.action, each.actor) for each in await audit.entries(db)]
    assert correction.not_counted == (RULE,)
    assert correction.scorecard is not None
    assert (correction.scorecard.score, correction.scorecard.agents["a-1"].score) == (90, 90)
    assert trail == [("hit.overturned", "ann"), ("review.decide", "ann"), ("review.plan", "lead")]
    assert plan.strata == {f"{RULE}/all": (1, 1)}


ANSWERS = [
    ("hit", "confirm", "hit"),
    ("hit", "misjudged", "no_hit"),
    ("hit", "not_applicable", "not_applicable"),
    ("no_hit", "missed", "hit"),
    ("undetermined", "missed", "hit"),
    ("undetermined", "no_hit", "no_hit"),
    ("no_hit", "confirm", "no_hit"),
    ("hit", "unsure", "unsure"),
]


@pytest.mark.parametrize(("verdict", "given", "label"), ANSWERS)
async def test_answers_become_labels(database: Database, verdict: str, given: str, label: str) -> None:
    await judged(database, "s-1", verdict=verdict)
    await draw(database, what="random", size=1)
    decided = await answer(database, await take(database), given)
    assert [each.verdict for each in decided.labels] == [label]
    assert decided.case.state == "done"
    assert bool(decided.overturned) == (verdict == "hit" and label in ("no_hit", "not_applicable"))


@pytest.mark.parametrize(
    ("verdict", "given"), [("no_hit", "misjudged"), ("hit", "missed"), ("undetermined", "confirm")]
)
async def test_an_answer_that_does_not_fit_changes_nothing(
    database: Database, verdict: str, given: str
) -> None:
    await judged(database, "s-1", verdict=verdict)
    await draw(database, what="random", size=1)
    case = await take(database)
    with pytest.raises(AnswerUnfit):
        await answer(database, case, given)
    with pytest.raises(LabelInvalid):
        await answer(database, case, "hit", message_ids=("m99",))
    assert await _said(database) == {}
    assert (await answer(database, case, "unsure")).case.state == "done"


async def test_a_blind_case_is_answered_with_a_verdict_and_shows_it_afterwards(database: Database) -> None:
    await judged(database, "s-1")
    await draw(database, blind=True)
    case = await take(database)
    assert case is not None
    assert (case.unrevealed().judged, case.unrevealed().agent_id) == (None, None)
    for kind, shown in [("flagged", "random"), ("undetermined", "random"), ("planned", "planned")]:
        assert msgspec.structs.replace(case, kind=kind).unrevealed().kind == shown
    with pytest.raises(AnswerUnfit, match="blind"):
        await answer(database, case, "confirm")
    decided = await answer(database, case, "no_hit")
    assert (decided.case.judged, decided.overturned) == ("hit", (RULE,))


async def test_two_reviewers_must_agree_to_overturn(database: Database) -> None:
    await judged(database, "s-1", "s-2")
    await draw(database, reviewers=2)
    for reviewer, verdicts in (("ann", ("no_hit", "no_hit")), ("ben", ("no_hit", "hit"))):
        for verdict in verdicts:
            await answer(database, await take(database, reviewer), verdict, reviewer)
    async with database.reading() as db:
        off = [bool(await corrections.overturned(db, each, 1)) for each in ("s-1", "s-2")]
    assert sorted(off) == [False, True]


async def test_the_same_answer_again_is_the_same_decision(database: Database) -> None:
    await judged(database, "s-1")
    await draw(database)
    case = await take(database)
    first = await answer(database, case, "misjudged")
    again = await answer(database, case, "misjudged", minutes=1)
    assert again == first
    with pytest.raises(CaseNotHeld):
        await answer(database, case, "confirm")
    with pytest.raises(CaseNotHeld):
        await answer(database, case, "misjudged", "ben")


async def test_of_several_answers_at_once_one_counts(database: Database) -> None:
    await judged(database, "s-1")
    await draw(database)
    case = await take(database)
    given = ["confirm", "misjudged", "unsure", "not_applicable"]
    results = await asyncio.gather(*(answer(database, case, each) for each in given), return_exceptions=True)
    assert sorted(isinstance(each, CaseNotHeld) for each in results) == [False, True, True, True]
    assert len(await _said(database)) == 1


async def test_undo_takes_back_label_and_override_and_gives_the_case_again(database: Database) -> None:
    await judged(database, "s-1")
    await draw(database)
    case = await take(database)
    await answer(database, case, "misjudged")
    undone = await _undo(database)
    assert (undone.held, undone.case.state, undone.case.decided, undone.case.round) == (True, "open", 0, 2)
    assert (await _said(database), await _overturned(database)) == ({}, frozenset())
    async with database.reading() as db:
        assert await corrections.of_inspections(db, [undone.case.inspection_id]) == {}
    assert (await answer(database, await take(database), "confirm")).case.state == "done"
    assert await _said(database) == {"ann": "hit"}


async def test_a_blind_decision_that_is_taken_back_goes_to_somebody_who_has_not_seen_the_verdict(
    database: Database,
) -> None:
    await judged(database, "s-1")
    await draw(database, what="random", blind=True, size=1)
    await answer(database, await take(database, "ann"), "no_hit")
    undone = await _undo(database)
    assert (undone.held, undone.case.state, undone.case.decided) == (False, "open", 0)
    assert await _said(database) == {}
    assert await take(database, "ann") is None
    assert (await answer(database, await take(database, "ben"), "hit", "ben")).case.state == "done"


async def test_undo_waits_for_whoever_has_the_case_now(database: Database) -> None:
    await judged(database, "s-1")
    await draw(database, reviewers=2)
    await answer(database, await take(database, "ann"), "confirm")
    held = await take(database, "ben")
    undone = await _undo(database)
    assert (undone.held, undone.case.holder, undone.case.decided) == (False, "ben", 0)
    await answer(database, held, "confirm", "ben")
    assert await take(database, "ann") is not None


async def test_only_ones_own_last_decisions_can_be_taken_back(database: Database) -> None:
    with pytest.raises(UndoRefused, match="no decision"):
        await _undo(database)
    names = [f"s-{number:02}" for number in range(undoing.REACH + 1)]
    await judged(database, *names)
    await draw(database)
    made = [
        await answer(database, await take(database), "confirm", minutes=n / 10) for n in range(len(names))
    ]
    with pytest.raises(UndoRefused, match="none of the last"):
        await _undo(database, decision_id=made[0].decision.decision_id)
    with pytest.raises(UndoRefused):
        await _undo(database, "ben", made[-1].decision.decision_id)
    assert (await _undo(database, decision_id=made[1].decision.decision_id)).held
    with pytest.raises(UndoRefused):
        await _undo(database, decision_id=made[1].decision.decision_id)


async def test_a_decision_is_taken_back_once_however_often_it_is_asked(database: Database) -> None:
    await judged(database, "s-1")
    await draw(database)
    made = await answer(database, await take(database), "misjudged")
    tries = (_undo(database, decision_id=made.decision.decision_id) for _ in range(4))
    results: list[Any] = await asyncio.gather(*tries, return_exceptions=True)
    assert sum(isinstance(each, undoing.Undone) for each in results) == 1
    async with database.reading() as db:
        assert (await cases.get(db, made.case.case_id)).decided == 0


@pytest.mark.parametrize("which", [0, 1])
async def test_undoing_one_of_two_denials_leaves_the_other(database: Database, which: int) -> None:
    await judged(database, "s-1")
    await draw(database)
    await draw(database)
    made = [await answer(database, await take(database, who), "misjudged", who) for who in ("ann", "ben")]
    await _undo(database, ("ann", "ben")[which], made[which].decision.decision_id)
    assert await _overturned(database) == frozenset({RULE})
    await _undo(database, ("ann", "ben")[1 - which], made[1 - which].decision.decision_id)
    assert (await _said(database), await _overturned(database)) == ({}, frozenset())


async def test_a_whole_session_is_confirmed_with_what_is_otherwise(database: Database) -> None:
    await submit(database, "s-1")
    third = "prohibited_superlative"
    await judge(
        database, "s-1", found("s-1"), found("s-1", rule_id=OTHER), found("s-1", "no_hit", rule_id=third)
    )
    await draw(database, what="random", rules=(), size=1)
    case = await take(database)
    with pytest.raises(AnswerUnfit):
        await answer(database, case, "misjudged")
    findings = (
        Finding(rule_id=RULE, verdict="no_hit"),
        Finding(rule_id=third, verdict="hit", message_ids=("m2",)),
    )
    decided = await answer(database, case, "confirm", findings=findings)
    assert {each.rule_id: each.verdict for each in decided.labels} == {
        RULE: "no_hit",
        third: "hit",
        OTHER: "hit",
    }
    assert decided.overturned == (RULE,)
    await _undo(database)
    assert (await _said(database), await _overturned(database)) == ({}, frozenset())
