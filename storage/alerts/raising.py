"""Alerts about to be made: of hits, of drift, of certificates that ended."""

from collections.abc import Sequence
from datetime import datetime
from typing import Literal

import msgspec
from sqlalchemy.ext.asyncio import AsyncSession

from storage.alerts.records import Level
from storage.ids import new_id
from storage.instants import utc_now
from storage.tables.sessions import insert_into, table_of
from storage.tables.trust import AlertRow

_alerts = table_of(AlertRow)


class NewAlert(msgspec.Struct, frozen=True, kw_only=True):
    """An alert about to be made. `dedupe`: what makes it the same as another one."""

    kind: Literal["hit", "drift", "certificate"]
    level: Level
    mode: Literal["automatic", "manual"]
    dedupe: str
    text: str
    shop: str | None = None
    session_id: str | None = None
    revision: int | None = None
    inspection_id: str | None = None
    rule_id: str | None = None
    agent_id: str | None = None


async def raise_alerts(db: AsyncSession, new: Sequence[NewAlert], *, now: datetime | None = None) -> int:
    """Keeps alerts; how many were not there before. Does not commit."""
    if not new:
        return 0
    now = now or utc_now()
    rows = [msgspec.structs.asdict(each) | {"alert_id": new_id("alert", now), "at": now} for each in new]
    statement = insert_into(db, AlertRow).on_conflict_do_nothing(index_elements=["dedupe"])
    made = await (await db.connection()).execute(statement.returning(_alerts.c.alert_id), rows)
    return len(made.all())
