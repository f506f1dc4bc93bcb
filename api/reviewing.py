"""The review desk as REST and console use it: a case with all it takes, an answer, the next case."""

from datetime import UTC, datetime, timedelta

import msgspec
from sqlalchemy.ext.asyncio import AsyncSession

from api.auth import Caller
from api.inspecting.rescoring import rescorer
from api.service import Service
from storage.review import cases, deciding, desk, queue, undoing
from storage.review.answers import Reply
from storage.review.deciding import Decided
from storage.review.desk import CaseView
from storage.review.queue import Workload
from storage.review.undoing import Undone


class NextCase(msgspec.Struct, frozen=True, kw_only=True):
    """`view` is null when there is nothing for this reviewer; the workload says why."""

    view: CaseView | None
    workload: Workload


class DecidedView(msgspec.Struct, frozen=True, kw_only=True):
    """A decision, the case with the verdict shown, and what comes next (null: not asked for)."""

    decided: Decided
    view: CaseView
    next: NextCase | None


def day_start(service: Service, now: datetime) -> datetime:
    """00:00 in the service's time zone: quotas are per day."""
    return now.astimezone(service.settings.zone_of(None)).replace(hour=0, minute=0, second=0, microsecond=0)


async def next_case(service: Service, caller: Caller, kinds: tuple[str, ...] = ()) -> NextCase:
    """The case the caller holds, else the next one: reserved for `settings.review_lease` minutes."""
    async with service.database.transaction() as db:
        return await _next(db, service, caller, kinds)


async def _next(db: AsyncSession, service: Service, caller: Caller, kinds: tuple[str, ...]) -> NextCase:
    now = datetime.now(UTC)
    today = day_start(service, now)
    case = await queue.take_next(
        db, caller.name, day_start=today, agent_id=caller.agent_id, kinds=kinds or None, lease=lease(service), now=now
    )  # fmt: skip
    load = await queue.workload(db, caller.name, day_start=today, agent_id=caller.agent_id, now=now)
    return NextCase(
        view=None if case is None else await desk.show(db, case, blind_for=caller.blind_for), workload=load
    )


async def decide(
    service: Service,
    caller: Caller,
    case_id: str,
    reply: Reply,
    *,
    and_next: bool,
    kinds: tuple[str, ...] = (),
) -> DecidedView:
    """Keeps an answer and, if asked for, takes the next case in the same transaction."""
    async with service.database.transaction() as db:
        decided = await deciding.decide(db, case_id, caller.name, reply, rescore=rescorer(service.inspector))
        view = await desk.show(db, decided.case, revealed=True, blind_for=caller.blind_for)
        following = await _next(db, service, caller, kinds) if and_next else None
    return DecidedView(decided=decided, view=view, next=following)


async def undo(service: Service, caller: Caller, decision_id: str | None) -> Undone:
    """Takes one of the caller's last decisions back."""
    async with service.database.transaction() as db:
        return await undoing.undo(
            db, caller.name, decision_id, rescore=rescorer(service.inspector), lease=lease(service)
        )


async def read_case(service: Service, caller: Caller, case_id: str) -> CaseView:
    """Of a blind case the verdict is shown to leads and to whoever has decided it."""
    async with service.database.reading() as db:
        case = await cases.get(db, case_id)
        revealed = "configure" in caller.scopes or await desk.has_decided(db, case_id, caller.name)
        return await desk.show(db, case, revealed=revealed, blind_for=caller.blind_for)


def lease(service: Service) -> timedelta:
    """How long a reviewer may think."""
    return timedelta(minutes=service.settings.review_lease)
