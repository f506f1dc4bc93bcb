"""Appeals and acknowledgements as kept."""

from collections.abc import Sequence
from datetime import datetime
from typing import Literal

import msgspec
from sqlalchemy import select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from storage import audit
from storage.batches import batches
from storage.errors import AppealNotFound
from storage.tables.appeals import AcknowledgementRow, AppealRow, AppealStepRow
from storage.tables.sessions import table_of

State = Literal["open", "upheld", "rejected"]
Action = Literal["filed", "escalated", "upheld", "rejected"]


class Acknowledgement(msgspec.Struct, frozen=True, kw_only=True):
    """An agent has seen a hit and accepts it."""

    session_id: str
    revision: int
    rule_id: str
    agent_id: str
    actor: str
    at: datetime


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """Something that happened to an appeal. `reason`: the agent's, or the reviewer's note."""

    level: int
    action: Action
    actor: str
    reason: str
    at: datetime


class Appeal(msgspec.Struct, frozen=True, kw_only=True):
    """An appeal against a hit. `level` 1 or 2; `final`: nothing can follow. `steps`: oldest first."""

    appeal_id: str
    session_id: str
    revision: int
    inspection_id: str
    rule_id: str
    agent_id: str
    filed_at: datetime
    level: int
    state: State
    final: bool
    case_id: str
    changed_at: datetime
    steps: tuple[Step, ...]


async def get(db: AsyncSession, appeal_id: str) -> Appeal:
    """Raises `AppealNotFound`."""
    row = await db.get(AppealRow, appeal_id, populate_existing=True)
    if row is None:
        raise AppealNotFound(f"there is no appeal {appeal_id!r}")
    return (await _with_steps(db, [row]))[0]


async def listed(
    db: AsyncSession, *, state: str | None = None, agent_id: str | None = None, limit: int = 100
) -> tuple[Appeal, ...]:
    """The newest first."""
    query = select(AppealRow).order_by(col(AppealRow.filed_at).desc(), col(AppealRow.appeal_id)).limit(limit)
    if state is not None:
        query = query.where(col(AppealRow.state) == state)
    if agent_id is not None:
        query = query.where(col(AppealRow.agent_id) == agent_id)
    return await _with_steps(db, (await db.execute(query)).scalars().all())


async def upheld(db: AsyncSession, rule_id: str | None = None) -> frozenset[tuple[str, str]]:
    """Inspection and rule of every hit that an appeal has taken away for good."""
    query = select(AppealRow).where(col(AppealRow.state) == "upheld", col(AppealRow.final))
    if rule_id is not None:
        query = query.where(col(AppealRow.rule_id) == rule_id)
    return frozenset((row.inspection_id, row.rule_id) for row in (await db.execute(query)).scalars())


async def of_case(db: AsyncSession, case_id: str) -> Appeal | None:
    """The appeal that a review case is to decide; None: the case is about none."""
    rows = await db.execute(select(AppealRow).where(col(AppealRow.case_id) == case_id))
    row = rows.scalar_one_or_none()
    return None if row is None else (await _with_steps(db, [row]))[0]


async def of_hits(
    db: AsyncSession, agent_id: str, revisions: Sequence[tuple[str, int]]
) -> tuple[dict[tuple[str, int, str], Appeal], dict[tuple[str, int, str], datetime]]:
    """An agent's appeals, and when they acknowledged what, by session, revision and rule."""
    appeals: dict[tuple[str, int, str], Appeal] = {}
    seen: dict[tuple[str, int, str], datetime] = {}
    for some in batches(revisions):
        row = AppealRow
        query = select(row).where(
            col(row.agent_id) == agent_id, tuple_(col(row.session_id), col(row.revision)).in_(some)
        )
        for each in await _with_steps(db, (await db.execute(query)).scalars().all()):
            appeals[each.session_id, each.revision, each.rule_id] = each
        mark = AcknowledgementRow
        marks = select(mark).where(
            col(mark.agent_id) == agent_id, tuple_(col(mark.session_id), col(mark.revision)).in_(some)
        )
        for found in (await db.execute(marks)).scalars():
            seen[found.session_id, found.revision, found.rule_id] = found.at
    return appeals, seen


async def _with_steps(db: AsyncSession, rows: Sequence[AppealRow]) -> tuple[Appeal, ...]:
    steps: dict[str, list[Step]] = {row.appeal_id: [] for row in rows}
    query = select(AppealStepRow).where(col(AppealStepRow.appeal_id).in_(sorted(steps)))
    for each in (await db.execute(query.order_by(col(AppealStepRow.step_id)))).scalars():
        steps[each.appeal_id].append(Step(**{name: getattr(each, name) for name in Step.__struct_fields__}))
    names = [name for name in Appeal.__struct_fields__ if name != "steps"]
    return tuple(
        Appeal(steps=tuple(steps[row.appeal_id]), **{name: getattr(row, name) for name in names})
        for row in rows
    )


async def add_step(
    db: AsyncSession, row: AppealRow, action: Action, actor: str, reason: str, now: datetime
) -> None:
    """Audited."""
    step = {
        "appeal_id": row.appeal_id,
        "level": row.level,
        "action": action,
        "actor": actor,
        "reason": reason,
        "at": now,
    }
    await (await db.connection()).execute(table_of(AppealStepRow).insert(), [step])
    details = {"session_id": row.session_id, "rule_id": row.rule_id, "level": row.level, "final": row.final}
    await audit.record(
        db, actor=actor, action=f"appeal.{action}", subject=f"appeal:{row.appeal_id}", reason=reason,
        details=details, now=now,
    )  # fmt: skip
