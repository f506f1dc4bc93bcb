"""Spot checks: whole sessions drawn at random that a reviewer looked through. What was not named is as it was judged.

A session that several plans could have drawn belongs to the one of them with most checks, and counts with the probability at
which that one drew it. So every session has one chance on record, and those no plan could have drawn stand apart.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, and_, case, exists, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from storage.review.decisions import is_standing
from storage.review.plan_shapes import DrawnPlan
from storage.review.plans import with_ids
from storage.session_filters import ReportFilters, report_conditions, revealed
from storage.tables.review import CaseRow, DecisionRow
from storage.tables.sessions import InspectionRow, SessionAgentRow, SessionRow


class SpotCheck(msgspec.Struct, frozen=True, kw_only=True):
    """A session that was looked through, and the inspection that was looked at."""

    plan_id: str
    session_id: str
    revision: int
    inspection_id: str
    inclusion_probability: float
    shop: str | None
    group: str | None
    started_at: datetime
    decided_at: datetime


class Covered(msgspec.Struct, frozen=True, kw_only=True):
    """Sessions that a plan could have drawn, as they are judged now: means, and the highest score.

    `unvetoed`: the score if no red line took it. `checks`: those of them that were looked through.
    """

    sessions: int
    score: float
    unvetoed: float
    red_line: float
    highest: float
    checks: tuple[SpotCheck, ...]


async def checks(db: AsyncSession, filters: ReportFilters) -> tuple[SpotCheck, ...]:
    """Of the sessions meant, by plan and session; one that several plans drew is there for each."""
    columns: list[Any] = [
        col(CaseRow.plan_id), col(CaseRow.session_id), col(CaseRow.revision), col(CaseRow.inspection_id),
        col(CaseRow.inclusion_probability), col(SessionRow.shop), col(SessionRow.group_name).label("group"),
        col(SessionRow.started_at), col(DecisionRow.decided_at),
    ]  # fmt: skip
    query = (
        select(*columns)
        .join(SessionRow, col(SessionRow.session_id) == col(CaseRow.session_id))
        .join(DecisionRow, col(DecisionRow.case_id) == col(CaseRow.case_id))
        .where(col(CaseRow.kind) == "random", col(CaseRow.rule_id).is_(None), col(CaseRow.state) == "done")
        .where(col(CaseRow.plan_id).is_not(None), col(CaseRow.inclusion_probability).is_not(None))
        .where(col(DecisionRow.answer) == "confirm", *is_standing())
        .where(*report_conditions(filters), *revealed(filters))
        .order_by(col(CaseRow.plan_id), col(CaseRow.session_id))
    )
    return tuple(SpotCheck(**row) for row in (await db.execute(query)).mappings())


async def covered(db: AsyncSession, filters: ReportFilters) -> tuple[Covered, ...]:
    """The sessions meant that some plan with checks could have drawn; each is in one place only.

    Of a session that was inspected again since, what was looked at is not what counts now: it is in none.
    """
    by_plan: dict[str, list[SpotCheck]] = {}
    for each in await checks(db, filters):
        by_plan.setdefault(each.plan_id, []).append(each)
    plans = [each for each in await with_ids(db, sorted(by_plan)) if _leaves_none_out(each)]
    plans.sort(key=lambda each: (-len(by_plan[each.plan_id]), each.created_at, each.plan_id))
    found, taken = [], list[ColumnElement[bool]]()
    for plan in plans:
        within = _could_draw(plan)
        own = [*report_conditions(filters), *revealed(filters), within, *(~each for each in taken)]
        some = await _covered(db, own, by_plan[plan.plan_id])
        if some is not None:
            found.append(some)
            taken.append(within)
    return tuple(found)


def _leaves_none_out(plan: DrawnPlan) -> bool:
    """Sizes per stratum may be 0: then there are sessions that could not have been drawn."""
    return all(drawn for drawn, _ in plan.strata.values())


def _could_draw(plan: DrawnPlan) -> ColumnElement[bool]:
    """On `sessions` and their latest inspections."""
    given = [*report_conditions(plan.plan), col(InspectionRow.inspected_at) <= plan.created_at]
    if plan.plan.by == "agent":
        # A session that nobody served is in no stratum.
        served = exists().where(col(SessionAgentRow.session_id) == col(SessionRow.session_id))
        given.append(served.correlate(SessionRow))
    return and_(*given)


async def _covered(
    db: AsyncSession, conditions: Sequence[ColumnElement[bool]], own: Sequence[SpotCheck]
) -> Covered | None:
    """None: none of the sessions was checked as it is judged now."""
    row = InspectionRow
    raw, red = col(row.raw_total), col(row.red_line)
    within = case((raw < 0, 0), (raw > 100, 100), else_=raw)
    unvetoed = case((red, within), else_=col(row.score))
    latest = col(row.inspection_id) == col(SessionRow.inspection_id)
    means = (func.avg(col(row.score)), func.avg(unvetoed), func.avg(case((red, 1.0), else_=0.0)))
    sums = select(func.count(), *means, func.max(col(row.score))).select_from(SessionRow).join(row, latest)
    sessions, *of = (await db.execute(sums.where(*conditions))).one()
    ids = select(col(row.inspection_id)).select_from(SessionRow).join(row, latest).where(*conditions)
    ids = ids.join(CaseRow, col(CaseRow.inspection_id) == col(row.inspection_id))
    ids = ids.where(col(CaseRow.plan_id) == own[0].plan_id)
    still = set((await db.execute(ids)).scalars())
    left = tuple(each for each in own if each.inspection_id in still)
    names = ("score", "unvetoed", "red_line", "highest")
    return Covered(sessions=sessions, checks=left, **dict(zip(names, of, strict=True))) if left else None
