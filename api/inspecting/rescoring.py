"""How storage gets the sums of an inspection without the hits that people have overturned."""

import asyncio

from sqlalchemy.ext.asyncio import AsyncSession

from api.inspecting.inspector import Inspector, started
from evaluators.scoring.rescoring import score_without
from evaluators.types import Scorecard
from storage import sessions
from storage.corrections import Rescore
from storage.inspections import StoredInspection


def rescorer(inspector: Inspector) -> Rescore:
    """Settles again by the profile of the inspection, if every rule that hit is still the same rule."""

    async def rescore(db: AsyncSession, kept: StoredInspection, gone: frozenset[str]) -> Scorecard | None:
        inspection = kept.inspection
        stored = await sessions.get(db, inspection.session_id, inspection.revision)
        at = started(stored)
        standard = await inspector.standards.recorded(db, inspection.profile_version, stored.session, at)
        if standard is None:
            return None
        versions = standard.plan.catalogue.rule_versions
        hits = [each for each in inspection.outcomes if each.verdict == "hit"]
        if any(versions.get(each.rule_id) != each.rule_version for each in hits):
            return None
        return await asyncio.to_thread(
            score_without, stored.session, inspection.outcomes, gone, standard.plan
        )

    return rescore
