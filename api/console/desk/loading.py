"""What the page of a session is made of, read from the database."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

from sqlalchemy.ext.asyncio import AsyncSession

from api.inspecting.inspector import Inspector, arithmetic, started
from api.trust import measured_rules
from calibration.trust import Measured
from evaluators.grammar.kinds import Rule
from evaluators.scoring.scorecard import ScoreLine
from storage import corrections, inspections, sessions
from storage.automation.gate import Gate, Standing
from storage.corrections import Correction
from storage.errors import InspectionNotFound
from storage.inspections import StoredInspection
from storage.sessions import StoredSession


class Seen(NamedTuple):
    """A session as it was inspected, and what was found; without an inspection the newest content.

    `lines` is None where the rules or the profile of that time are not here any more; `rules` by id. `correction`:
    what people took off the score. `blind`: who asks holds a blind case of it, and sees the content only. `measured`:
    what labels say of the rules that hit. `standings`: whether a certificate reaches as far as the judge was sure.
    """

    stored: StoredSession
    newest_revision: int
    kept: StoredInspection | None
    lines: tuple[ScoreLine, ...] | None
    rules: Mapping[str, Rule]
    correction: Correction | None = None
    blind: bool = False
    measured: Mapping[str, Measured] = MappingProxyType({})
    standings: Mapping[str, Standing] = MappingProxyType({})


async def load(
    db: AsyncSession, inspector: Inspector, session_id: str, agent_id: str | None, *, blind: bool
) -> Seen:
    """`agent_id`: whose arithmetic; None: the session's. `blind`: only the content. Raises `SessionNotFound`."""
    newest = await sessions.get(db, session_id)
    if blind:
        return Seen(newest, newest.revision, None, None, {}, blind=True)
    try:
        kept = await inspections.latest(db, session_id)
    except InspectionNotFound:
        return Seen(newest, newest.revision, None, None, {})
    revision = kept.inspection.revision
    stored = newest if revision == newest.revision else await sessions.get(db, session_id, revision)
    lines, rules = await _as_judged(db, inspector, stored, kept, agent_id)
    corrected = await corrections.of_inspections(db, [kept.inspection_id])
    hits = [outcome.rule_id for outcome in kept.inspection.outcomes if outcome.verdict == "hit"]
    measured = await measured_rules(db, inspector.catalogue, hits)
    correction = corrected.get(kept.inspection_id)
    standings = (await Gate.at(db, kept.inspected_at)).standings(kept.inspection.outcomes)
    return Seen(
        stored, newest.revision, kept, lines, rules, correction, measured=measured, standings=standings
    )


async def _as_judged(
    db: AsyncSession,
    inspector: Inspector,
    stored: StoredSession,
    kept: StoredInspection,
    agent_id: str | None,
) -> tuple[tuple[ScoreLine, ...] | None, Mapping[str, Rule]]:
    """The arithmetic and the rules of the time of the inspection; else the rules of today, to name the findings."""
    found = kept.inspection
    standard = await inspector.standards.recorded(db, found.profile_version, stored.session, started(stored))
    if standard is None or standard.plan.catalogue.version != found.catalogue_version:
        return None, {rule.id: rule for rule in inspector.catalogue.rules}
    rules = {rule.id: rule for rule in standard.plan.catalogue.rules}
    return arithmetic(found.outcomes, standard, agent_id), rules
