"""A small shop whose sessions have been inspected, for tests of labels and review."""

from datetime import timedelta
from typing import Any

from evaluators.types import AgentCard, Outcome, Scorecard
from storage import inspections, sessions
from storage.db import Database
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
