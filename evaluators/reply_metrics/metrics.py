"""Reply times by a platform's own definition: the same chat measured as Taobao, Douyin … would measure it."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime

from msgspec import Struct

from evaluators.reply_metrics.timing import TimingProfile
from evaluators.reply_metrics.waits import Wait, waits_of
from evaluators.timeline.timeline import Timeline
from evaluators.timeline.units import SECOND, microseconds
from evaluators.types import ChatSession


class Within(Struct, frozen=True, kw_only=True):
    """`count` of `of` decided units were answered within the limit; `open` cannot be decided yet."""

    limit_seconds: float
    count: int
    of: int
    open: int

    @property
    def share(self) -> float | None:
        """`count / of`; None of nothing."""
        return self.count / self.of if self.of else None


class ReplyMetrics(Struct, frozen=True, kw_only=True):
    """What was measured, each number with what it is a number of.

    `asked`: units (turns, customer messages or consumer-days); `answered`: those with no question unanswered.
    `mean_seconds`: mean over `mean_of` questions: those answered and, if the platform caps, those without a
    reply for that long, which count the cap. `unmeasured`: sessions in which a message has no time.
    """

    unit: str
    asked: int
    answered: int
    mean_seconds: float | None
    mean_of: int
    within: tuple[Within, ...]
    unmeasured: int = 0


class ReplyTally:
    """The measures of several sessions together, added one at a time; keeps waits, no sessions.

    A consumer with two sessions on one day is one consumer. `now`: the sessions are being watched, and nothing
    arrived until then.
    """

    def __init__(self, timing: TimingProfile, now: datetime | None = None) -> None:
        self._timing, self._now = timing, now
        self._units: defaultdict[tuple[str, ...], list[Wait]] = defaultdict(list)
        self._unmeasured = 0

    def add(self, session: ChatSession) -> None:
        """One more session."""
        timeline = Timeline(session, self._now)
        if timeline.times_missing:
            self._unmeasured += 1
            return
        for number, wait in enumerate(waits_of(timeline, self._timing)):
            self._units[_unit(session, wait, number, self._timing)].append(wait)

    def metrics(self) -> ReplyMetrics:
        """The measures so far."""
        return _measured(list(self._units.values()), self._timing, self._unmeasured)


def reply_metrics(session: ChatSession, timing: TimingProfile, now: datetime | None = None) -> ReplyMetrics:
    """The measures of one session. `now`: it is being watched, and nothing arrived until then."""
    return reply_metrics_of((session,), timing, now)


def reply_metrics_of(
    sessions: Iterable[ChatSession], timing: TimingProfile, now: datetime | None = None
) -> ReplyMetrics:
    """The measures of several sessions together: a consumer with two sessions on one day is one consumer."""
    tally = ReplyTally(timing, now)
    for session in sessions:
        tally.add(session)
    return tally.metrics()


def _unit(session: ChatSession, wait: Wait, number: int, timing: TimingProfile) -> tuple[str, ...]:
    if timing.unit != "consumer":
        return ("question", session.shop or "", session.session_id, str(number))
    if session.customer_id is None:
        return ("session", session.shop or "", session.session_id, wait.day)
    return ("customer", session.shop or "", session.customer_id, wait.day)


def _measured(units: Sequence[list[Wait]], timing: TimingProfile, unmeasured: int) -> ReplyMetrics:
    counted = _counted([wait for unit in units for wait in unit], timing)
    return ReplyMetrics(
        unit=timing.unit,
        asked=len(units),
        answered=sum(all(wait.waited is not None for wait in unit) for unit in units),
        mean_seconds=sum(counted) / len(counted) / SECOND if counted else None,
        mean_of=len(counted),
        within=tuple(_within(units, microseconds(limit)) for limit in timing.limits),
        unmeasured=unmeasured,
    )


def _counted(waits: Iterable[Wait], timing: TimingProfile) -> list[int]:
    """What each question adds to the mean."""
    if timing.cap is None:
        return [wait.waited for wait in waits if wait.waited is not None]
    cap = microseconds(timing.cap)
    answered = [min(wait.waited, cap) for wait in waits if wait.waited is not None]
    return answered + [cap for wait in waits if wait.waited is None and wait.silent >= cap]


def _within(units: Iterable[list[Wait]], limit: int) -> Within:
    verdicts = [_in_time(unit, limit) for unit in units]
    return Within(
        limit_seconds=limit / SECOND,
        count=verdicts.count(True),
        of=len(verdicts) - verdicts.count(None),
        open=verdicts.count(None),
    )


def _in_time(unit: Iterable[Wait], limit: int) -> bool | None:
    """One question answered too late, or not at all, spoils the unit. None: still open."""
    answers: list[bool | None] = []
    for wait in unit:
        if wait.waited is not None:
            answers.append(wait.waited <= limit)
        else:
            answers.append(False if wait.silent >= limit else None)
    if False in answers:
        return False
    return None if None in answers else True
