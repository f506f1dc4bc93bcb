"""Live sessions: what is still open when a session is handed in decides itself when its time has come.

A session is live if it reached us shortly after its last message and does not say itself, in `observed_until`,
until when it is complete: then silence since is silence. Anything else is a record of the past, and is judged
up to where it ends. A judge that was away is asked again too.
"""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from evaluators.timeline.timeline import Timeline
from evaluators.timeline.units import moment
from evaluators.types import ChatSession, EndEvent, Outcome
from storage.sessions import StoredSession

#: The last message of a live session is no older than this when the session is handed in.
FRESH = timedelta(minutes=10)
#: How long a message may be under way to us: a window is looked at again this much after it closes.
UNDER_WAY = timedelta(seconds=5)
#: How long until a judge that was away is asked about a session again; doubles up to the longest.
JUDGE_PAUSE, JUDGE_LONGEST = timedelta(minutes=1), timedelta(hours=1)
_AWAY = frozenset({"judge_unavailable", "judge_timeout"})


def is_live(stored: StoredSession) -> bool:
    """Whether silence after the last message means that nothing was said."""
    return _last_sign_of_life(stored) is not None


def is_over(session: ChatSession) -> bool:
    """Whether the session says itself that it has ended."""
    return session.ended_at is not None or any(isinstance(each, EndEvent) for each in session.events)


def observed_now(stored: StoredSession, now: datetime) -> datetime | None:
    """Until when a live session is observed, at least to its last message; None: until where its record says."""
    last = _last_sign_of_life(stored)
    return None if last is None else max(now - UNDER_WAY, last)


def _last_sign_of_life(stored: StoredSession) -> datetime | None:
    """The end of a live session's record; None: it is not live."""
    if stored.session.observed_until is not None:
        return None
    last = Timeline(stored.session).observed_until
    if last is None:
        return None
    end = moment(last, UTC)
    return end if stored.received_at - end <= FRESH else None


def decides_next(outcomes: Iterable[Outcome], after: datetime) -> datetime | None:
    """When to look again: shortly after the first window that is still open closes."""
    instants = [datetime.fromisoformat(outcome.decides_at) for outcome in outcomes if outcome.decides_at]
    return min((each + UNDER_WAY for each in instants if each > after), default=None)


def judge_back(outcomes: Iterable[Outcome], attempt: int, now: datetime) -> datetime | None:
    """When to ask again a judge that was away or too slow, later each time; None: it had its say.

    Where no judge was asked there is none that could come back: such outcomes name no judge.
    """
    away = any(each.reason_code in _AWAY and each.judge is not None for each in outcomes)
    return now + min(JUDGE_LONGEST, JUDGE_PAUSE * 2 ** min(attempt - 1, 16)) if away else None
