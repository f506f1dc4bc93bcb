"""What the kinds share."""

from bisect import bisect_right
from typing import NamedTuple, Protocol

from evaluators.checks.behaviours import Behaviours, CompiledBehaviour, Terms
from evaluators.checks.finding import Finding
from evaluators.grammar.kinds import Behaviour, Rule, Scope
from evaluators.judges.answers import Answers
from evaluators.timeline.bits import first_of, last_of, stretch
from evaluators.timeline.timeline import Timeline
from evaluators.timeline.turns import ServiceHours


class Check(Protocol):
    """A compiled rule. `acts`: everything a judge may have to locate for it."""

    acts: frozenset[str]

    def find(self, timeline: Timeline, answers: Answers) -> Finding:
        """What the rule finds in the session."""
        ...


class Setting(NamedTuple):
    """What rules are compiled with, beside themselves."""

    behaviours: Behaviours
    hours: ServiceHours | None


def behaviour_of(rule: Rule, behaviour: Behaviour, setting: Setting) -> CompiledBehaviour:
    """The rule's behaviour; recalled messages count for red lines only."""
    return setting.behaviours.compiled(behaviour, Terms(recalled=rule.red_line))


class CompiledScope:
    """The messages looked at, recalled ones and those after the end left out where it counts."""

    def __init__(self, scope: Scope) -> None:
        self._first, self._last, self._of, self.at_end = scope.first, scope.last, scope.of, scope.at_end
        #: It leaves messages out.
        self.narrow = scope.first is not None or scope.last is not None or scope.at_end
        self._key = repr(scope)

    def messages(self, timeline: Timeline) -> int:
        """The messages in scope."""
        if not self.narrow:
            return timeline.masks["anyone"]
        known: int | None = timeline.memo.get(self._key)
        if known is None:
            known = timeline.memo[self._key] = self._messages(timeline)
        return known

    def _messages(self, timeline: Timeline) -> int:
        mask = timeline.kept[self._of]
        if self.at_end and timeline.end_at is not None and timeline.at and timeline.at[-1] > timeline.end_at:
            mask &= stretch(0, bisect_right(timeline.at, timeline.end_at) - 1)
        if self._first is not None:
            mask = first_of(mask, self._first)
        if self._last is not None:
            mask = last_of(mask, self._last)
        return mask
