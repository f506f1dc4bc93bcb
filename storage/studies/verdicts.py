"""Verdicts that studies keep, by a hash of all that a verdict depends on."""

from collections.abc import Iterable, Mapping

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from storage.batches import batches
from storage.tables.sessions import insert_into, table_of
from storage.tables.studies import VerdictRow

_verdicts = table_of(VerdictRow)


async def known_verdicts(db: AsyncSession, keys: Iterable[str]) -> dict[str, bytes]:
    """Those that are kept, by key."""
    found: dict[str, bytes] = {}
    for some in batches(list(dict.fromkeys(keys))):
        query = select(_verdicts.c.key, _verdicts.c.document).where(_verdicts.c.key.in_(some))
        found.update({key: document.encode() for key, document in await db.execute(query)})
    return found


async def keep_verdicts(db: AsyncSession, verdicts: Mapping[str, bytes]) -> None:
    """Adds them. One that is kept already stays."""
    rows = [{"key": key, "document": document.decode()} for key, document in verdicts.items()]
    if rows:
        statement = insert_into(db, VerdictRow).on_conflict_do_nothing()
        await (await db.connection()).execute(statement, rows)
