"""What the kinds share."""

from bisect import bisect_right
from typing import NamedTuple, Protocol

from evaluators.answers import Answers
from evaluators.behaviours import CompiledBehaviour
from evaluators.bits import first_of, last_of, stretch
from evaluators.finding import Finding
from evaluators.grammar import Behaviour, Rule, Scope
from evaluators.phrases import PhraseIndex
from evaluators.timeline import Timeline
from evaluators.turns import ServiceHours


class Check(Protocol):
    """A compiled rule. `acts`: everything a judge may have to locate for it."""

    acts: frozenset[str]

    @property
    def blind_key(self) -> object:
        """Checks of equal keys find the same while no act is answered, so one of them is asked for all."""
        ...

    def find(self, timeline: Timeline, answers: Answers) -> Finding:
        """What the rule finds in the session."""
        ...


class Setting(NamedTuple):
    """What rules are compiled with, beside themselves."""

    phrases: PhraseIndex
    hours: ServiceHours | None


def behaviour_of(rule: Rule, behaviour: Behaviour, setting: Setting) -> CompiledBehaviour:
    """The rule's behaviour; recalled messages count for red lines only."""
    return CompiledBehaviour(behaviour, setting.phrases, recalled=rule.red_line)


def scoped(timeline: Timeline, scope: Scope) -> int:
    """The messages in scope, recalled ones and those after the end left out where it counts."""
    if scope.first is None and scope.last is None and not scope.at_end:
        return timeline.masks["anyone"]
    key = (scope.first, scope.last, scope.of, scope.at_end)
    known: int | None = timeline.memo.get(key)
    if known is None:
        known = timeline.memo[key] = _scoped(timeline, scope)
    return known


def _scoped(timeline: Timeline, scope: Scope) -> int:
    mask = timeline.masks[scope.of] & ~timeline.recalled
    if scope.at_end and timeline.end_at is not None and not timeline.times_missing:
        mask &= stretch(0, bisect_right(timeline.at, timeline.end_at) - 1)
    if scope.first is not None:
        mask = first_of(mask, scope.first)
    if scope.last is not None:
        mask = last_of(mask, scope.last)
    return mask
