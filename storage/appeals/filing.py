"""An agent says of a hit that it is right, or that it is not: within a time, to somebody who has not judged it."""

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from evaluators.types import Outcome
from storage import audit, corrections, inspections, labels, session_writing
from storage.appeals.records import Acknowledgement, Appeal, add_step, get
from storage.errors import AppealConflict, AppealNotFound, AppealTooLate, HitNotFound
from storage.ids import new_id
from storage.inspections import StoredInspection
from storage.instants import utc_now
from storage.review import cases
from storage.review.cases import NewCase
from storage.review.decisions import standing
from storage.tables.appeals import AcknowledgementRow, AppealRow
from storage.tables.sessions import insert_into, table_of

#: How long an agent may appeal, and how soon the appeal is to be decided, unless told otherwise.
WINDOW, DUE = timedelta(days=7), timedelta(days=2)
LEVELS = 2


async def acknowledge(
    db: AsyncSession, session_id: str, rule_id: str, *, agent_id: str, actor: str, now: datetime | None = None
) -> Acknowledgement:
    """The agent accepts a hit; once more changes nothing. Audited. Does not commit.

    Raises `HitNotFound`, `AppealConflict` while an appeal is open.
    """
    now = now or utc_now()
    kept, _ = await _hit(db, session_id, rule_id, agent_id)
    revision = kept.inspection.revision
    appeal = await _appeal(db, session_id, revision, rule_id, agent_id)
    if appeal is not None and appeal.state == "open":
        raise AppealConflict(f"appeal {appeal.appeal_id!r} against this hit is open")
    row = {
        "session_id": session_id,
        "revision": revision,
        "rule_id": rule_id,
        "agent_id": agent_id,
        "actor": actor,
        "at": now,
    }
    statement = insert_into(db, AcknowledgementRow).values(row).on_conflict_do_nothing()
    if (await (await db.connection()).execute(statement)).rowcount:
        await audit.record(
            db, actor=actor, action="hit.acknowledged", subject=f"session:{session_id}",
            details={"revision": revision, "rule_id": rule_id, "agent_id": agent_id}, now=now,
        )  # fmt: skip
    found = await db.get(AcknowledgementRow, (session_id, revision, rule_id, agent_id))
    assert found is not None, "it was there, or was just added"
    return Acknowledgement(**{name: getattr(found, name) for name in Acknowledgement.__struct_fields__})


async def file(
    db: AsyncSession,
    session_id: str,
    rule_id: str,
    *,
    agent_id: str,
    actor: str,
    reason: str,
    window: timedelta = WINDOW,
    due: timedelta = DUE,
    now: datetime | None = None,
) -> Appeal:
    """An appeal against a hit of the latest inspection that is charged to the agent. Audited. Does not commit.

    It goes to a reviewer who has said nothing of this hit. Raises `HitNotFound`, `AppealTooLate`, `AppealConflict`.
    """
    now = now or utc_now()
    await session_writing.lock(db, session_id)
    kept, outcome = await _hit(db, session_id, rule_id, agent_id)
    if now >= kept.inspected_at + window:
        raise AppealTooLate(f"an appeal was possible until {(kept.inspected_at + window).isoformat()}")
    revision = kept.inspection.revision
    mark = await db.get(AcknowledgementRow, (session_id, revision, rule_id, agent_id))
    if mark is not None or await _appeal(db, session_id, revision, rule_id, agent_id) is not None:
        raise AppealConflict("this hit was " + ("acknowledged" if mark else "appealed against") + " already")
    judges = {each.labeller for each in await labels.history(db, session_id, rule_id)}
    row = {
        "appeal_id": new_id("appeal", now),
        "session_id": session_id,
        "revision": revision,
        "inspection_id": kept.inspection_id,
        "rule_id": rule_id,
        "agent_id": agent_id,
        "filed_at": now,
        "level": 1,
        "state": "open",
        "final": False,
        "case_id": await _make_case(db, kept, outcome, 1, judges, now, due),
        "changed_at": now,
    }
    await (await db.connection()).execute(table_of(AppealRow).insert(), [row])
    return await _told(db, str(row["appeal_id"]), "filed", actor, reason, now)


async def escalate(
    db: AsyncSession,
    appeal_id: str,
    *,
    agent_id: str,
    actor: str,
    reason: str,
    window: timedelta = WINDOW,
    due: timedelta = DUE,
    now: datetime | None = None,
) -> Appeal:
    """Takes a rejected appeal to the second and last level. Audited. Does not commit.

    Raises `AppealNotFound`, `AppealTooLate`, `AppealConflict`, `HitNotFound`.
    """
    now = now or utc_now()
    query = select(AppealRow).where(col(AppealRow.appeal_id) == appeal_id).with_for_update()
    row = (await db.execute(query, execution_options={"populate_existing": True})).scalar_one_or_none()
    if row is None or row.agent_id != agent_id:
        raise AppealNotFound(f"agent {agent_id!r} has no appeal {appeal_id!r}")
    if row.state != "rejected" or row.final:
        raise AppealConflict(f"the appeal is {row.state}{' for good' if row.final else ''}")
    if now >= row.changed_at + window:
        raise AppealTooLate(f"it could be taken further until {(row.changed_at + window).isoformat()}")
    kept = await inspections.get(db, row.inspection_id)
    outcome = next(each for each in kept.inspection.outcomes if each.rule_id == row.rule_id)
    judges = {each.labeller for each in await labels.history(db, row.session_id, row.rule_id)}
    judges |= {each.reviewer for each in await standing(db, row.case_id)}
    row.level, row.state, row.changed_at = LEVELS, "open", now
    row.case_id = await _make_case(db, kept, outcome, LEVELS, judges, now, due)
    await db.flush()
    return await _told(db, appeal_id, "escalated", actor, reason, now)


async def _hit(
    db: AsyncSession, session_id: str, rule_id: str, agent_id: str
) -> tuple[StoredInspection, Outcome]:
    kept = await inspections.latest(db, session_id)
    off = await corrections.overturned(db, session_id, kept.inspection.revision)
    for outcome in kept.inspection.outcomes:
        mine = outcome.rule_id == rule_id and outcome.agent_id == agent_id
        if mine and outcome.verdict == "hit" and rule_id not in off:
            return kept, outcome
    raise HitNotFound(f"session {session_id!r} has no hit of {rule_id!r} that counts for agent {agent_id!r}")


async def _appeal(
    db: AsyncSession, session_id: str, revision: int, rule_id: str, agent_id: str
) -> AppealRow | None:
    row = AppealRow
    query = select(row).where(
        col(row.session_id) == session_id,
        col(row.revision) == revision,
        col(row.rule_id) == rule_id,
        col(row.agent_id) == agent_id,
    )
    return (await db.execute(query)).scalar_one_or_none()


async def _make_case(
    db: AsyncSession,
    kept: StoredInspection,
    outcome: Outcome,
    level: int,
    judges: set[str],
    now: datetime,
    due: timedelta,
) -> str:
    new = NewCase(
        kind="appeal",
        session_id=kept.inspection.session_id,
        revision=kept.inspection.revision,
        inspection_id=kept.inspection_id,
        rule_id=outcome.rule_id,
        agent_id=outcome.agent_id,
        judged=outcome.verdict,
        source="appeal",
        due_at=now + due,
        excluded=tuple(sorted(judges)),
        occasion=f"{outcome.agent_id} level {level}",
    )
    return (await cases.create(db, [new], now=now))[0]


async def _told(
    db: AsyncSession, appeal_id: str, action: str, actor: str, reason: str, now: datetime
) -> Appeal:
    row = await db.get(AppealRow, appeal_id)
    assert row is not None, "it was just written"
    await add_step(db, row, "filed" if action == "filed" else "escalated", actor, reason, now)
    return await get(db, appeal_id)
