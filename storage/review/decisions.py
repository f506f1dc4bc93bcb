"""Decisions as they are kept: one per reservation at most, taken back by adding."""

from datetime import datetime

import msgspec
from sqlalchemy import ColumnElement, exists, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased
from sqlmodel import col

from storage.tables.review import DecisionRow
from storage.tables.sessions import table_of


class Decision(msgspec.Struct, frozen=True, kw_only=True):
    """`verdict`: of the label; None for a skipped case. `undoes`: the decision that this one takes back.

    Of a whole session the verdict says only that it was looked through; the labels say what was found.
    """

    decision_id: str
    case_id: str
    round: int | None
    reviewer: str
    answer: str
    verdict: str | None
    decided_at: datetime
    undoes: str | None
    labels: tuple[str, ...]
    note: str


async def insert(db: AsyncSession, decision: Decision) -> None:
    """Does not commit."""
    row = msgspec.structs.asdict(decision) | {"labels": msgspec.json.encode(decision.labels).decode()}
    await (await db.connection()).execute(table_of(DecisionRow).insert(), [row])


async def of_round(db: AsyncSession, case_id: str, round: int) -> Decision | None:
    """The decision a reservation led to."""
    query = select(DecisionRow).where(col(DecisionRow.case_id) == case_id, col(DecisionRow.round) == round)
    row = (await db.execute(query)).scalar_one_or_none()
    return None if row is None else _from_row(row)


async def standing(db: AsyncSession, case_id: str) -> tuple[Decision, ...]:
    """The decisions on a case that were not taken back, oldest first."""
    query = select(DecisionRow).where(col(DecisionRow.case_id) == case_id, *is_standing())
    query = query.order_by(col(DecisionRow.decision_id))
    return tuple(_from_row(row) for row in (await db.execute(query)).scalars())


async def last_of(db: AsyncSession, reviewer: str, limit: int) -> tuple[Decision, ...]:
    """A reviewer's last decisions that were not taken back, newest first."""
    row = DecisionRow
    query = select(row).where(col(row.reviewer) == reviewer, *is_standing())
    query = query.order_by(col(row.decided_at).desc(), col(row.decision_id).desc()).limit(limit)
    return tuple(_from_row(found) for found in (await db.execute(query)).scalars())


def is_standing() -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    later = aliased(DecisionRow)
    undone = exists().where(col(later.undoes) == col(DecisionRow.decision_id)).correlate(DecisionRow)
    return ~undone, col(DecisionRow.undoes).is_(None)


def _from_row(row: DecisionRow) -> Decision:
    names = [name for name in Decision.__struct_fields__ if name != "labels"]
    return Decision(
        labels=tuple(msgspec.json.decode(row.labels)), **{name: getattr(row, name) for name in names}
    )
