"""What the live board is about: sessions in progress and their open windows, as they lie in time."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from api.inspecting.inspector import started
from api.inspecting.live import is_live
from api.service import Service
from evaluators.timeline.duty import last_human
from evaluators.timeline.timeline import Timeline
from evaluators.timeline.turns import turns
from evaluators.timeline.units import moment
from evaluators.types import Message, Outcome
from storage import inspections, live_board, sessions
from storage.inspections import StoredInspection
from storage.live_board import Open
from storage.sessions import StoredSession

#: Sessions that nobody ended are looked at, and those that ended within this time; at most so many.
LATELY, MOST = timedelta(hours=24), 200
#: A session that nobody ended is in progress while its customer waits, else for this long after it was heard of.
QUIET = timedelta(minutes=30)


class Progress(NamedTuple):
    """A session in progress. `waiting_since`: since when its customer waits for an answer; None: not now."""

    stored: StoredSession
    group: str | None
    agent: str | None
    last: Message | None
    last_at: datetime | None
    waiting_since: datetime | None
    outcomes: tuple[Outcome, ...]


class Window(NamedTuple):
    """A rule that decides itself at `decides_at` if nothing happens till then; None: not by time alone."""

    stored: StoredSession
    rule_id: str
    decides_at: datetime | None


class Seen(NamedTuple):
    """`windows`: soonest first. `cut`: more sessions are open than are looked at."""

    progress: list[Progress]
    windows: list[Window]
    cut: bool


async def load(
    service: Service,
    now: datetime,
    blind_for: str | None,
    *,
    shop: str | None = None,
    group: str | None = None,
) -> Seen:
    """As things stand at `now`. `blind_for`: a reviewer who is to see no verdict of what they are to judge blind."""
    async with service.database.reading() as db:
        found = await live_board.still_open(
            db, now - LATELY, limit=MOST + 1, shop=shop, group=group, blind_for=blind_for
        )
        shown = found[:MOST]
        stored = await sessions.get_many(db, [(each.session_id, each.revision) for each in shown])
        done = await inspections.get_many(
            db, [each.inspection_id for each in shown if each.inspection_id is not None]
        )
    live = [
        _Live(each, stored[each.session_id, each.revision], _outcomes(done.get(each.inspection_id or "")))
        for each in shown
        if (each.session_id, each.revision) in stored
    ]
    live = [each for each in live if is_live(each.stored)]
    laid = [await _laid(service, each) for each in live]
    progress = [each for each in laid if each is not None and _goes_on(each, now)]
    return Seen(progress, windows_of(live), len(found) > MOST)


class _Live(NamedTuple):
    found: Open
    stored: StoredSession
    outcomes: tuple[Outcome, ...]


def _outcomes(kept: StoredInspection | None) -> tuple[Outcome, ...]:
    return kept.inspection.outcomes if kept else ()


async def _laid(service: Service, live: _Live) -> Progress | None:
    """None: the session is over."""
    stored = live.stored
    standard = await service.inspector.standards.in_force(service.database, stored.session, started(stored))
    timeline = standard.plan.timeline(stored.session)
    if timeline.over:
        return None
    waiting = turns(timeline, "human").waiting
    return Progress(
        stored=stored,
        group=live.found.group,
        agent=last_human(timeline),
        last=timeline.messages[-1] if timeline.messages else None,
        last_at=None if timeline.observed_until is None else moment(timeline.observed_until, UTC),
        waiting_since=_at(timeline, waiting),
        outcomes=live.outcomes,
    )


def _at(timeline: Timeline, waiting: int | None) -> datetime | None:
    return None if waiting is None or timeline.times_missing else moment(timeline.at[waiting], UTC)


def _goes_on(found: Progress, now: datetime) -> bool:
    return found.waiting_since is not None or (found.last_at is not None and now - found.last_at <= QUIET)


def windows_of(live: Iterable[_Live]) -> list[Window]:
    """Every open window of live sessions; those that time alone does not close come last."""
    found = [
        Window(
            each.stored, outcome.rule_id,
            datetime.fromisoformat(outcome.decides_at) if outcome.decides_at else None,
        )
        for each in live
        for outcome in each.outcomes
        if outcome.reason_code == "window_open"
    ]  # fmt: skip
    latest = datetime.max.replace(tzinfo=UTC)
    return sorted(
        found, key=lambda each: (each.decides_at or latest, each.stored.session.session_id, each.rule_id)
    )
