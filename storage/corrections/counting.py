"""Hits that do not count yet, because their rule has not been let loose on scores or they are not certain enough."""

from sqlalchemy.ext.asyncio import AsyncSession

from storage import labels
from storage.automation.gate import Gate
from storage.inspections import StoredInspection
from storage.labels.pairs import majority


async def not_yet_counting(db: AsyncSession, kept: StoredInspection, hits: set[str]) -> frozenset[str]:
    """As things stood at the time of the inspection: `shadow` never, `manual` once most people call it a hit.

    `automatic`: where a certificate holds and does not reach so far, as if it were manual.
    """
    gate = await Gate.at(db, kept.inspected_at)
    outcomes = [each for each in kept.inspection.outcomes if each.rule_id in hits and not gate.counts(each)]
    return frozenset([
        each.rule_id
        for each in outcomes
        if gate.stage(each.rule_id, "scoring") == "shadow" or not await _confirmed(db, kept, each.rule_id)
    ])  # fmt: skip


async def _confirmed(db: AsyncSession, kept: StoredInspection, rule_id: str) -> bool:
    given = await labels.select_labels(db, session_id=kept.inspection.session_id, rule_id=rule_id)
    return majority(each.verdict for each in given if each.revision == kept.inspection.revision) == "hit"
