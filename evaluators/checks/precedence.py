"""Precedence: what an agent must have done before handing the session over."""

from bisect import bisect_right
from typing import NamedTuple

from evaluators.checks.base import Setting
from evaluators.checks.behaviours import Terms
from evaluators.checks.finding import NO_HIT, NOT_APPLICABLE, UNDETERMINED, Finding
from evaluators.checks.seen import Seen
from evaluators.grammar.kinds import Precedence
from evaluators.judges.answers import Answers
from evaluators.timeline.bits import bits, highest, indices, stretch
from evaluators.timeline.duty import hands_over, is_bot, sender_of
from evaluators.timeline.timeline import Timeline
from evaluators.timeline.units import instant


class _HandOver(NamedTuple):
    """Who hands over, his messages looked at, and the last customer message before."""

    agent: str | None
    own: list[int]
    customer: int | None


class PrecedenceCheck:
    """Hit when an agent hands over without having shown the behaviour."""

    def __init__(self, rule: Precedence, setting: Setting) -> None:
        # A recalled message says nothing any more, but it was a reply.
        spoken = rule.behaviour.says is not None or rule.behaviour.act is not None
        self._behaviour = setting.behaviours.compiled(rule.behaviour, Terms(recalled=not spoken))
        self.acts = self._behaviour.acts
        self._last, self._by = rule.last, rule.before.by

    def find(self, timeline: Timeline, answers: Answers) -> Finding:
        """Hit for the first agent who did not, with the last message looked at as evidence."""
        if not timeline.transfers:
            return NOT_APPLICABLE
        transfers = range(len(timeline.transfers))
        handed = [each for number in transfers if (each := self._hand_over(timeline, number)) is not None]
        if not handed:
            return NOT_APPLICABLE
        if timeline.times_missing:
            return UNDETERMINED["times_missing"]
        seen = self._behaviour.see(timeline, answers)
        findings = [self._of(each, seen) for each in handed]
        for verdict in ("hit", "undetermined"):
            for finding in findings:
                if finding.verdict == verdict:
                    return finding
        return NO_HIT

    def _hand_over(self, timeline: Timeline, number: int) -> _HandOver | None:
        """None where the rule does not apply: nobody known, a bot where only humans count, nothing to look at."""
        agent = hands_over(timeline, number)
        if self._by == "human" and (agent is None or is_bot(timeline, agent)):
            return None
        until = self._until(timeline, number)
        wrote = timeline.masks[self._by] & stretch(0, until - 1)
        if self._last is not None:
            wrote &= ~timeline.recalled
        own = [index for index in indices(wrote) if sender_of(timeline, index) == agent]
        if self._last is not None:
            own = own[-self._last :]
            if not own:
                return None
        customers = timeline.masks["customer"] & stretch(0, until - 1)
        return _HandOver(agent, own, highest(customers) if customers else None)

    def _until(self, timeline: Timeline, number: int) -> int:
        """Index of the first message after the transfer; at the same instant counts as before."""
        if timeline.times_missing:
            return len(timeline.messages)
        return bisect_right(timeline.at, instant(timeline.transfers[number].at))  # type: ignore[arg-type]

    def _of(self, hand_over: _HandOver, seen: Seen) -> Finding:
        agent, own, _ = hand_over
        mine = seen.within(bits(own))
        if mine.certain:
            return NO_HIT
        if mine.possible:
            return UNDETERMINED[mine.reason]
        last = own[-1] if own else hand_over.customer
        return Finding("hit", quotes=((last, None),) if last is not None else (), agent=agent)
