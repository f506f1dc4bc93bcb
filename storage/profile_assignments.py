"""Which profile a shop uses, from when on."""

from datetime import datetime, tzinfo

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from evaluators.profiles import effective_from
from storage import audit
from storage.instants import utc_now
from storage.tables.control import ProfileAssignmentRow
from storage.tables.sessions import table_of


async def assign_profile(
    db: AsyncSession,
    shop: str | None,
    name: str,
    *,
    author: str,
    timezone: tzinfo,
    reason: str = "",
    now: datetime | None = None,
) -> datetime:
    """From the next local midnight `shop` (None: every shop without its own) uses profile `name`.

    Returns that instant. Audited. Does not commit.
    """
    now = now or utc_now()
    start = effective_from(now, timezone)
    row = {"shop": shop, "name": name, "effective_from": start}
    await (await db.connection()).execute(table_of(ProfileAssignmentRow).insert(), [row])
    await audit.record(
        db,
        actor=author,
        action="profile.assign",
        subject="shops" if shop is None else f"shop:{shop}",
        reason=reason,
        details={"profile": name, "effective_from": start},
        now=now,
    )
    return start


async def name_at(db: AsyncSession, shop: str | None, instant: datetime) -> str | None:
    """The profile assigned to a shop at an instant, its own or that of all shops; None: nobody assigned
    one.
    """
    row = ProfileAssignmentRow
    its_own = col(row.shop) == shop
    query = (
        select(col(row.name))
        .where(or_(its_own, col(row.shop).is_(None)), col(row.effective_from) <= instant)
        .order_by(col(row.shop).is_(None), col(row.assignment_id).desc())
        .limit(1)
    )
    return (await db.execute(query)).scalar_one_or_none()
