"""Everything that was judged of a rule, labelled or not: what a rate is a rate of."""

from collections.abc import Collection
from datetime import datetime
from typing import Any, NamedTuple

import msgspec
from sqlalchemy import case, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from storage.session_filters import ReportFilters, report_conditions, revealed
from storage.tables.sessions import OutcomeRow, SessionAgentRow, SessionRow


class Judged(msgspec.Struct, frozen=True, kw_only=True):
    """A decided outcome of a latest inspection. `agent_id`: charged with the hit, else the first who served."""

    session_id: str
    revision: int
    inspection_id: str
    hit: bool
    shop: str | None
    group: str | None
    agent_id: str | None
    started_at: datetime


async def judged(db: AsyncSession, rule_id: str, filters: ReportFilters) -> tuple[Judged, ...]:
    """Hits and others (`no_hit`, `not_applicable`) as they were judged, before anybody overturned one."""
    session, outcome, served = SessionRow, OutcomeRow, SessionAgentRow
    first = (
        select(func.min(col(served.agent_id)))
        .where(col(served.session_id) == col(session.session_id))
        .correlate(SessionRow)
        .scalar_subquery()
    )
    columns: list[Any] = [
        col(session.session_id), col(session.inspected_revision).label("revision"),
        col(session.inspection_id), (col(outcome.verdict) == "hit").label("hit"), col(session.shop),
        col(session.group_name).label("group"),
        func.coalesce(col(outcome.agent_id), first).label("agent_id"), col(session.started_at),
    ]  # fmt: skip
    query = (
        select(*columns)
        .join(OutcomeRow, col(outcome.inspection_id) == col(session.inspection_id))
        .where(col(outcome.rule_id) == rule_id, col(outcome.verdict) != "undetermined")
        .where(*report_conditions(filters), *revealed(filters))
        .order_by(col(session.session_id))
    )
    return tuple(Judged(**row) for row in (await db.execute(query)).mappings())


class Sizes(NamedTuple):
    """Sessions whose latest inspection found a hit, and those that were decided otherwise."""

    hits: int
    others: int


async def sizes(db: AsyncSession, rule_ids: Collection[str]) -> dict[str, Sizes]:
    """By rule; one that nothing was decided of is left out."""
    outcome, hit = OutcomeRow, case((col(OutcomeRow.verdict) == "hit", 1), else_=0)
    query = (
        select(col(outcome.rule_id), func.sum(hit), func.count())
        .join(SessionRow, col(outcome.inspection_id) == col(SessionRow.inspection_id))
        .where(col(outcome.rule_id).in_(rule_ids), col(outcome.verdict) != "undetermined")
        .group_by(col(outcome.rule_id))
    )
    return {
        rule_id: Sizes(int(hits), number - int(hits)) for rule_id, hits, number in await db.execute(query)
    }
