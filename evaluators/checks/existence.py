"""Existence, bounded existence and absence: does the behaviour occur in the scope, and how often."""

from evaluators.checks.base import CompiledScope, Setting, behaviour_of
from evaluators.checks.behaviours import Terms
from evaluators.checks.blind import blind_behaviour
from evaluators.checks.finding import NO_HIT, NOT_APPLICABLE, UNDETERMINED, Finding
from evaluators.grammar.kinds import Absence, Behaviour, BoundedExistence, Existence
from evaluators.judges.answers import NOBODY_ASKED, Answers
from evaluators.timeline.bits import highest, indices
from evaluators.timeline.timeline import Timeline


class _Scoped:
    """A behaviour in a scope, and the messages without which the rule does not apply."""

    def __init__(
        self, rule: Existence | BoundedExistence | Absence, given: Behaviour | None, setting: Setting
    ) -> None:
        self._behaviour = behaviour_of(rule, rule.behaviour, setting)
        self.acts = self._behaviour.acts
        self._scope = CompiledScope(rule.scope)
        self._given = setting.behaviours.compiled(given, Terms(recalled=True)) if given else None
        self._not_configured = _without_phrases(rule.behaviour)
        #: Nothing is decided before the scope is looked at.
        self._unconditional = given is None and not rule.scope.at_end and not self._not_configured
        #: Nothing is looked at unless a phrase of this group was found.
        self._needs = self._behaviour.needs if self._unconditional else None

    def _early(self, timeline: Timeline, answers: Answers) -> Finding | None:
        """What is decided before the scope is looked at."""
        if self._not_configured:
            return UNDETERMINED["not_configured"]
        if self._scope.at_end and not timeline.over:
            return UNDETERMINED["session_open"]
        given = self._given
        if given is not None and not (
            given.where(timeline) if given.closed else given.see(timeline, answers).certain
        ):
            return NOT_APPLICABLE
        return None


def _without_phrases(behaviour: Behaviour) -> bool:
    """The shop has not said what it wants to hear."""
    says = behaviour.says
    return says is not None and not (says.any or says.all or says.none)


class ExistenceCheck(_Scoped):
    """Hit when the behaviour occurs at least `at_least` times."""

    def __init__(self, rule: Existence | BoundedExistence, setting: Setting) -> None:
        super().__init__(rule, rule.given if isinstance(rule, BoundedExistence) else None, setting)
        self._at_least = rule.at_least if isinstance(rule, BoundedExistence) else 1
        self._bare_act = self._behaviour.bare_act
        self._askable = behaviour_of(rule, blind_behaviour(rule.behaviour), setting)

    def find(self, timeline: Timeline, answers: Answers) -> Finding:
        """Hit with every message that shows it as evidence."""
        if self._needs is not None and self._needs not in timeline.said:
            return NO_HIT
        if not self._unconditional:
            early = self._early(timeline, answers)
            if early is not None:
                return early
        seen = self._behaviour.see(timeline, answers)
        if self._scope.narrow and (seen.certain or seen.possible):
            seen = seen.within(self._scope.messages(timeline))
        count = seen.certain.bit_count()
        if count >= self._at_least:
            return self._hit(timeline, seen.certain)
        if seen.possible and count + seen.possible.bit_count() >= self._at_least:
            return UNDETERMINED[seen.reason]
        if self._bare_act and not (answers and self._could_be_asked(timeline)):
            return NOT_APPLICABLE
        return NO_HIT

    def _could_be_asked(self, timeline: Timeline) -> bool:
        """There was a message that a judge could be asked about."""
        asked = self._askable.see(timeline, NOBODY_ASKED).possible
        return asked & self._scope.messages(timeline) != 0

    def _hit(self, timeline: Timeline, certain: int) -> Finding:
        where = indices(certain)
        quotes = tuple([(index, self._behaviour.quote(timeline, index)) for index in where])
        # A count is complete with its last message; of repeated faults the first is the one to answer for.
        actor = where[-1] if self._at_least > 1 else where[0]
        return Finding("hit", quotes=quotes, actor=actor, occurrences=tuple(where))


class AbsenceCheck(_Scoped):
    """Hit when the behaviour does not occur in the scope."""

    def __init__(self, rule: Absence, setting: Setting) -> None:
        super().__init__(rule, rule.given, setting)
        self._first = rule.scope.first

    def find(self, timeline: Timeline, answers: Answers) -> Finding:
        """Hit with the last message of the scope as evidence."""
        early = self._early(timeline, answers)
        if early is not None:
            return early
        seen = self._behaviour.see(timeline, answers)
        if self._scope.narrow and (seen.certain or seen.possible):
            seen = seen.within(self._scope.messages(timeline))
        if seen.certain:
            return NO_HIT
        looked_at = self._scope.messages(timeline)
        if not timeline.over and (self._first is None or looked_at.bit_count() < self._first):
            return UNDETERMINED["session_open"]
        if seen.possible:
            return UNDETERMINED[seen.reason]
        quotes = ((highest(looked_at), None),) if looked_at else ()
        service = looked_at & timeline.masks["shop"]
        return Finding("hit", quotes=quotes, actor=highest(service) if service else None)
