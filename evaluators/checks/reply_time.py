"""Reply times against a limit: first reply, each turn, session average."""

from msgspec.structs import replace

from evaluators.checks.base import Check, Setting
from evaluators.checks.finding import NO_HIT, NOT_APPLICABLE, UNDETERMINED, Finding, undetermined_until
from evaluators.grammar.kinds import ReplyTime
from evaluators.judges.answers import Answers
from evaluators.timeline.duty import last_human
from evaluators.timeline.timeline import Timeline
from evaluators.timeline.turns import turns
from evaluators.timeline.units import microseconds, spoken


class _ReplyTimeCheck:
    """Hit when the measured time exceeds the limit (`at_least`: reaches it)."""

    acts: frozenset[str] = frozenset()

    def __init__(self, rule: ReplyTime, setting: Setting) -> None:
        self._clock, self._hours = rule.clock, setting.hours
        self._limit = microseconds(rule.at_least or rule.longer_than or "0s")
        self._standard = spoken(self._limit)
        #: The longest wait that is still in time; waits are whole microseconds.
        self._longest = self._limit - 1 if rule.at_least else self._limit

    def _late(self, timeline: Timeline, start: int, reply: int, waited: int) -> Finding:
        detail = f"等待 {spoken(waited)} 才回复,标准 {self._standard}"
        quotes = ((start, None), (reply, None))
        deadline = timeline.at[start] + self._limit
        return Finding("hit", quotes=quotes, duty_at=deadline, occurrences=(start,), detail=detail)

    def _unanswered(self, timeline: Timeline, start: int) -> Finding:
        """Hit, or still open."""
        deadline = timeline.at[start] + self._limit
        if timeline.observed_until is None or timeline.observed_until < deadline:
            return undetermined_until("window_open", deadline)
        detail = f"{self._standard} 内没有回复"
        return Finding("hit", quotes=((start, None),), duty_at=deadline, occurrences=(start,), detail=detail)


class FirstReplyCheck(_ReplyTimeCheck):
    """From the first customer message to the first message of the clock's role after it."""

    def find(self, timeline: Timeline, answers: Answers) -> Finding:
        """Hit with the message that started the clock and the late reply, if any, as evidence."""
        customers = timeline.masks["customer"]
        if not customers:
            return NOT_APPLICABLE
        if timeline.times_missing:
            return UNDETERMINED["times_missing"]
        first = customers & -customers
        start = first.bit_length() - 1
        if self._hours is not None and not self._hours.open_at(timeline.at[start]):
            return NOT_APPLICABLE
        answering = timeline.masks[self._clock] & -first
        if not answering:
            return self._unanswered(timeline, start)
        reply = (answering & -answering).bit_length() - 1
        waited = timeline.at[reply] - timeline.at[start]
        return NO_HIT if waited <= self._longest else self._late(timeline, start, reply, waited)


class EachTurnCheck(_ReplyTimeCheck):
    """Every turn."""

    def find(self, timeline: Timeline, answers: Answers) -> Finding:
        """Hit with the messages that started the clock and the late replies, if any, as evidence."""
        all_turns = turns(timeline, self._clock, self._hours)
        if not all_turns.starts and all_turns.waiting is None:
            return NOT_APPLICABLE
        if timeline.times_missing:
            return UNDETERMINED["times_missing"]
        hits = [self._late(timeline, *late) for late in all_turns.longer_than(self._longest)]
        if all_turns.waiting is not None:
            last = self._unanswered(timeline, all_turns.waiting)
            if last.verdict == "undetermined" and not hits:
                return last
            hits += [last] if last.verdict == "hit" else []
        return self._together(hits) if hits else NO_HIT

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


class AverageReplyCheck(_ReplyTimeCheck):
    """The mean over the answered turns of a session."""

    def find(self, timeline: Timeline, answers: Answers) -> Finding:
        """Hit with the slowest turn as evidence."""
        all_turns = turns(timeline, self._clock, self._hours)
        if all_turns.starts and timeline.times_missing:
            return UNDETERMINED["times_missing"]
        if not timeline.over:
            return UNDETERMINED["session_open"]
        if not all_turns.starts:
            return NOT_APPLICABLE
        total, count = sum(all_turns.waits), len(all_turns.waits)
        if total <= self._limit * count - (self._limit - self._longest):
            return NO_HIT
        ((start, reply, _), *_) = all_turns.longer_than(all_turns.longest - 1)
        quotes = ((start, None), (reply, None))
        detail = f"{count} 轮平均 {spoken(round(total / count))},标准 {self._standard}"
        return Finding("hit", quotes=quotes, agent=last_human(timeline), detail=detail)


_CHECKS: dict[str, type[FirstReplyCheck] | type[EachTurnCheck] | type[AverageReplyCheck]] = {
    "first_reply": FirstReplyCheck,
    "each_turn": EachTurnCheck,
    "session_average": AverageReplyCheck,
}


def reply_time_check(rule: ReplyTime, setting: Setting) -> Check:
    """The check of what the rule measures."""
    return _CHECKS[rule.measure](rule, setting)
