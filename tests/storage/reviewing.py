"""A small shop whose sessions have been inspected, for tests of labels and review."""

from datetime import timedelta
from typing import Any

from evaluators.types import AgentCard, Outcome, Scorecard
from storage import inspections, sessions
from storage.db import Database
from storage.review import deciding, plans, queue
from storage.review.answers import Reply
from storage.review.cases import Case
from storage.review.deciding import Decided
from storage.review.plans import DrawnPlan
from tests.storage.building import NOON, a_card, a_document

RULE, OTHER = "hostile_phrase", "late_reply_without_apology"
VERSION = "sha256:r1"


def found(
    session_id: str, verdict: str = "hit", rule_id: str = RULE, *, version: str = VERSION, **fields: Any
) -> Outcome:
    """An outcome of `a-1`; a hit costs 10."""
    score = -10 if verdict == "hit" else 0
    given = {"agent_id": "a-1" if verdict == "hit" else None, "score": score} | fields
    return Outcome(session_id=session_id, rule_id=rule_id, rule_version=version, verdict=verdict, **given)  # type: ignore[arg-type]


async def judge(
    database: Database,
    session_id: str,
    *outcomes: Outcome,
    revision: int = 1,
    minutes: int = 0,
    **fields: Any,
) -> str:
    """Keeps an inspection with these outcomes (none: one hit of `RULE`); its id."""
    given = outcomes or (found(session_id),)
    points = sum(each.score for each in given)
    sums = a_card(100 + points, deductions=points)
    card = Scorecard(session_id=session_id, **sums, agents={"a-1": AgentCard(**sums)})
    inspection = inspections.Inspection(
        session_id=session_id, revision=revision, outcomes=given, scorecard=card,
        **{"catalogue_version": "sha256:c1"} | fields,
    )  # fmt: skip
    async with database.transaction() as db:
        saved = await inspections.save(db, inspection, now=NOON + timedelta(minutes=minutes))
    return saved.inspection_id


async def submit(database: Database, *session_ids: str, **fields: Any) -> None:
    async with database.transaction() as db:
        await sessions.submit(db, [a_document(session_id, **fields) for session_id in session_ids])


async def judged(
    database: Database, *session_ids: str, verdict: str = "hit", **fields: Any
) -> dict[str, str]:
    """Hands sessions in and keeps an inspection of each; inspection id by session id."""
    await submit(database, *session_ids, **fields)
    return {each: await judge(database, each, found(each, verdict)) for each in session_ids}


async def rescored(db: Any, kept: inspections.StoredInspection, gone: frozenset[str]) -> Scorecard:
    """A card on which the hits of these rules cost nothing."""
    left = [each for each in kept.inspection.outcomes if each.verdict == "hit" and each.rule_id not in gone]
    points = sum(each.score for each in left)
    sums = a_card(100 + points, deductions=points)
    return Scorecard(session_id=kept.inspection.session_id, **sums, agents={"a-1": AgentCard(**sums)})


async def draw(database: Database, *, key: str | None = None, **fields: Any) -> DrawnPlan:
    """Draws all hits of `RULE`, unless told otherwise."""
    given = {"title": "日常抽检", "what": "flagged", "rules": (RULE,)} | fields
    async with database.transaction() as db:
        return await plans.draw(db, plans.Plan(**given), author="lead", key=key, now=NOON)


async def take(database: Database, reviewer: str = "ann", minutes: float = 0, **fields: Any) -> Case | None:
    async with database.transaction() as db:
        return await queue.take_next(
            db, reviewer, day_start=NOON - timedelta(hours=1), now=NOON + timedelta(minutes=minutes), **fields
        )


async def answer(
    database: Database,
    case: Case | None,
    answer: str,
    reviewer: str = "ann",
    minutes: float = 0,
    **fields: Any,
) -> Decided:
    assert case is not None
    reply = Reply(**{"answer": answer, "round": case.round} | fields)
    async with database.transaction() as db:
        return await deciding.decide(
            db, case.case_id, reviewer, reply, rescore=rescored, now=NOON + timedelta(minutes=minutes)
        )
