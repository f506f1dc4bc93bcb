"""Live sessions: what is still open when a session is handed in decides itself when its time has come.

A session is live if it reached us shortly after its last message and does not say itself, in `observed_until`,
until when it is complete: then silence since is silence. Anything else is a record of the past, and is judged
up to where it ends.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from evaluators.timeline import Timeline
from evaluators.types import Outcome
from evaluators.units import instant
from storage.sessions import StoredSession

#: The last message of a live session is no older than this when the session is handed in.
FRESH = timedelta(minutes=10)
#: How long a message may be under way to us: a window is looked at again this much after it closes.
UNDER_WAY = timedelta(seconds=5)
_MICROSECOND = timedelta(microseconds=1)


def is_live(stored: StoredSession) -> bool:
    """Whether silence after the last message means that nothing was said."""
    if stored.session.observed_until is not None:
        return False
    last = Timeline(stored.session).observed_until
    return last is not None and (instant(stored.received_at) - last) * _MICROSECOND <= FRESH


def observed_now(stored: StoredSession, now: datetime) -> datetime | None:
    """Until when a live session is observed; None: until where its record says."""
    return now - UNDER_WAY if is_live(stored) else None


def decides_next(outcomes: Iterable[Outcome], after: datetime) -> datetime | None:
    """When to look again: shortly after the first window that is still open closes."""
    instants = [datetime.fromisoformat(outcome.decides_at) for outcome in outcomes if outcome.decides_at]
    return min((each + UNDER_WAY for each in instants if each > after), default=None)
