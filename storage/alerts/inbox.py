"""The inbox: what somebody was told, or is to be told, newest first."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from storage.alerts.records import Alert, Level, State, in_state, with_events
from storage.review import blinding
from storage.tables.sessions import OutcomeRow, SessionRow, table_of
from storage.tables.trust import AlertRow

_alerts = table_of(AlertRow)


async def inbox(
    db: AsyncSession,
    *,
    state: State | None = None,
    level: Level | None = None,
    agent_id: str | None = None,
    shop: str | None = None,
    before: datetime | None = None,
    blind_for: str | None = None,
    limit: int = 100,
) -> tuple[Alert, ...]:
    """Newest first. `agent_id`: what this agent has been told. `before`: only earlier ones, to page on.

    `blind_for`: without those of sessions that this reviewer is still to judge blind.
    """
    row = AlertRow
    query = select(row).order_by(col(row.at).desc(), col(row.alert_id).desc()).limit(limit)
    if state is not None:
        query = query.where(in_state(state))
    if agent_id is not None:
        query = query.where(col(row.agent_id) == agent_id, ~in_state("held"), ~in_state("dismissed"))
    given = ((row.level, level), (row.shop, shop))
    query = query.where(*(col(column) == value for column, value in given if value is not None))
    if before is not None:
        query = query.where(col(row.at) < before)
    if blind_for is not None:
        query = query.where(_told(blind_for))
    return await with_events(db, (await db.execute(query)).scalars().all())


async def waiting(db: AsyncSession, blind_for: str | None = None) -> dict[State, int]:
    """How many are new, and how many are held; `blind_for` as for the inbox."""
    found: dict[State, int] = {}
    states: tuple[State, ...] = ("held", "new")
    for state in states:
        query = select(func.count()).select_from(_alerts).where(in_state(state))
        if blind_for is not None:
            query = query.where(_told(blind_for))
        found[state] = (await db.execute(query)).scalar_one()
    return found


async def gone(db: AsyncSession, shown: Iterable[Alert]) -> frozenset[str]:
    """Ids of alerts of hits that the latest inspection of their session does not find any more."""
    of_hits = frozenset(each.alert_id for each in shown if each.kind == "hit")
    still = (
        select(_alerts.c.alert_id)
        .join(SessionRow, col(SessionRow.session_id) == _alerts.c.session_id)
        .join(OutcomeRow, col(OutcomeRow.inspection_id) == col(SessionRow.inspection_id))
        .where(_alerts.c.alert_id.in_(sorted(of_hits)))
        .where(col(OutcomeRow.rule_id) == _alerts.c.rule_id, col(OutcomeRow.verdict) == "hit")
    )
    return of_hits - frozenset((await db.execute(still)).scalars())


def _told(reviewer: str) -> ColumnElement[bool]:
    """Alerts of no session, and of sessions the reviewer may see judged."""
    return or_(_alerts.c.session_id.is_(None), ~blinding.withheld(_alerts.c.session_id, reviewer))
