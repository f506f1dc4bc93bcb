"""Hits that do not count yet, because their rule has not been let loose on scores."""

from sqlalchemy.ext.asyncio import AsyncSession

from storage import labels
from storage.inspections import StoredInspection
from storage.labels.pairs import majority
from storage.trust.stages import stages_at


async def not_yet_counting(db: AsyncSession, kept: StoredInspection, hits: set[str]) -> frozenset[str]:
    """By the stages at the time of the inspection: `shadow` never, `manual` once most people call it a hit."""
    stages = await stages_at(db, "scoring", kept.inspected_at)
    waiting = {rule_id for rule_id in hits if stages.get(rule_id) == "manual"}
    confirmed = {rule_id for rule_id in waiting if await _confirmed(db, kept, rule_id)}
    shadow = {rule_id for rule_id in hits if stages.get(rule_id) == "shadow"}
    return frozenset(shadow | (waiting - confirmed))


async def _confirmed(db: AsyncSession, kept: StoredInspection, rule_id: str) -> bool:
    given = await labels.select_labels(db, session_id=kept.inspection.session_id, rule_id=rule_id)
    return majority(each.verdict for each in given if each.revision == kept.inspection.revision) == "hit"
