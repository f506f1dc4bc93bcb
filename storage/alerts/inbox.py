"""The inbox: what somebody was told, or is to be told, newest first."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from storage.alerts.records import Alert, Level, State, get, in_state, with_events
from storage.review import blinding
from storage.tables.sessions import OutcomeRow, SessionRow, table_of
from storage.tables.trust import AlertRow

#: A longer list of what waits is not counted to its end.
MOST_COUNTED = 1000
_alerts = table_of(AlertRow)


async def inbox(
    db: AsyncSession,
    *,
    state: State | None = None,
    level: Level | None = None,
    agent_id: str | None = None,
    shop: str | None = None,
    rule_id: str | None = None,
    before: datetime | None = None,
    before_id: str | None = None,
    blind_for: str | None = None,
    limit: int = 100,
) -> tuple[Alert, ...]:
    """Newest first. `agent_id`: what this agent has been told. `before`: only earlier ones.

    `before_id`: only those that come after this one, to page on: many are as old as each other. Raises
    `AlertNotFound`. `blind_for`: without those of sessions that this reviewer is still to judge blind.
    """
    row = AlertRow
    query = select(row).order_by(col(row.at).desc(), col(row.alert_id).desc()).limit(limit)
    if state is not None:
        query = query.where(in_state(state))
    if agent_id is not None:
        query = query.where(col(row.agent_id) == agent_id, ~in_state("held"), ~in_state("dismissed"))
    given = ((row.level, level), (row.shop, shop), (row.rule_id, rule_id))
    query = query.where(*(col(column) == value for column, value in given if value is not None))
    if before is not None:
        query = query.where(col(row.at) < before)
    if before_id is not None:
        last = await get(db, before_id)
        as_old = and_(col(row.at) == last.at, col(row.alert_id) < before_id)
        query = query.where(or_(col(row.at) < last.at, as_old))
    if blind_for is not None:
        query = query.where(_told(blind_for))
    return await with_events(db, (await db.execute(query)).scalars().all())


async def waiting(db: AsyncSession, since: datetime, blind_for: str | None = None) -> dict[State, int]:
    """How many alerts raised since then are new, and how many are held; `MOST_COUNTED` means as many or more.

    `blind_for` as for the inbox.
    """
    found: dict[State, int] = {}
    states: tuple[State, ...] = ("held", "new")
    for state in states:
        query = select(_alerts.c.alert_id).where(_alerts.c.at >= since, in_state(state)).limit(MOST_COUNTED)
        if blind_for is not None:
            query = query.where(_told(blind_for))
        counted = select(func.count()).select_from(query.subquery())
        found[state] = (await db.execute(counted)).scalar_one()
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
