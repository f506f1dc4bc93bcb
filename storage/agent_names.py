"""What agents are called. An id is what counts and is charged; the name is for people who read."""

from collections.abc import Iterable, Mapping

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from evaluators.types import ChatSession
from storage.batches import batches
from storage.tables.sessions import AgentNameRow, insert_into


async def remember(db: AsyncSession, sessions: Iterable[ChatSession]) -> None:
    """Keeps the names that the sessions give; the last word holds. Does not commit."""
    said = {
        agent.agent_id: agent.name.strip()
        for session in sessions
        for agent in session.agents
        if agent.name and agent.name.strip()
    }
    known = await names_of(db, said)
    # Most sessions say nothing new: they then write, and lock, no row. In one order, against deadlocks.
    new = [
        {"agent_id": agent_id, "name": name}
        for agent_id, name in sorted(said.items())
        if known.get(agent_id) != name
    ]
    if new:
        statement = insert_into(db, AgentNameRow)
        statement = statement.on_conflict_do_update(
            index_elements=["agent_id"], set_={"name": statement.excluded.name}
        )
        await (await db.connection()).execute(statement, new)


async def names_of(db: AsyncSession, agent_ids: Iterable[str | None]) -> Mapping[str, str]:
    """By id; who was never named is left out."""
    row, found = AgentNameRow, dict[str, str]()
    for some in batches(sorted({each for each in agent_ids if each})):
        query = select(col(row.agent_id), col(row.name)).where(col(row.agent_id).in_(some))
        found.update((agent_id, name) for agent_id, name in await db.execute(query))
    return found


async def called(db: AsyncSession, name: str, *, limit: int = 10) -> tuple[str, ...]:
    """Ids of the agents of that name, in order."""
    row = AgentNameRow
    query = (
        select(col(row.agent_id))
        .where(col(row.name) == name.strip())
        .order_by(col(row.agent_id))
        .limit(limit)
    )
    return tuple((await db.execute(query)).scalars())
