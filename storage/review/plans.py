"""Sampling plans: which outcomes people look at, drawn at random with the probability on record."""

import hashlib
import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta

import msgspec
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from storage import audit
from storage.errors import PlanInvalid, PlanKeyReused
from storage.ids import new_id
from storage.instants import utc_now
from storage.labels import Source
from storage.review import cases, sampling
from storage.review.cases import NewCase
from storage.review.plan_shapes import DrawnPlan as DrawnPlan
from storage.review.plan_shapes import Plan as Plan
from storage.review.plan_shapes import PlannedCase as PlannedCase
from storage.review.sampling import Drawn
from storage.tables.review import CaseRow, PlanRow
from storage.tables.sessions import insert_into

#: More cases than that are a mistake in the plan.
MOST = 20_000
_SOURCES: dict[str, Source] = {
    "random": "human_random",
    "flagged": "human_flagged",
    "undetermined": "human_flagged",
}


class _Document(msgspec.Struct, frozen=True):
    plan: Plan
    cases: int
    strata: dict[str, tuple[int, int]]


async def draw(
    db: AsyncSession, plan: Plan, *, author: str, key: str | None = None, now: datetime | None = None
) -> DrawnPlan:
    """Draws the sample and makes its cases. Audited. Does not commit.

    `key`: of the request; the same author's same key again gets the plan that was drawn then. Raises `PlanInvalid`,
    `PlanKeyReused`.
    """
    now = now or utc_now()
    _check(plan)
    plan_id = new_id("plan", now) if key is None else _id_of(author, key)
    if key is not None and (known := await db.get(PlanRow, plan_id)) is not None:
        return _same(_from_row(known), plan)
    if plan.seed is None:
        plan = msgspec.structs.replace(plan, seed=secrets.randbelow(2**31))
    drawn, strata = await sampling.sample(db, plan)
    if len(drawn) > MOST:
        raise PlanInvalid("size", f"expected at most {MOST:,} cases, this plan draws {len(drawn):,}")
    document = _Document(plan, len(drawn), strata)
    row = {
        "plan_id": plan_id,
        "created_at": now,
        "author": author,
        "quota": plan.quota,
        "document": msgspec.json.encode(document).decode(),
    }
    statement = insert_into(db, PlanRow).values(row).on_conflict_do_nothing()
    if not (await (await db.connection()).execute(statement)).rowcount:
        # The same request is being carried out a second time, and the first has just been committed.
        return _same(_from_row(await db.get_one(PlanRow, plan_id)), plan)
    await cases.create(db, _cases(plan, plan_id, drawn, now), now=now)
    await audit.record(
        db, actor=author, action="review.plan", subject=f"plan:{plan_id}", reason=plan.title,
        details={"cases": len(drawn), "what": plan.what}, now=now,
    )  # fmt: skip
    return DrawnPlan(
        plan_id=plan_id, created_at=now, author=author, plan=plan, cases=len(drawn), strata=strata
    )


def _id_of(author: str, key: str) -> str:
    """The same for the same request: the key of the table keeps a second one out."""
    return f"plan_{hashlib.sha256(msgspec.json.encode((author, key))).hexdigest()[:30]}"


def _same(known: DrawnPlan, asked: Plan) -> DrawnPlan:
    seed = known.plan.seed if asked.seed is None else asked.seed
    if msgspec.structs.replace(asked, seed=seed) != known.plan:
        raise PlanKeyReused(f"plan {known.plan_id!r} was drawn with that key, and asks for something else")
    return known


def _check(plan: Plan) -> None:
    whole = plan.what == "random" and not plan.rules
    if whole and (plan.blind or plan.reviewers > 1):
        raise PlanInvalid(
            "rules", "expected at least one: whole sessions are looked at openly, by one reviewer"
        )
    if whole and (plan.verdicts or plan.by == "verdict"):
        raise PlanInvalid("rules", "expected at least one: a whole session has no verdict")
    if (plan.what == "planned") != bool(plan.chosen):
        raise PlanInvalid(
            "chosen", "expected at least one case" if not plan.chosen else "goes with `planned` only"
        )
    if plan.sizes and plan.by == "all":
        raise PlanInvalid("sizes", "expected `by`: sizes are given per stratum")
    if plan.what == "random" and plan.share is None and plan.size is None and not plan.sizes:
        raise PlanInvalid("share", "expected share, size or sizes: how many are to be drawn")


def _cases(plan: Plan, plan_id: str, drawn: Sequence[Drawn], now: datetime) -> list[NewCase]:
    due_at = now + timedelta(hours=plan.due_hours)
    return [
        NewCase(
            kind=plan.what,
            plan_id=plan_id,
            source=_source(plan, each),
            due_at=due_at,
            blind=plan.blind,
            wanted=plan.reviewers,
            **each._asdict(),
        )
        for each in drawn
    ]


def _source(plan: Plan, drawn: Drawn) -> Source:
    """A case that was chosen with a probability was drawn at random, by the label planner."""
    if plan.what == "planned":
        return "human_flagged" if drawn.inclusion_probability is None else "human_random"
    return _SOURCES[plan.what]


async def recent(db: AsyncSession, *, limit: int = 50) -> tuple[DrawnPlan, ...]:
    """The newest first."""
    query = select(PlanRow).order_by(col(PlanRow.created_at).desc(), col(PlanRow.plan_id).desc()).limit(limit)
    return tuple(_from_row(row) for row in (await db.execute(query)).scalars())


async def with_ids(db: AsyncSession, plan_ids: Sequence[str]) -> tuple[DrawnPlan, ...]:
    """By id; unknown ids are left out."""
    query = select(PlanRow).where(col(PlanRow.plan_id).in_(plan_ids)).order_by(col(PlanRow.plan_id))
    return tuple(_from_row(row) for row in (await db.execute(query)).scalars())


def _from_row(row: PlanRow) -> DrawnPlan:
    document = msgspec.json.decode(row.document, type=_Document)
    return DrawnPlan(
        plan_id=row.plan_id, created_at=row.created_at, author=row.author,
        plan=document.plan, cases=document.cases, strata=document.strata,
    )  # fmt: skip


async def finished(db: AsyncSession, plan_ids: Sequence[str]) -> dict[str, int]:
    """How many cases of each plan are done; a plan none of whose cases is done is left out."""
    row = CaseRow
    query = (
        select(col(row.plan_id), func.count())
        .where(col(row.plan_id).in_(plan_ids), col(row.state) == "done")
        .group_by(col(row.plan_id))
    )
    return {str(plan_id): number for plan_id, number in await db.execute(query)}
