"""The audit trail: who did what, when and why. Append-only; the database itself refuses changes."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from storage.instants import utc_now
from storage.tables.control import AuditRow
from storage.tables.sessions import table_of


class AuditEntry(msgspec.Struct, frozen=True, kw_only=True):
    """`action` such as `profile.put`; `subject`: what was acted upon, such as `profile:default@3`.

    `entry_id` counts up; a number may be left out where a change was not carried through.
    """

    entry_id: int
    at: datetime
    actor: str
    action: str
    subject: str
    reason: str
    details: dict[str, Any]


async def record(
    db: AsyncSession,
    *,
    actor: str,
    action: str,
    subject: str,
    reason: str = "",
    details: Mapping[str, Any] | None = None,
    now: datetime | None = None,
) -> int:
    """Adds an entry in the caller's transaction: it is kept exactly if what it tells of is. Its id."""
    values = {
        "at": now or utc_now(),
        "actor": actor,
        "action": action,
        "subject": subject,
        "reason": reason,
        "document": msgspec.json.encode(dict(details or {})).decode(),
    }
    table = table_of(AuditRow)
    connection = await db.connection()
    result = await connection.execute(table.insert().returning(table.c.entry_id), values)
    entry_id: int = result.scalar_one()
    return entry_id


async def entries(
    db: AsyncSession,
    *,
    subject: str | None = None,
    action: str | None = None,
    kind: str | None = None,
    actor: str | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
    before: int | None = None,
    limit: int = 100,
) -> tuple[AuditEntry, ...]:
    """Newest first. `kind`: actions that begin so, such as `profile` for `profile.put`; `since` (included) to `until`;
    `before`: only entries with a smaller id, to page on."""
    row = AuditRow
    same = {"subject": subject, "action": action, "actor": actor}
    query = select(AuditRow).filter_by(**{name: value for name, value in same.items() if value is not None})
    if kind is not None:
        query = query.where(col(row.action).startswith(f"{kind}.", autoescape=True))
    if since is not None:
        query = query.where(col(row.at) >= since)
    if until is not None:
        query = query.where(col(row.at) < until)
    if before is not None:
        query = query.where(col(row.entry_id) < before)
    query = query.order_by(col(row.entry_id).desc()).limit(limit)
    return tuple(_from_row(each) for each in (await db.execute(query)).scalars())


def _from_row(row: AuditRow) -> AuditEntry:
    assert row.entry_id is not None, "a row that was read has its key"
    return AuditEntry(
        entry_id=row.entry_id,
        at=row.at,
        actor=row.actor,
        action=row.action,
        subject=row.subject,
        reason=row.reason,
        details=msgspec.json.decode(row.document),
    )
