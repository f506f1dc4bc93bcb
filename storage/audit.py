"""The audit trail: who did what, when and why. Append-only; the database itself refuses changes."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy.ext.asyncio import AsyncSession


class AuditEntry(msgspec.Struct, frozen=True, kw_only=True):
    """`action` such as `profile.put`; `subject` the thing acted upon, such as `profile:default@3`."""

    entry_id: str
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
) -> AuditEntry:
    """Adds an entry in the caller's transaction: it is kept exactly if what it tells of is."""
    raise NotImplementedError


async def entries(
    db: AsyncSession, *, subject: str | None = None, action: str | None = None, limit: int = 100
) -> tuple[AuditEntry, ...]:
    """Newest first."""
    raise NotImplementedError
