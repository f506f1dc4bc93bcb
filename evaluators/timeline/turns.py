"""Turns: first unanswered customer message to the first effective reply (reading A03; Taobao's 对话轮次)."""

from datetime import datetime, time, timedelta, tzinfo
from itertools import compress
from operator import sub
from typing import NamedTuple
from zoneinfo import ZoneInfo

from msgspec import Struct

from evaluators.timeline.bits import bits, highest, indices, lowest, next_after, picked, stretch
from evaluators.timeline.timeline import Timeline
from evaluators.timeline.units import moment


class Turn(NamedTuple):
    """`start`: the customer message that started the clock; `reply`: what stopped it, None while unanswered."""

    start: int
    reply: int | None


class ServiceHours(NamedTuple):
    """Turns that start outside do not count. `weekdays`: 0 Monday ... 6 Sunday; `closed`: single dates off."""

    start: time
    end: time
    zone: tzinfo
    weekdays: frozenset[int] = frozenset(range(7))
    closed: frozenset[str] = frozenset()

    def open_at(self, at: int) -> bool:
        """Whether the shop is served at this instant."""
        local: datetime = moment(at, self.zone)
        clock, day = local.time(), local.date()
        if self.start <= self.end:
            within = self.start <= clock < self.end
        else:
            within = clock >= self.start or clock < self.end
            if clock < self.end:  # the small hours belong to the evening before
                day -= timedelta(days=1)
        return within and day.weekday() in self.weekdays and day.isoformat() not in self.closed


def service_hours(start: str, end: str, zone: str, weekdays: list[int], closed: list[str]) -> ServiceHours:
    """Hours from `HH:MM` texts; an end of 24:00 is the end of the day. Weekdays count 1 Monday ... 7 Sunday."""
    last = time.max if end == "24:00" else time.fromisoformat(end)
    days = frozenset(day - 1 for day in weekdays) or frozenset(range(7))
    return ServiceHours(time.fromisoformat(start), last, ZoneInfo(zone), days, frozenset(closed))


class Turns(Struct, frozen=True, gc=False):
    """The turns of a session by one clock.

    `starts` and `replies`: the messages that opened an answered turn, and those that answered one; they take
    turns. `waits`: how long each took, in microseconds (none where times are missing). `longest` of these, -1
    when there is none. `waiting`: the message that opened a turn which nobody has answered yet.
    """

    starts: int
    replies: int
    waits: list[int]
    longest: int
    waiting: int | None

    @property
    def all(self) -> list[Turn]:
        """In order, the one still waiting last."""
        answered = list(map(Turn, indices(self.starts), indices(self.replies)))
        return answered if self.waiting is None else [*answered, Turn(self.waiting, None)]

    def longer_than(self, limit: int) -> list[tuple[int, int, int]]:
        """Start, reply and wait of the answered turns that took longer."""
        if self.longest <= limit:
            return []
        answered = zip(indices(self.starts), indices(self.replies), self.waits, strict=True)
        return [turn for turn in answered if turn[2] > limit]


def turns(timeline: Timeline, clock: str, hours: ServiceHours | None = None) -> Turns:
    """The turns by one clock: `service`, `human` or `shop` (contract section 7)."""
    if clock == "service" and not timeline.masks["bot"]:
        clock = "human"
    known: Turns | None = timeline.memo.get(clock)  # one calendar per plan: hours need not be in the key
    if known is None:
        starts, replies, waiting = _turns(timeline, clock)
        if timeline.at and hours is not None:
            starts, replies, waiting = _during(hours, timeline.at, starts, replies, waiting)
        at = timeline.at
        waits = list(map(sub, picked(at, replies), picked(at, starts)))
        known = timeline.memo[clock] = Turns(starts, replies, waits, max(waits, default=-1), waiting)
    return known


def _turns(timeline: Timeline, clock: str) -> tuple[int, int, int | None]:
    """Starts and replies of the answered turns, and the start of the one that is still waiting."""
    asking = timeline.masks["customer"] & ~timeline.closers
    answering = timeline.masks[clock]
    if clock == "service":
        answering = _heeding_those_who_ask(timeline, answering)
    either = asking | answering
    starts = asking & (next_after(answering, either) | either & -either)
    replies = answering & next_after(asking, either)
    if starts.bit_length() > replies.bit_length():
        waiting = highest(starts)
        return starts ^ 1 << waiting, replies, waiting
    return starts, replies, None


def _during(
    hours: ServiceHours, at: list[int], starts: int, replies: int, waiting: int | None
) -> tuple[int, int, int | None]:
    """Those that start within the hours."""
    within = [hours.open_at(start) for start in picked(at, starts)]
    if waiting is not None and not hours.open_at(at[waiting]):
        waiting = None
    return bits(compress(indices(starts), within)), bits(compress(indices(replies), within)), waiting


def _heeding_those_who_ask(timeline: Timeline, stopping: int) -> int:
    """From the message on in which the customer asks for a person, a bot's answer stops no clock."""
    if not timeline.asks_human:
        return stopping
    return stopping & (timeline.masks["human"] | stretch(0, lowest(timeline.asks_human) - 1))
