"""Shops, their groups and agents, as they occur in sessions: nobody has to enter them."""

from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import Label, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from storage.tables.sessions import SessionAgentRow, SessionRow


class Member(msgspec.Struct, frozen=True, kw_only=True):
    """An agent in a group of a shop (None: the sessions name none), and the last session they served there."""

    shop: str | None
    group: str | None
    agent_id: str
    sessions: int
    last_at: datetime
    session_id: str
    revision: int


async def members(db: AsyncSession, since: datetime, *, limit: int) -> tuple[Member, ...]:
    """Everyone who served a session that began since then, by shop, group and agent."""
    row, agent = SessionRow, col(SessionAgentRow.agent_id)
    place = (col(row.shop), col(row.group_name), agent)
    newest = (col(row.started_at).desc(), col(row.session_id).desc())
    columns: tuple[Label[Any], ...] = (
        col(row.shop).label("shop"),
        col(row.group_name).label("group"),
        agent.label("agent_id"),
        func.count().over(partition_by=place).label("sessions"),
        col(row.started_at).label("last_at"),
        col(row.session_id).label("session_id"),
        col(row.revision).label("revision"),
    )
    rank = func.row_number().over(partition_by=place, order_by=newest).label("rank")
    served = select(*columns, rank).join(
        SessionAgentRow, col(SessionAgentRow.session_id) == col(row.session_id)
    )
    each = served.where(col(row.started_at) >= since).subquery()
    query = select(*(each.c[column.name] for column in columns)).where(each.c.rank == 1)
    query = query.order_by(each.c.shop, each.c.group, each.c.agent_id).limit(limit)
    names = Member.__struct_fields__
    return tuple(Member(**dict(zip(names, found, strict=True))) for found in await db.execute(query))


class Names(msgspec.Struct, frozen=True, kw_only=True):
    """What sessions call their shops, groups and agents, in order."""

    shops: tuple[str, ...]
    groups: tuple[str, ...]
    agents: tuple[str, ...]


async def names(db: AsyncSession, *, limit: int) -> Names:
    """Of all sessions, at most so many of each."""
    columns = (col(SessionRow.shop), col(SessionRow.group_name), col(SessionAgentRow.agent_id))
    found = []
    for column in columns:
        query = select(column).where(column.is_not(None)).distinct().order_by(column).limit(limit)
        found.append(tuple(str(each) for each in (await db.execute(query)).scalars()))
    shops, groups, agents = found
    return Names(shops=shops, groups=groups, agents=agents)
