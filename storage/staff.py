"""Shops, their groups and agents, as they occur in sessions: nobody has to enter them."""

from datetime import datetime

import msgspec
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased
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
    at = func.max(col(row.started_at)).label("last_at")
    counted = (
        select(*place, func.count().label("sessions"), at)
        .join(SessionAgentRow, col(SessionAgentRow.session_id) == col(row.session_id))
        .where(col(row.started_at) >= since)
        .group_by(*place)
        .order_by(*place)
        .limit(limit)
        .subquery()
    )
    last, there = aliased(SessionRow), aliased(SessionAgentRow)
    newest = (
        select(func.max(col(last.session_id)))
        .join(there, col(there.session_id) == col(last.session_id))
        .where(col(last.started_at) == counted.c.last_at, col(there.agent_id) == counted.c.agent_id)
        .where(col(last.shop).is_not_distinct_from(counted.c.shop))
        .where(col(last.group_name).is_not_distinct_from(counted.c.group_name))
        .correlate(counted)
        .scalar_subquery()
    )
    found_there = (
        counted.c.shop,
        counted.c.group_name,
        counted.c.agent_id,
        counted.c.sessions,
        counted.c.last_at,
    )
    query = select(*found_there, col(row.session_id), col(row.revision)).join(
        counted, col(row.session_id) == newest
    )
    query = query.order_by(counted.c.shop, counted.c.group_name, counted.c.agent_id)
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
