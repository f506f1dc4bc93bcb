"""Which rules hit, for lists of sessions: from the narrow rows, without decoding whole inspections."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from storage.batches import batches
from storage.tables.sessions import OutcomeRow


async def hits_of(db: AsyncSession, inspection_ids: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """Ids of the rules that hit, in the order of the outcomes; inspections without a hit are left out."""
    found: dict[str, list[str]] = {}
    for some in batches(inspection_ids):
        query = select(col(OutcomeRow.inspection_id), col(OutcomeRow.rule_id))
        query = query.where(col(OutcomeRow.inspection_id).in_(some), col(OutcomeRow.verdict) == "hit")
        query = query.order_by(col(OutcomeRow.inspection_id), col(OutcomeRow.position))
        for inspection_id, rule_id in await db.execute(query):
            found.setdefault(inspection_id, []).append(rule_id)
    return {inspection_id: tuple(rule_ids) for inspection_id, rule_ids in found.items()}
