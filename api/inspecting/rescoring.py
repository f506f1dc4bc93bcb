"""How storage gets the sums of an inspection without the hits that people have overturned, and what checks make of it."""

import asyncio
from collections.abc import Collection, Mapping
from typing import NamedTuple

from sqlalchemy.ext.asyncio import AsyncSession

from api.inspecting.inspector import Inspector, started
from evaluators.engine.plan import Plan
from evaluators.scoring.rescoring import score_as, score_without
from evaluators.types import ChatSession, Scorecard
from storage import sessions
from storage.corrections import Rescore
from storage.inspections import StoredInspection


class _Recorded(NamedTuple):
    session: ChatSession
    plan: Plan


def rescorer(inspector: Inspector) -> Rescore:
    """Settles again by the profile of the inspection, if every rule that hit is still the same rule."""

    async def rescore(db: AsyncSession, kept: StoredInspection, gone: frozenset[str]) -> Scorecard | None:
        found = await _recorded(inspector, db, kept, ())
        if found is None:
            return None
        return await asyncio.to_thread(
            score_without, found.session, kept.inspection.outcomes, gone, found.plan
        )

    return rescore


async def rescored(
    inspector: Inspector,
    db: AsyncSession,
    kept: StoredInspection,
    gone: Collection[str],
    missed: Mapping[str, Collection[str]],
) -> Scorecard | None:
    """The card without the hits of the rules in `gone` and with those in `missed`, on the messages named.

    None if one of the rules is not the same any more.
    """
    found = await _recorded(inspector, db, kept, missed)
    if found is None:
        return None
    return await asyncio.to_thread(
        score_as, found.session, kept.inspection.outcomes, gone, missed, found.plan
    )


async def _recorded(
    inspector: Inspector, db: AsyncSession, kept: StoredInspection, missed: Collection[str]
) -> _Recorded | None:
    inspection = kept.inspection
    stored = await sessions.get(db, inspection.session_id, inspection.revision)
    at = started(stored)
    standard = await inspector.standards.recorded(db, inspection.profile_version, stored.session, at)
    if standard is None:
        return None
    versions = standard.plan.catalogue.rule_versions
    hits = [each for each in inspection.outcomes if each.verdict == "hit" or each.rule_id in missed]
    if any(versions.get(each.rule_id) != each.rule_version for each in hits):
        return None
    return _Recorded(stored.session, standard.plan)
