"""What a reviewer's decision makes of an appeal."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from storage.appeals.records import add_step
from storage.tables.appeals import AppealRow

#: Decisions at this level are final.
_LAST = 2


async def settle(
    db: AsyncSession, case_id: str, *, upheld: bool, reviewer: str, reason: str, now: datetime
) -> None:
    """Upheld, or rejected; a rejection at the last level is final. Audited. Does not commit."""
    query = select(AppealRow).where(col(AppealRow.case_id) == case_id).with_for_update()
    row = (await db.execute(query, execution_options={"populate_existing": True})).scalar_one()
    row.state = "upheld" if upheld else "rejected"
    row.final = upheld or row.level == _LAST
    row.changed_at = now
    await db.flush()
    await add_step(db, row, "upheld" if upheld else "rejected", reviewer, reason, now)
