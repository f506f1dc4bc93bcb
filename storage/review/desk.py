"""Everything a reviewer is shown of a case, in one call; a blind case shows nothing of what was judged."""

from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy.ext.asyncio import AsyncSession

from evaluators.types import Outcome
from storage import corrections, inspections, sessions
from storage.review import blinding
from storage.review.cases import Case
from storage.review.decisions import standing
from storage.trust import certificates


class CaseView(msgspec.Struct, frozen=True, kw_only=True):
    """A case with the session as it was handed in. `outcome`: of the rule; `others`: of all other rules.

    Of a blind case neither is shown. `not_counted`: rules whose hit was overturned already. `threshold`: of a
    `below_threshold` case the certified probability that the outcome does not reach; None: nothing was certified.
    """

    case: Case
    session: dict[str, Any]
    outcome: Outcome | None
    others: tuple[Outcome, ...]
    not_counted: tuple[str, ...]
    threshold: float | None = None


async def show(
    db: AsyncSession, case: Case, *, revealed: bool = False, blind_for: str | None = None
) -> CaseView:
    """`revealed`: after the decision, or for a lead. `blind_for`: while this reviewer is still to judge the session
    blind, in this case or another one, nothing is shown of other rules.
    """
    stored = await sessions.get(db, case.session_id, case.revision)
    document = msgspec.json.decode(stored.document)
    if case.blind and not revealed:
        return CaseView(case=case.unrevealed(), session=document, outcome=None, others=(), not_counted=())
    kept = await inspections.get(db, case.inspection_id)
    inspection = kept.inspection
    off = await corrections.overturned(db, case.session_id, case.revision)
    shown = inspection.outcomes
    if await blinding.withheld_of(db, [case.session_id], blind_for):
        shown = tuple(each for each in shown if each.rule_id == case.rule_id)
    return CaseView(
        case=case,
        session=document,
        outcome=next((each for each in shown if each.rule_id == case.rule_id), None),
        others=tuple(each for each in shown if each.rule_id != case.rule_id),
        not_counted=tuple(sorted(off & {each.rule_id for each in shown})),
        threshold=await _threshold(db, case, kept.inspected_at),
    )


async def _threshold(db: AsyncSession, case: Case, at: datetime) -> float | None:
    if case.kind != "below_threshold":
        return None
    certificate = (await certificates.holding(db, at)).get(case.rule_id or "")
    return None if certificate is None else certificate.least(case.judged or "")


async def has_decided(db: AsyncSession, case_id: str, reviewer: str) -> bool:
    """Whether a decision of the reviewer on the case stands; a skipped case is not decided."""
    return any(each.reviewer == reviewer and each.verdict for each in await standing(db, case_id))
