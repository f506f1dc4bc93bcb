"""How revisions of sessions are written: many at a time, safely against others who write the same ones."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, Literal

import msgspec
from sqlalchemy import bindparam, delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from storage import agent_names
from storage.batches import batches
from storage.errors import SessionNotFound
from storage.session_documents import Draft
from storage.session_rows import agents_of, folded_text, to_row
from storage.tables.sessions import (
    SessionAgentRow,
    SessionRevisionRow,
    SessionRow,
    SessionTextRow,
    insert_into,
    table_of,
)


class Kept(msgspec.Struct, frozen=True):
    """`revision` is the new one, or for `unchanged` the newest there was."""

    status: Literal["created", "revised", "unchanged"]
    revision: int


async def keep(db: AsyncSession, drafts: Sequence[Draft], *, replace: bool, now: datetime) -> list[Kept]:
    """Writes what is new, in order; `replace` compares with the newest revision only."""
    if not drafts:
        return []
    newest = await _lock_all(db, drafts, now)
    hashes = await _known_hashes(db, newest)
    kept: list[Kept] = []
    changed: dict[str, tuple[Draft, int]] = {}
    revisions: list[dict[str, Any]] = []
    for each in drafts:
        session_id = each.session.session_id
        known, revision = hashes.setdefault(session_id, {}), newest[session_id]
        seen = known.get(each.content_hash)
        if seen == revision if replace else seen is not None:
            kept.append(Kept("unchanged", revision))
            continue
        newest[session_id] = known[each.content_hash] = revision = revision + 1
        kept.append(Kept("created" if revision == 1 else "revised", revision))
        changed[session_id] = each, revision
        revisions.append(_revision_row(each, revision, now))
    if changed:
        await _write(db, revisions, changed.values(), now)
    return kept


async def lock(db: AsyncSession, session_id: str) -> None:
    """Holds off other writers of a session until the transaction ends. Raises `SessionNotFound`."""
    sessions = table_of(SessionRow)
    query = select(sessions.c.session_id).where(sessions.c.session_id == session_id).with_for_update()
    if (await db.execute(query)).first() is None:
        raise SessionNotFound(f"there is no session {session_id!r}")


def _revision_row(each: Draft, revision: int, now: datetime) -> dict[str, Any]:
    return {
        "session_id": each.session.session_id,
        "revision": revision,
        "content_hash": each.content_hash,
        "received_at": now,
        "document": each.json,
    }


async def _lock_all(db: AsyncSession, drafts: Sequence[Draft], now: datetime) -> dict[str, int]:
    """The newest revision of each session, 0 for a new one.

    New rows are inserted and known ones touched in one order, so that two writers of the same sessions wait
    for each other instead of deadlocking; the second then sees what the first committed.
    """
    first = {each.session.session_id: each.session for each in reversed(drafts)}
    rows = [to_row(first[session_id], 0, now) for session_id in sorted(first)]
    statement = insert_into(db, SessionRow)
    sessions = table_of(SessionRow)
    statement = statement.on_conflict_do_update(
        index_elements=["session_id"], set_={"session_id": statement.excluded.session_id}
    )
    connection = await db.connection()
    found = await connection.execute(statement.returning(sessions.c.session_id, sessions.c.revision), rows)
    return {session_id: revision for session_id, revision in found}


async def _known_hashes(db: AsyncSession, newest: dict[str, int]) -> dict[str, dict[str, int]]:
    """Content hash to the newest revision that has it, per session."""
    revisions = table_of(SessionRevisionRow).c
    hashes: dict[str, dict[str, int]] = {}
    for some in batches([session_id for session_id, revision in newest.items() if revision]):
        query = select(revisions.session_id, revisions.content_hash, revisions.revision)
        query = query.where(revisions.session_id.in_(some)).order_by(revisions.revision)
        for session_id, content_hash, revision in await db.execute(query):
            hashes.setdefault(session_id, {})[content_hash] = revision
    return hashes


async def _write(
    db: AsyncSession, revisions: list[dict[str, Any]], changed: Iterable[tuple[Draft, int]], now: datetime
) -> None:
    connection = await db.connection()
    sessions, agents = table_of(SessionRow), table_of(SessionAgentRow)
    newest = [(each.session, revision) for each, revision in changed]
    await connection.execute(table_of(SessionRevisionRow).insert(), revisions)
    rows = [to_row(session, revision, now) for session, revision in newest]
    columns: dict[str, Any] = {name: bindparam(name) for name in rows[0] if name != "session_id"}
    keyed = [{**row, "key": row["session_id"]} for row in rows]
    await connection.execute(
        update(sessions).where(sessions.c.session_id == bindparam("key")).values(columns), keyed
    )
    for some in batches([row["session_id"] for row in rows]):
        await connection.execute(delete(agents).where(agents.c.session_id.in_(some)))
    served = [
        {"session_id": session.session_id, "agent_id": agent}
        for session, _ in newest
        for agent in agents_of(session)
    ]
    if served:
        await connection.execute(agents.insert(), served)
    texts = insert_into(db, SessionTextRow)
    texts = texts.on_conflict_do_update(index_elements=["session_id"], set_={"folded": texts.excluded.folded})
    folded = [{"session_id": session.session_id, "folded": folded_text(session)} for session, _ in newest]
    await connection.execute(texts, folded)
    await agent_names.remember(db, (session for session, _ in newest))
