"""How far two reviewers of the same case agree: for leads, never shown to reviewers."""

from collections import defaultdict

import msgspec
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from storage.review.decisions import is_standing
from storage.tables.review import CaseRow, DecisionRow


class DoubleReview(msgspec.Struct, frozen=True, kw_only=True):
    """A case that several reviewers have decided independently: verdict by reviewer. `case_id` empty: it was labelled
    outside the review queue."""

    case_id: str
    session_id: str
    rule_id: str
    judged: str
    said: dict[str, str]


async def double_reviews(
    db: AsyncSession, *, rule_id: str | None = None, plan_id: str | None = None
) -> tuple[DoubleReview, ...]:
    """Cases with at least two decisions that stand, by case."""
    case, decision = CaseRow, DecisionRow
    query = (
        select(CaseRow, col(decision.reviewer), col(decision.verdict))
        .join(DecisionRow, col(decision.case_id) == col(case.case_id))
        .where(col(case.wanted) > 1, col(case.rule_id).is_not(None))
        .where(col(decision.verdict).is_not(None), *is_standing())
        .order_by(col(case.case_id), col(decision.decision_id))
    )
    if rule_id is not None:
        query = query.where(col(case.rule_id) == rule_id)
    if plan_id is not None:
        query = query.where(col(case.plan_id) == plan_id)
    said: defaultdict[str, dict[str, str]] = defaultdict(dict)
    about: dict[str, CaseRow] = {}
    for row, reviewer, verdict in (await db.execute(query)).all():
        said[row.case_id][reviewer] = verdict or ""
        about[row.case_id] = row
    return tuple(
        DoubleReview(
            case_id=case_id,
            session_id=about[case_id].session_id,
            rule_id=about[case_id].rule_id or "",
            judged=about[case_id].judged or "",
            said=verdicts,
        )
        for case_id, verdicts in said.items()
        if len(verdicts) > 1
    )
