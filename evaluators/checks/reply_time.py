"""Reply times against a limit: first reply, each turn, session average."""

from collections.abc import Callable

from msgspec.structs import replace

from evaluators.answers import Answers
from evaluators.bits import lowest
from evaluators.checks.base import Setting
from evaluators.duty import last_human
from evaluators.finding import NO_HIT, NOT_APPLICABLE, Finding, undetermined
from evaluators.grammar import ReplyTime
from evaluators.timeline import Timeline
from evaluators.turns import turns
from evaluators.units import microseconds, spoken


class ReplyTimeCheck:
    """Hit when the measured time exceeds the limit (`at_least`: reaches it)."""

    acts: frozenset[str] = frozenset()

    def __init__(self, rule: ReplyTime, setting: Setting) -> None:
        self._clock, self._hours = rule.clock, setting.hours
        self._limit = microseconds(rule.at_least or rule.longer_than or "0s")
        self._inclusive = rule.at_least is not None
        measures: dict[str, Callable[[Timeline], Finding]] = {
            "first_reply": self._first_reply,
            "each_turn": self._each_turn,
            "session_average": self._session_average,
        }
        self._measure = measures[rule.measure]

    def find(self, timeline: Timeline, answers: Answers) -> Finding:
        """Hit with the message that started the clock and the late reply, if any, as evidence."""
        return self._measure(timeline)

    def _too_long(self, waited: float) -> bool:
        return waited >= self._limit if self._inclusive else waited > self._limit

    def _first_reply(self, timeline: Timeline) -> Finding:
        customers = timeline.masks["customer"]
        if not customers:
            return NOT_APPLICABLE
        if timeline.times_missing:
            return undetermined("times_missing")
        start = lowest(customers)
        if self._hours is not None and not self._hours.open_at(timeline.at[start]):
            return NOT_APPLICABLE
        answering = timeline.masks[self._clock] & -1 << start
        if not answering:
            return self._unanswered(timeline, start)
        reply = lowest(answering)
        waited = timeline.at[reply] - timeline.at[start]
        return self._late(timeline, start, reply, waited) if self._too_long(waited) else NO_HIT

    def _each_turn(self, timeline: Timeline) -> Finding:
        all_turns = turns(timeline, self._clock, self._hours)
        if not all_turns.starts and all_turns.waiting is None:
            return NOT_APPLICABLE
        if timeline.times_missing:
            return undetermined("times_missing")
        hits = []
        if self._too_long(all_turns.longest):
            answered = zip(all_turns.starts, all_turns.replies, all_turns.waits, strict=True)
            hits = [self._late(timeline, *turn) for turn in answered if self._too_long(turn[2])]
        if all_turns.waiting is not None:
            last = self._unanswered(timeline, all_turns.waiting)
            if last.verdict == "undetermined" and not hits:
                return last
            hits += [last] if last.verdict == "hit" else []
        return self._together(hits) if hits else NO_HIT

    def _late(self, timeline: Timeline, start: int, reply: int, waited: int) -> Finding:
        detail = f"等待 {spoken(waited)} 才回复,标准 {spoken(self._limit)}"
        quotes = ((start, None), (reply, None))
        deadline = timeline.at[start] + self._limit
        return Finding("hit", quotes=quotes, duty_at=deadline, occurrences=(start,), detail=detail)

    def _unanswered(self, timeline: Timeline, start: int) -> Finding:
        """Hit, or still open."""
        deadline = timeline.at[start] + self._limit
        if timeline.observed_until is None or timeline.observed_until < deadline:
            return undetermined("window_open", deadline)
        detail = f"{spoken(self._limit)} 内没有回复"
        return Finding("hit", quotes=((start, None),), duty_at=deadline, occurrences=(start,), detail=detail)

    def _together(self, hits: list[Finding]) -> Finding:
        """The late turns of a session, as one finding; the first is the one to answer for."""
        first = hits[0]
        if len(hits) == 1:
            return first
        return replace(
            first,
            quotes=tuple(quote for hit in hits for quote in hit.quotes),
            occurrences=tuple(start for hit in hits for start in hit.occurrences),
            detail=f"共 {len(hits)} 轮:{first.detail}",
        )

    def _session_average(self, timeline: Timeline) -> Finding:
        all_turns = turns(timeline, self._clock, self._hours)
        starts, replies, waits = all_turns.starts, all_turns.replies, all_turns.waits
        if starts and timeline.times_missing:
            return undetermined("times_missing")
        if not timeline.over:
            return undetermined("session_open")
        if not starts:
            return NOT_APPLICABLE
        mean = sum(waits) / len(waits)
        if not self._too_long(mean):
            return NO_HIT
        slowest = waits.index(all_turns.longest)
        quotes = ((starts[slowest], None), (replies[slowest], None))
        detail = f"{len(waits)} 轮平均 {spoken(round(mean))},标准 {spoken(self._limit)}"
        return Finding("hit", quotes=quotes, agent=last_human(timeline), detail=detail)
