"""Reply times against a limit: first reply, each turn, session average."""

from evaluators.answers import Answers
from evaluators.checks.base import Setting
from evaluators.duty import last_human
from evaluators.finding import NO_HIT, NOT_APPLICABLE, Finding, undetermined
from evaluators.grammar import ReplyTime
from evaluators.timeline import Timeline
from evaluators.turns import Turn, turns
from evaluators.units import microseconds, spoken


class ReplyTimeCheck:
    """Hit when the measured time exceeds the limit (`at_least`: reaches it)."""

    acts: frozenset[str] = frozenset()

    def __init__(self, rule: ReplyTime, setting: Setting) -> None:
        self.blind_key = ("reply_time", rule.measure, rule.clock, rule.longer_than, rule.at_least)
        self._clock, self._hours = rule.clock, setting.hours
        self._inclusive = rule.at_least is not None
        self._limit = microseconds(rule.at_least or rule.longer_than or "0s")
        self._measure = {
            "first_reply": self._first_reply,
            "each_turn": self._each_turn,
            "session_average": self._session_average,
        }[rule.measure]

    def find(self, timeline: Timeline, answers: Answers) -> Finding:
        """Hit with the message that started the clock and the late reply, if any, as evidence."""
        return self._measure(timeline)

    def _too_long(self, waited: float) -> bool:
        return waited >= self._limit if self._inclusive else waited > self._limit

    def _first_reply(self, timeline: Timeline) -> Finding:
        if not timeline.customers:
            return NOT_APPLICABLE
        if timeline.times_missing:
            return undetermined("times_missing")
        start = timeline.customers[0]
        if self._hours is not None and not self._hours.open_at(timeline.at[start]):
            return NOT_APPLICABLE
        answering = {"human": timeline.humans, "service": timeline.services, "shop": timeline.shops}[
            self._clock
        ]
        reply = next((index for index in answering if index > start), None)
        return self._of_turn(timeline, Turn(start, reply)) or NO_HIT

    def _of_turn(self, timeline: Timeline, turn: Turn) -> Finding | None:
        """Hit or still open, or None when the turn was answered in time."""
        began = timeline.at[turn.start]
        deadline = began + self._limit
        if turn.reply is not None:
            waited = timeline.at[turn.reply] - began
            if not self._too_long(waited):
                return None
            quotes = ((turn.start, None), (turn.reply, None))
            detail = f"等待 {spoken(waited)} 才回复,标准 {spoken(self._limit)}"
        elif timeline.observed_until is not None and timeline.observed_until >= deadline:
            quotes = ((turn.start, None),)  # type: ignore[assignment]
            detail = f"{spoken(self._limit)} 内没有回复"
        else:
            return undetermined("window_open", deadline)
        return Finding("hit", quotes=quotes, duty_at=deadline, occurrences=(turn.start,), detail=detail)

    def _each_turn(self, timeline: Timeline) -> Finding:
        all_turns = turns(timeline, self._clock, self._hours)
        if not all_turns.all:
            return NOT_APPLICABLE
        if timeline.times_missing:
            return undetermined("times_missing")
        if not self._too_long(all_turns.longest) and all_turns.all[-1].reply is not None:
            return NO_HIT
        findings = [
            finding for turn in all_turns.all if (finding := self._of_turn(timeline, turn)) is not None
        ]
        hits = [finding for finding in findings if finding.verdict == "hit"]
        if not hits:
            return findings[-1] if findings else NO_HIT
        return hits[0]._replace(
            quotes=tuple(quote for finding in hits for quote in finding.quotes),
            occurrences=tuple(at for finding in hits for at in finding.occurrences),
            detail=hits[0].detail if len(hits) == 1 else f"共 {len(hits)} 轮:{hits[0].detail}",
        )

    def _session_average(self, timeline: Timeline) -> Finding:
        answered = turns(timeline, self._clock, self._hours).answered
        if answered and timeline.times_missing:
            return undetermined("times_missing")
        if not timeline.over:
            return undetermined("session_open")
        if not answered:
            return NOT_APPLICABLE
        waits = [timeline.at[turn.reply] - timeline.at[turn.start] for turn in answered]  # type: ignore[index]
        mean = sum(waits) / len(waits)
        if not self._too_long(mean):
            return NO_HIT
        slowest = answered[waits.index(max(waits))]
        quotes = ((slowest.start, None), (slowest.reply or slowest.start, None))
        detail = f"{len(waits)} 轮平均 {spoken(round(mean))},标准 {spoken(self._limit)}"
        return Finding("hit", quotes=quotes, agent=last_human(timeline), detail=detail)
