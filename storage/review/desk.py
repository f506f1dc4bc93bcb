"""Everything a reviewer is shown of a case, in one call; a blind case shows nothing of what was judged."""

from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from evaluators.types import Outcome
from storage import corrections, inspections, sessions
from storage.review.cases import Case
from storage.review.decisions import standing
from storage.tables.review import CaseRow
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


async def show(db: AsyncSession, case: Case, *, revealed: bool = False) -> CaseView:
    """`revealed`: after the decision, or for a lead."""
    stored = await sessions.get(db, case.session_id, case.revision)
    document = msgspec.json.decode(stored.document)
    if case.blind and not revealed:
        return CaseView(case=case.unrevealed(), session=document, outcome=None, others=(), not_counted=())
    kept = await inspections.get(db, case.inspection_id)
    inspection = kept.inspection
    off = await corrections.overturned(db, case.session_id, case.revision)
    return CaseView(
        case=case,
        session=document,
        outcome=next((each for each in inspection.outcomes if each.rule_id == case.rule_id), None),
        others=tuple(each for each in inspection.outcomes if each.rule_id != case.rule_id),
        not_counted=tuple(sorted(off)),
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


async def kept_from(db: AsyncSession, reviewer: str, *, now: datetime) -> frozenset[str]:
    """The sessions of blind cases the reviewer holds: what was judged there is not for them to see yet."""
    row = CaseRow
    query = select(col(row.session_id)).where(
        col(row.state) == "open", col(row.blind), col(row.holder) == reviewer, col(row.lease_until) > now
    )
    return frozenset((await db.execute(query)).scalars())
