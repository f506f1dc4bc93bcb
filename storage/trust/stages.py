"""Whether a rule's hits are only watched, go to a person first, or count by themselves; and since when."""

from datetime import datetime
from typing import Any, Literal

import msgspec
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from storage import audit
from storage.instants import utc_now
from storage.tables.sessions import table_of
from storage.tables.trust import StageRow

Stage = Literal["shadow", "manual", "automatic"]
Purpose = Literal["notification", "scoring"]
#: In `measured`: an admin gave the stage although precision did not carry it.
FORCED = "forced"
#: Nothing is notified by itself that has not earned it; scores count from the first day, as published.
DEFAULTS: dict[Purpose, Stage] = {"notification": "manual", "scoring": "automatic"}


class RuleStage(msgspec.Struct, frozen=True, kw_only=True):
    """A stage from `at` on. `measured`: what it was based on (precision with interval); None: nothing measured."""

    rule_id: str
    purpose: Purpose
    stage: Stage
    actor: str
    reason: str
    at: datetime
    measured: dict[str, Any] | None


async def put(
    db: AsyncSession,
    rule_id: str,
    purpose: Purpose,
    stage: Stage,
    *,
    actor: str,
    reason: str,
    measured: dict[str, Any] | None = None,
    now: datetime | None = None,
) -> RuleStage:
    """Promotes or demotes a rule. Holds for inspections from now on. Audited. Does not commit."""
    made = RuleStage(
        rule_id=rule_id, purpose=purpose, stage=stage, actor=actor, reason=reason, at=now or utc_now(),
        measured=measured,
    )  # fmt: skip
    row = msgspec.structs.asdict(made)
    row["document"] = msgspec.json.encode(row.pop("measured")).decode()
    before = await stage_at(db, rule_id, purpose)
    await (await db.connection()).execute(table_of(StageRow).insert(), [row])
    await audit.record(
        db, actor=actor, action="rule.stage", subject=f"rule:{rule_id}", reason=reason,
        details={"purpose": purpose, "from": before, "to": stage}, now=made.at,
    )  # fmt: skip
    return made


async def history(db: AsyncSession, rule_id: str | None = None) -> tuple[RuleStage, ...]:
    """Newest first; of one rule, or of all."""
    query = select(StageRow).order_by(col(StageRow.stage_id).desc())
    if rule_id is not None:
        query = query.where(col(StageRow.rule_id) == rule_id)
    return tuple(_from_row(row) for row in (await db.execute(query)).scalars())


async def stage_at(db: AsyncSession, rule_id: str, purpose: Purpose, at: datetime | None = None) -> Stage:
    """The stage in force at an instant; None: now."""
    return (await stages_at(db, purpose, at)).get(rule_id, DEFAULTS[purpose])


async def stages_at(db: AsyncSession, purpose: Purpose, at: datetime | None = None) -> dict[str, Stage]:
    """By rule id; a rule that was never given one has the default."""
    query = select(StageRow).where(col(StageRow.purpose) == purpose)
    if at is not None:
        query = query.where(col(StageRow.at) <= at)
    rows = (await db.execute(query.order_by(col(StageRow.stage_id)))).scalars()
    return {row.rule_id: row.stage for row in rows}  # type: ignore[misc]  # written by `put`


async def in_force(db: AsyncSession, purpose: Purpose) -> tuple[RuleStage, ...]:
    """The last word on each rule that was ever given a stage."""
    query = select(StageRow).where(col(StageRow.purpose) == purpose).order_by(col(StageRow.stage_id))
    newest = {row.rule_id: row for row in (await db.execute(query)).scalars()}
    return tuple(map(_from_row, newest.values()))


def _from_row(row: StageRow) -> RuleStage:
    return RuleStage(
        rule_id=row.rule_id,
        purpose=row.purpose,  # type: ignore[arg-type]  # written by `put`
        stage=row.stage,  # type: ignore[arg-type]
        actor=row.actor,
        reason=row.reason,
        at=row.at,
        measured=msgspec.json.decode(row.document),
    )
