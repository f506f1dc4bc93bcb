"""Turns: first unanswered customer message to the first effective reply (reading A03; Taobao's 对话轮次)."""

from datetime import datetime, time, timedelta, tzinfo
from typing import NamedTuple
from zoneinfo import ZoneInfo

from evaluators.bits import stretch
from evaluators.closers import LONGEST_CLOSER, asks_for_human, is_closer_text
from evaluators.timeline import Timeline
from evaluators.units import moment


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


def closers(timeline: Timeline) -> int:
    """Customer messages that merely close (好的, 谢谢, 👌 …): nobody waits for an answer."""
    known: int | None = timeline.memo.get("closers")
    if known is None:
        texts, messages = timeline.texts, timeline.messages
        known = 0
        for index in timeline.customers:
            text = texts[index]
            if (len(text) <= LONGEST_CLOSER and is_closer_text(text)) or messages[
                index
            ].content_type == "emoji":
                known |= 1 << index
        timeline.memo["closers"] = known
    return known


class Turns(NamedTuple):
    """The turns of a session by one clock. `longest`: the longest wait that ended with a reply, microseconds,
    -1 when none did or times are missing.
    """

    all: list[Turn]
    longest: int

    @property
    def answered(self) -> list[Turn]:
        """Those that ended with a reply."""
        return [turn for turn in self.all if turn.reply is not None]


def turns(timeline: Timeline, clock: str, hours: ServiceHours | None = None) -> Turns:
    """The turns by one clock: `service`, `human` or `shop` (contract section 7)."""
    if clock == "service" and not timeline.bots:
        clock = "human"
    key = ("turns", clock)  # one calendar per plan, so the hours need not be part of it
    known: Turns | None = timeline.memo.get(key)
    if known is None:
        found = _turns(timeline, clock)
        if hours is not None and not timeline.times_missing:
            found = [turn for turn in found if hours.open_at(timeline.at[turn.start])]
        known = timeline.memo[key] = Turns(found, _longest(timeline.at, found))
    return known


def _longest(at: list[int], found: list[Turn]) -> int:
    if not at:
        return -1
    return max((at[reply] - at[start] for start, reply in found if reply is not None), default=-1)


def _turns(timeline: Timeline, clock: str) -> list[Turn]:
    starts = timeline.masks["customer"] & ~closers(timeline)
    stops = timeline.masks[clock]
    if clock == "service" and timeline.bots:
        stops = _heeding_those_who_ask(timeline, stops)
    found: list[Turn] = []
    while starts:
        start = (starts & -starts).bit_length() - 1
        stops &= -1 << start
        if not stops:
            found.append(Turn(start, None))
            break
        reply = (stops & -stops).bit_length() - 1
        found.append(Turn(start, reply))
        starts &= -1 << reply
    return found


def _heeding_those_who_ask(timeline: Timeline, stops: int) -> int:
    """From the message on in which the customer asks for a person, a bot's answer stops no clock."""
    asked = next((index for index in timeline.customers if asks_for_human(timeline.texts[index])), None)
    if asked is None:
        return stops
    return stops & (timeline.masks["human"] | stretch(0, asked - 1))
