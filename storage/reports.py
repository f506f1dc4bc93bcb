"""Report queries over the latest inspection of each session.

Undetermined is counted by cause, never as a verdict. A hit that people have overturned counts as `no_hit`, and the
sums are those without it (`storage.corrections`).
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Literal, TypeVarTuple

from sqlalchemy import Select, and_, case, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import SQLModel, col

from storage import effective
from storage.report_shapes import Overview as Overview
from storage.report_shapes import ReplyTimeSummary as ReplyTimeSummary
from storage.report_shapes import RuleCounts as RuleCounts
from storage.report_shapes import ScoreSummary as ScoreSummary
from storage.session_filters import ReportFilters as ReportFilters
from storage.session_filters import report_conditions, revealed
from storage.tables.sessions import AgentCardRow, InspectionRow, OutcomeRow, SessionAgentRow, SessionRow

_Columns = TypeVarTuple("_Columns")


async def overview(db: AsyncSession, filters: ReportFilters) -> Overview:
    """The head line of a report."""
    inspected = func.count(col(InspectionRow.inspection_id))
    query = (
        select(
            func.count(),
            inspected,
            func.avg(effective.sums("score")),
            func.count(case((effective.sums("red_line"), 1))),
            func.count(case((col(InspectionRow.undetermined) > 0, 1))),
        )
        .select_from(SessionRow)
        .outerjoin(
            InspectionRow,
            and_(col(InspectionRow.inspection_id) == col(SessionRow.inspection_id), *revealed(filters)),
        )
    )
    query = effective.joined(query).where(*report_conditions(filters))
    sessions, done, mean, red_lines, undetermined = (await db.execute(query)).one()
    return Overview(
        sessions=sessions,
        inspected=done,
        not_inspected=sessions - done,
        mean_score=mean,
        red_line_sessions=red_lines,
        sessions_with_undetermined=undetermined,
    )


async def first_and_last(db: AsyncSession, filters: ReportFilters) -> tuple[datetime, datetime] | None:
    """When the first and the last of the sessions started; None: there are none."""
    start = col(SessionRow.started_at)
    ends = []
    # One at a time: then each is one step into an index.
    for each in (func.min(start), func.max(start)):
        ends.append((await db.execute(select(each).where(*report_conditions(filters)))).scalar_one())
    first, last = ends
    return None if first is None or last is None else (first, last)


async def withheld(db: AsyncSession, filters: ReportFilters) -> int:
    """Sessions that count as not inspected because `filters.blind_for` is still to judge them blind."""
    hidden = [~each for each in revealed(filters)]
    if not hidden:
        return 0
    query = select(func.count()).select_from(SessionRow).where(*report_conditions(filters), *hidden)
    return (await db.execute(query)).scalar_one()


def _latest(query: Select[*_Columns], row: type[SQLModel], filters: ReportFilters) -> Select[*_Columns]:
    """Rows of the latest inspections of the sessions meant."""
    inspection_id = row.inspection_id  # type: ignore[attr-defined]  # outcomes, inspections, cards have it
    joined = query.select_from(SessionRow).join(row, inspection_id == col(SessionRow.inspection_id))
    return joined.where(*report_conditions(filters), *revealed(filters))


async def rule_counts(db: AsyncSession, filters: ReportFilters) -> tuple[RuleCounts, ...]:
    """Per rule over sessions, by rule id."""
    verdict = effective.verdict().label("verdict")
    parts = select(col(OutcomeRow.rule_id), verdict, col(OutcomeRow.reason_code))
    each = _latest(parts, OutcomeRow, filters).subquery()
    query = select(each.c.rule_id, each.c.verdict, each.c.reason_code, func.count()).group_by(*each.c)
    found = (await db.execute(query)).all()
    return _counted((rule, None, verdict, reason, number) for rule, verdict, reason, number in found)


async def agent_rule_counts(db: AsyncSession, filters: ReportFilters) -> tuple[RuleCounts, ...]:
    """Agents x rules, by agent (nobody last) and rule id. With `filters.agent` only that agent.

    An agent's denominator is the sessions they served in which the rule was decided. A hit counts for the
    agent it is charged to and as `no_hit` for the others who served; one charged to nobody stands under
    `agent_id` None and touches no agent. Any other outcome counts for its agent, or for everyone who served
    if it names none.
    """
    rule, verdict, charged = col(OutcomeRow.rule_id), col(OutcomeRow.verdict), col(OutcomeRow.agent_id)
    hits = _latest(select(rule, charged, func.count()), OutcomeRow, filters)
    hits = hits.where(effective.counting_hit()).group_by(rule, charged)

    served, reason = col(SessionAgentRow.agent_id), col(OutcomeRow.reason_code)
    shown = case((verdict == "hit", "no_hit"), else_=verdict).label("shown")
    of_others = and_(verdict == "hit", charged != served)
    own = or_(effective.overturned(), and_(verdict != "hit", or_(charged.is_(None), charged == served)))
    each = _latest(select(rule, served, shown, reason), OutcomeRow, filters)
    each = each.join(SessionAgentRow, col(SessionAgentRow.session_id) == col(SessionRow.session_id))
    rest = each.where(or_(of_others, own)).subquery()
    counted = select(*rest.c, func.count()).group_by(*rest.c)

    found = [(name, agent, "hit", None, number) for name, agent, number in (await db.execute(hits)).all()]
    found += [tuple(row) for row in (await db.execute(counted)).all()]
    wanted = (row for row in found if filters.agent is None or row[1] == filters.agent)
    return _counted(wanted)


def _counted(found: Iterable[tuple[Any, ...]]) -> tuple[RuleCounts, ...]:
    """From (rule id, agent id, verdict, reason code, number), by agent and rule."""
    verdicts: dict[tuple[str | None, str], dict[str, int]] = {}
    causes: dict[tuple[str | None, str], dict[str, int]] = {}
    for rule_id, agent_id, verdict, reason_code, number in found:
        key = agent_id, rule_id
        counts = verdicts.setdefault(key, {})
        if verdict == "undetermined":
            by_cause = causes.setdefault(key, {})
            by_cause[reason_code] = by_cause.get(reason_code, 0) + number
        else:
            counts[verdict] = counts.get(verdict, 0) + number
    return tuple(
        RuleCounts(
            rule_id=key[1],
            agent_id=key[0],
            hit=verdicts[key].get("hit", 0),
            no_hit=verdicts[key].get("no_hit", 0),
            not_applicable=verdicts[key].get("not_applicable", 0),
            undetermined=dict(sorted(causes.get(key, {}).items())),
        )
        for key in sorted(verdicts, key=lambda key: (key[0] is None, key[0] or "", key[1]))
    )


async def scores(
    db: AsyncSession, filters: ReportFilters, *, by: Literal["agent", "group", "shop"]
) -> tuple[ScoreSummary, ...]:
    """Per agent (their own cards), group or shop (session cards), by key; sessions without one last."""
    card: type[AgentCardRow | InspectionRow] = AgentCardRow if by == "agent" else InspectionRow
    keys = {"agent": AgentCardRow.agent_id, "group": SessionRow.group_name, "shop": SessionRow.shop}
    key = col(keys[by])
    of = {name: effective.sums(name, card) for name in ("score", "red_line", "bonus", "deductions")}
    sums = (
        func.count(),
        func.avg(of["score"]),
        func.min(of["score"]),
        func.count(case((of["red_line"], 1))),
        func.sum(of["bonus"]),
        func.sum(of["deductions"]),
        func.sum(col(card.undetermined)),
    )
    query = effective.joined(_latest(select(key, *sums), card, filters), card).group_by(key)
    if by == "agent" and filters.agent is not None:
        query = query.where(key == filters.agent)
    rows = (await db.execute(query)).all()
    names = ScoreSummary.__struct_fields__
    found = [ScoreSummary(**dict(zip(names, row, strict=True))) for row in rows]
    return tuple(sorted(found, key=lambda each: (each.key is None, each.key or "")))


async def satisfaction(db: AsyncSession, filters: ReportFilters) -> dict[int | None, int]:
    """Sessions by level of the last rating, 1-5, None: not rated. All six keys are there."""
    level = col(SessionRow.satisfaction)
    query = select(level, func.count()).where(*report_conditions(filters)).group_by(level)
    counts: dict[int | None, int] = {1: 0, 2: 0, 3: 0, 4: 0, 5: 0, None: 0}
    counts.update((found, number) for found, number in (await db.execute(query)).all())
    return counts


async def reply_times(db: AsyncSession, filters: ReportFilters) -> ReplyTimeSummary:
    """Reply times of the latest inspections that carry them."""
    columns = [
        col(found)
        for found in (InspectionRow.first_reply, InspectionRow.first_human_reply, InspectionRow.average_reply)
    ]
    sums = [func.count(func.coalesce(*columns)), *(func.avg(column) for column in columns)]
    numbers = [func.count(column) for column in columns]
    query = _latest(select(*sums, *numbers), InspectionRow, filters)
    found = (await db.execute(query)).one()
    names = ("sessions", "first_reply", "first_human_reply", "average_reply")
    counts = ("first_replies", "first_human_replies", "average_replies")
    return ReplyTimeSummary(**dict(zip((*names, *counts), found, strict=True)))
