"""What a reviewer is still to judge blind: nothing that was judged of such a session is for them to see.

Every way to a verdict asks here: lists and reports by `withheld`, single sessions by `refuse`. Of a session all
rules are withheld, because scores and counts would tell. Leads see everything; `reviewer` None stands for them.
"""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased
from sqlmodel import col

from storage.batches import batches
from storage.errors import VerdictWithheld
from storage.review.decisions import is_standing
from storage.tables.review import CaseRow, DecisionRow


def withheld(session_id: Any, reviewer: str) -> ColumnElement[bool]:
    """On a column of session ids: an open blind case of it waits for a verdict of the reviewer.

    Whether it is reserved for them or still in the pool. A case that they skipped still waits: they can take it back.
    """
    return exists().where(_waits_blind(CaseRow, session_id, reviewer)).correlate_except(CaseRow)


def asked_blind_first(case: Any, reviewer: str) -> ColumnElement[bool]:
    """On `review_cases`: the verdict it shows is asked of the reviewer in a blind case that is undecided."""
    other = aliased(CaseRow)
    same_rule = or_(col(other.rule_id).is_(None), case.rule_id.is_(None), col(other.rule_id) == case.rule_id)
    waits = exists().where(_waits_blind(other, case.session_id, reviewer), same_rule).correlate_except(other)
    asked: ColumnElement[bool] = and_(~case.blind, waits)
    return asked


def _waits_blind(case: Any, session_id: Any, reviewer: str) -> ColumnElement[bool]:
    decided = exists().where(
        col(DecisionRow.case_id) == case.case_id,
        col(DecisionRow.reviewer) == reviewer,
        col(DecisionRow.verdict).is_not(None),
        *is_standing(),
    )
    waits: ColumnElement[bool] = (case.session_id == session_id) & case.blind & (case.state == "open")
    return waits & ~decided.correlate_except(DecisionRow)


async def withheld_of(db: AsyncSession, session_ids: Iterable[str], reviewer: str | None) -> frozenset[str]:
    """Those of the sessions that are withheld."""
    if reviewer is None:
        return frozenset()
    found: set[str] = set()
    for some in batches(sorted(set(session_ids))):
        query = select(col(CaseRow.session_id)).where(col(CaseRow.session_id).in_(some))
        query = query.where(_waits_blind(CaseRow, col(CaseRow.session_id), reviewer))
        found.update((await db.execute(query)).scalars())
    return frozenset(found)


async def refuse(db: AsyncSession, session_id: str, reviewer: str | None) -> None:
    """Raises `VerdictWithheld` where the reviewer is still to judge the session blind."""
    if await withheld_of(db, [session_id], reviewer):
        raise VerdictWithheld(f"session {session_id!r}: a blind review of it waits for your verdict")
