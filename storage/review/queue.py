"""Who holds which case: reservations that run out, so that two people never hold the same one."""

from collections.abc import Collection
from datetime import datetime, timedelta

import msgspec
from sqlalchemy import ColumnElement, and_, exists, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from storage.errors import CaseNotHeld
from storage.instants import utc_now
from storage.review import blinding, cases
from storage.review.cases import Case
from storage.tables.review import CaseRow, DecisionRow, ExclusionRow, PlanRow
from storage.tables.sessions import table_of

#: How long a reviewer may think before somebody else can be given the case.
LEASE = timedelta(minutes=10)
_cases, _plans, _decisions = table_of(CaseRow), table_of(PlanRow), table_of(DecisionRow)
_excluded = table_of(ExclusionRow)


class Workload(msgspec.Struct, frozen=True, kw_only=True):
    """How much lies there for a reviewer. `waiting`: what they could be given; `overdue` of it is late.

    `decided`: cases decided since the beginning of the day. `quotas`: per plan with a quota, [decided, quota].
    """

    waiting: int
    overdue: int
    decided: int
    quotas: dict[str, tuple[int, int]]


async def take_next(
    db: AsyncSession,
    reviewer: str,
    *,
    day_start: datetime,
    agent_id: str | None = None,
    kinds: Collection[str] | None = None,
    lease: timedelta = LEASE,
    now: datetime | None = None,
) -> Case | None:
    """The case the reviewer holds already, else the next one nobody holds; None: there is none for them.

    Not one they have decided or skipped, that is about themselves (`agent_id`), or of a plan whose quota they have
    met since `day_start`. Does not commit.
    """
    now = now or utc_now()
    held = await _held(db, reviewer, now)
    if held is not None:
        return await renew(db, held, reviewer, lease=lease, now=now)
    given = [*await _for(db, reviewer, agent_id, day_start), _free(now)]
    if kinds is not None:
        given.append(_cases.c.kind.in_(sorted(kinds)))
    first = (
        select(_cases.c.case_id)
        .where(*given)
        .order_by(_cases.c.rank, _cases.c.due_at, _cases.c.case_id)
        .limit(1)
        .with_for_update(skip_locked=True)
        .cte("first")
    )
    taken = (
        update(_cases)
        .where(_cases.c.case_id == first.c.case_id)
        .values(holder=reviewer, lease_until=now + lease, round=_cases.c.round + 1)
        .returning(_cases.c.case_id)
    )
    case_id = (await (await db.connection()).execute(taken)).scalar_one_or_none()
    return None if case_id is None else await cases.get(db, case_id)


async def renew(
    db: AsyncSession, case_id: str, reviewer: str, *, lease: timedelta = LEASE, now: datetime | None = None
) -> Case:
    """Prolongs a reservation. Raises `CaseNotHeld`. Does not commit."""
    now = now or utc_now()
    query = update(_cases).where(_holds(case_id, reviewer), _cases.c.lease_until > now)
    if not (await (await db.connection()).execute(query.values(lease_until=now + lease))).rowcount:
        raise CaseNotHeld(f"case {case_id!r} is not reserved for {reviewer!r} any more")
    return await cases.get(db, case_id)


async def give_back(db: AsyncSession, case_id: str, reviewer: str) -> None:
    """Ends a reservation without a decision; one that is over already changes nothing. Does not commit."""
    query = update(_cases).where(_holds(case_id, reviewer)).values(holder=None, lease_until=None)
    await (await db.connection()).execute(query)


async def workload(
    db: AsyncSession,
    reviewer: str,
    *,
    day_start: datetime,
    agent_id: str | None = None,
    now: datetime | None = None,
) -> Workload:
    """What waits for a reviewer, and what they have done since `day_start`."""
    now = now or utc_now()
    given = await _for(db, reviewer, agent_id, day_start)
    late = func.count().filter(_cases.c.due_at < now)
    mine = or_(_free(now), _cases.c.holder == reviewer)
    waiting, overdue = (await db.execute(select(func.count(), late).where(*given, mine))).one()
    done = await _decided_by_plan(db, reviewer, day_start)
    quotas = select(_plans.c.plan_id, _plans.c.quota).where(
        _plans.c.quota.is_not(None),
        exists().where(_cases.c.plan_id == _plans.c.plan_id, _cases.c.state == "open"),
    )
    return Workload(
        waiting=waiting,
        overdue=overdue,
        decided=sum(done.values()),
        quotas={plan: (done.get(plan, 0), quota) for plan, quota in await db.execute(quotas)},
    )


async def _held(db: AsyncSession, reviewer: str, now: datetime) -> str | None:
    query = select(_cases.c.case_id).where(
        _cases.c.state == "open", _cases.c.holder == reviewer, _cases.c.lease_until > now
    )
    return (await db.execute(query.order_by(_cases.c.lease_until).limit(1))).scalar_one_or_none()


def _holds(case_id: str, reviewer: str) -> ColumnElement[bool]:
    return and_(_cases.c.case_id == case_id, _cases.c.state == "open", _cases.c.holder == reviewer)


def _free(now: datetime) -> ColumnElement[bool]:
    return or_(_cases.c.holder.is_(None), _cases.c.lease_until <= now)


async def _for(
    db: AsyncSession, reviewer: str, agent_id: str | None, day_start: datetime
) -> list[ColumnElement[bool]]:
    """Open cases that a reviewer may be given; what they are asked blind too, blind first."""
    barred = exists().where(_excluded.c.case_id == _cases.c.case_id, _excluded.c.reviewer == reviewer)
    asked_blind = blinding.asked_blind_first(_cases.c, reviewer)
    found: list[ColumnElement[bool]] = [_cases.c.state == "open", ~barred, ~asked_blind]
    if agent_id is not None:
        found.append(or_(_cases.c.agent_id.is_(None), _cases.c.agent_id != agent_id))
    done = await _decided_by_plan(db, reviewer, day_start)
    if done:
        quotas = select(_plans.c.plan_id, _plans.c.quota).where(_plans.c.plan_id.in_([*filter(None, done)]))
        full = [plan for plan, quota in await db.execute(quotas) if quota is not None and done[plan] >= quota]
        if full:
            found.append(or_(_cases.c.plan_id.is_(None), _cases.c.plan_id.not_in(full)))
    return found


async def _decided_by_plan(db: AsyncSession, reviewer: str, day_start: datetime) -> dict[str | None, int]:
    """Decisions of a reviewer since an instant that stand, by plan; skipped cases are none."""
    undone = _decisions.alias("undone")
    query = (
        select(_cases.c.plan_id, func.count())
        .join(_decisions, _decisions.c.case_id == _cases.c.case_id)
        .where(_decisions.c.reviewer == reviewer, _decisions.c.decided_at >= day_start)
        .where(_decisions.c.verdict.is_not(None))
        .where(~exists().where(undone.c.undoes == _decisions.c.decision_id).correlate(_decisions))
        .group_by(_cases.c.plan_id)
    )
    return {plan: number for plan, number in await db.execute(query)}
