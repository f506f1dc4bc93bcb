"""Drawing a sample from the latest inspections, with the probability at which each case was drawn."""

import math
import random
from collections import defaultdict
from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, exists, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from storage.batches import batches
from storage.errors import PlanInvalid
from storage.review.plan_shapes import Plan
from storage.session_filters import report_conditions
from storage.tables.review import CorrectedHitRow
from storage.tables.sessions import OutcomeRow, SessionAgentRow, SessionRow


class Drawn(NamedTuple):
    """A case that was drawn. `stratum`: those it was in, joined by a comma."""

    session_id: str
    revision: int
    inspection_id: str
    rule_id: str | None
    agent_id: str | None
    judged: str | None
    stratum: str = ""
    inclusion_probability: float | None = None


class _Unit(NamedTuple):
    """What can be drawn, and the session's shop and group."""

    drawn: Drawn
    shop: str | None
    group: str | None


Strata = dict[str, tuple[int, int]]


async def sample(db: AsyncSession, plan: Plan) -> tuple[list[Drawn], Strata]:
    """The cases, by rule and session; and per stratum what was drawn out of how many.

    Within a stratum every case is as likely as any other. One that is in several strata (a session served by two
    agents) is drawn unless each of them leaves it out. Raises `PlanInvalid`.
    """
    if plan.what == "planned":
        return await _chosen(db, plan), {}
    units = await _population(db, plan)
    strata = await _strata(db, plan, units)
    chance = random.Random(plan.seed)
    rates: defaultdict[int, list[tuple[str, float]]] = defaultdict(list)
    drawn: set[int] = set()
    sizes: Strata = {}
    for name in sorted(strata):
        members = strata[name]
        number = _size(plan, name, len(members))
        drawn.update(chance.sample(members, number))
        sizes[name] = number, len(members)
        for member in members:
            rates[member].append((name, number / len(members)))
    found = [_with_probability(units[place].drawn, rates[place]) for place in sorted(drawn)]
    return found, sizes


def _size(plan: Plan, stratum: str, members: int) -> int:
    size = plan.sizes.get(stratum.rpartition("/")[2], 0) if plan.sizes else plan.size
    if size is None:
        size = members if plan.share is None else math.ceil(plan.share * members)
    return min(size, members)


def _with_probability(drawn: Drawn, rates: Sequence[tuple[str, float]]) -> Drawn:
    chance = rates[0][1] if len(rates) == 1 else 1 - math.prod(1 - rate for _, rate in rates)
    return drawn._replace(stratum=",".join(name for name, _ in rates), inclusion_probability=chance)


async def _population(db: AsyncSession, plan: Plan) -> list[_Unit]:
    session = SessionRow
    columns = (col(session.session_id), col(session.inspected_revision), col(session.inspection_id))
    place = (col(session.shop), col(session.group_name))
    given = [col(session.inspection_id).is_not(None), *report_conditions(plan)]
    if plan.what == "random" and not plan.rules:
        whole = select(*columns, *place).where(*given).order_by(col(session.session_id))
        return [_unit((*row[:3], None, None, None), row[3:]) for row in await db.execute(whole)]
    outcome = OutcomeRow
    query = (
        select(*columns, col(outcome.rule_id), col(outcome.agent_id), col(outcome.verdict), *place)
        .join(OutcomeRow, col(outcome.inspection_id) == col(session.inspection_id))
        .where(*given, *_meant(plan))
        .order_by(col(outcome.rule_id), col(session.session_id))
    )
    return [_unit(row[:6], row[6:]) for row in await db.execute(query)]


def _unit(case: Sequence[Any], place: Sequence[Any]) -> _Unit:
    return _Unit(Drawn(*case), *place)


def _meant(plan: Plan) -> list[ColumnElement[bool]]:
    """Conditions on outcomes."""
    outcome = OutcomeRow
    found: list[ColumnElement[bool]] = []
    if plan.rules:
        found.append(col(outcome.rule_id).in_(plan.rules))
    if plan.verdicts:
        found.append(col(outcome.verdict).in_(plan.verdicts))
    if plan.what == "flagged":
        off = exists().where(col(CorrectedHitRow.inspection_id) == col(outcome.inspection_id))
        off = off.where(col(CorrectedHitRow.rule_id) == col(outcome.rule_id)).correlate(OutcomeRow)
        found += [col(outcome.verdict) == "hit", ~off]
    if plan.what == "undetermined":
        found += [col(outcome.verdict) == "undetermined", col(outcome.reason_code).in_(plan.causes)]
    return found


async def _strata(db: AsyncSession, plan: Plan, units: Sequence[_Unit]) -> dict[str, list[int]]:
    """Places in `units` by stratum."""
    served = await _served(db, units) if plan.by == "agent" else {}
    found: defaultdict[str, list[int]] = defaultdict(list)
    for place, unit in enumerate(units):
        rule = f"{unit.drawn.rule_id}/" if unit.drawn.rule_id else ""
        for name in _names(plan, unit, served):
            found[rule + name].append(place)
    return found


def _names(plan: Plan, unit: _Unit, served: dict[str, list[str]]) -> list[str]:
    if plan.by == "agent":
        return served.get(unit.drawn.session_id, [])
    named = {"all": "all", "shop": unit.shop, "group": unit.group, "verdict": unit.drawn.judged}
    return [named[plan.by] or "none"]


async def _served(db: AsyncSession, units: Sequence[_Unit]) -> dict[str, list[str]]:
    """Who served each session; nobody served a session that no agent wrote in."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    row = SessionAgentRow
    for some in batches(sorted({unit.drawn.session_id for unit in units})):
        query = select(col(row.session_id), col(row.agent_id)).where(col(row.session_id).in_(some))
        for session_id, agent_id in await db.execute(query.order_by(col(row.agent_id))):
            found[session_id].append(agent_id)
    return found


async def _chosen(db: AsyncSession, plan: Plan) -> list[Drawn]:
    wanted = {(each.session_id, each.rule_id): each.inclusion_probability for each in plan.chosen}
    session, outcome = SessionRow, OutcomeRow
    found: list[Drawn] = []
    for some in batches(sorted({each.session_id for each in plan.chosen})):
        query = (
            select(
                col(session.session_id), col(session.inspected_revision), col(session.inspection_id),
                col(outcome.rule_id), col(outcome.agent_id), col(outcome.verdict),
            )
            .join(OutcomeRow, col(outcome.inspection_id) == col(session.inspection_id))
            .where(col(session.session_id).in_(some))
        )  # fmt: skip
        for row in await db.execute(query):
            drawn = _unit(row, (None, None)).drawn
            key = drawn.session_id, str(drawn.rule_id)
            if key in wanted:
                found.append(drawn._replace(stratum="chosen", inclusion_probability=wanted[key]))
    missing = wanted.keys() - {(each.session_id, each.rule_id) for each in found}
    if missing:
        session_id, rule_id = min(missing)
        raise PlanInvalid("chosen", f"session {session_id!r} has no inspected outcome of {rule_id!r}")
    return found
