"""What the page of a session is made of, read from the database."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

from sqlalchemy.ext.asyncio import AsyncSession

from api.inspecting.inspector import Inspector, arithmetic, started
from api.inspecting.standards import Standard
from api.trust import measured_rules
from calibration.trust import Measured
from evaluators.grammar.kinds import Rule
from evaluators.scoring.rescoring import settle_without
from evaluators.scoring.scorecard import ScoreLine
from storage import corrections, inspections, sessions
from storage.automation.gate import Gate, Standing
from storage.corrections import Correction, Override
from storage.errors import InspectionNotFound
from storage.inspections import StoredInspection
from storage.sessions import StoredSession


class Seen(NamedTuple):
    """A session as it was inspected, and what was found; without an inspection the newest content.

    `lines` is None where the rules or the profile of that time are not here any more; `rules` by id. `correction`:
    what does not count, `corrected`: the lines without it, `overrides`: what of it people took off, by rule. `blind`: who
    asks is still to judge it blind, and sees the content only. `measured`: what labels say of the rules that hit.
    `standings`: whether a certificate reaches as far as the judge was sure.
    """

    stored: StoredSession
    newest_revision: int
    kept: StoredInspection | None
    lines: tuple[ScoreLine, ...] | None
    rules: Mapping[str, Rule]
    correction: Correction | None = None
    corrected: tuple[ScoreLine, ...] | None = None
    overrides: Mapping[str, Override] = MappingProxyType({})
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
    standard = await _standard(db, inspector, stored, kept)
    outcomes = kept.inspection.outcomes
    correction = (await corrections.of_inspections(db, [kept.inspection_id])).get(kept.inspection_id)
    overrides = await corrections.in_force(db, [session_id]) if correction else {}
    hits = [outcome.rule_id for outcome in outcomes if outcome.verdict == "hit"]
    measured = await measured_rules(db, inspector.catalogue, hits)
    standings = (await Gate.at(db, kept.inspected_at)).standings(outcomes)
    # The rules of the time of the inspection; else those of today, to name the findings.
    catalogue = standard.plan.catalogue if standard else inspector.catalogue
    return Seen(
        stored, newest.revision, kept,
        lines=arithmetic(outcomes, standard, agent_id) if standard else None,
        rules={rule.id: rule for rule in catalogue.rules},
        correction=correction,
        corrected=_corrected(stored, kept, correction, standard, agent_id),
        overrides=overrides.get((session_id, revision), {}),
        measured=measured,
        standings=standings,
    )  # fmt: skip


def _corrected(
    stored: StoredSession, kept: StoredInspection, correction: Correction | None, standard: Standard | None,
    agent_id: str | None,
) -> tuple[ScoreLine, ...] | None:  # fmt: skip
    """The arithmetic without what does not count; None where everything counts or nothing can be told any more."""
    if correction is None or correction.scorecard is None or standard is None:
        return None
    outcomes = kept.inspection.outcomes
    settled = settle_without(stored.session, outcomes, correction.not_counted, standard.plan)
    return arithmetic(settled, standard, agent_id)


async def _standard(
    db: AsyncSession, inspector: Inspector, stored: StoredSession, kept: StoredInspection
) -> Standard | None:
    """Rules and profile of the time of the inspection, if they are still here."""
    found = kept.inspection
    standard = await inspector.standards.recorded(db, found.profile_version, stored.session, started(stored))
    if standard is None or standard.plan.catalogue.version != found.catalogue_version:
        return None
    return standard
