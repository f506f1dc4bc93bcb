"""Existence, bounded existence and absence: does the behaviour occur in the scope, and how often."""

from evaluators.answers import NOBODY_ASKED, Answers
from evaluators.behaviours import Terms
from evaluators.bits import highest, indices
from evaluators.blind import blind_behaviour
from evaluators.checks.base import CompiledScope, Setting, behaviour_of
from evaluators.finding import NO_HIT, NOT_APPLICABLE, Finding, undetermined
from evaluators.grammar import Absence, Behaviour, BoundedExistence, Existence, Rule, Scope
from evaluators.seen import Seen, first_reason
from evaluators.timeline import Timeline


class _Scoped:
    """A behaviour in a scope, and the messages without which the rule does not apply."""

    def __init__(
        self, rule: Rule, behaviour: Behaviour, scope: Scope, given: Behaviour | None, setting: Setting
    ) -> None:
        self.behaviour = behaviour_of(rule, behaviour, setting)
        self._askable = behaviour_of(rule, blind_behaviour(behaviour), setting)
        self.acts = self.behaviour.acts
        self.scope = CompiledScope(scope)
        self._given = setting.behaviours.compiled(given, Terms(recalled=True)) if given else None
        self._not_configured = _without_phrases(behaviour)
        #: Nothing is decided before the scope is looked at.
        self.unconditional = given is None and not scope.at_end and not self._not_configured

    def early(self, timeline: Timeline, answers: Answers) -> Finding | None:
        """What is decided before the scope is looked at."""
        if self._not_configured:
            return undetermined("not_configured")
        if self.scope.at_end and not timeline.over:
            return undetermined("session_open")
        if self._given is not None and not self._given.see(timeline, answers).certain:
            return NOT_APPLICABLE
        return None

    def seen(self, timeline: Timeline, answers: Answers) -> Seen:
        """Where the behaviour was seen, within the scope."""
        seen = self.behaviour.see(timeline, answers)
        if not self.scope.narrow or not (seen.certain or seen.possible):
            return seen
        return seen.within(self.scope.messages(timeline))

    def askable(self, timeline: Timeline) -> int:
        """The messages a judge would be asked about."""
        return self._askable.see(timeline, NOBODY_ASKED).possible & self.scope.messages(timeline)


def _without_phrases(behaviour: Behaviour) -> bool:
    """The shop has not said what it wants to hear."""
    says = behaviour.says
    return says is not None and not (says.any or says.all or says.none)


class ExistenceCheck:
    """Hit when the behaviour occurs at least `at_least` times."""

    def __init__(self, rule: Existence | BoundedExistence, setting: Setting) -> None:
        given = rule.given if isinstance(rule, BoundedExistence) else None
        self._scoped = _Scoped(rule, rule.behaviour, rule.scope, given, setting)
        self._at_least = rule.at_least if isinstance(rule, BoundedExistence) else 1
        self.acts = self._scoped.acts
        self._unconditional = self._scoped.unconditional
        self._bare_act = self._scoped.behaviour.bare_act

    def find(self, timeline: Timeline, answers: Answers) -> Finding:
        """Hit with every message that shows it as evidence."""
        if not self._unconditional:
            early = self._scoped.early(timeline, answers)
            if early is not None:
                return early
        seen = self._scoped.seen(timeline, answers)
        if not seen.possible and not seen.certain and not self._bare_act:
            return NO_HIT
        count = seen.certain.bit_count()
        if count >= self._at_least:
            return self._hit(timeline, seen.certain)
        if seen.possible and count + seen.possible.bit_count() >= self._at_least:
            return undetermined(first_reason(seen.open))
        if self._bare_act and not (answers and self._scoped.askable(timeline)):
            return NOT_APPLICABLE  # there was nothing a judge could have been asked about
        return NO_HIT

    def _hit(self, timeline: Timeline, certain: int) -> Finding:
        where = indices(certain)
        quotes = tuple((index, self._scoped.behaviour.quote(timeline, index)) for index in where)
        # A count is complete with its last message; of repeated faults the first is the one to answer for.
        actor = where[-1] if self._at_least > 1 else where[0]
        return Finding("hit", quotes=quotes, actor=actor, occurrences=tuple(where))


class AbsenceCheck:
    """Hit when the behaviour does not occur in the scope."""

    def __init__(self, rule: Absence, setting: Setting) -> None:
        self._scoped = _Scoped(rule, rule.behaviour, rule.scope, rule.given, setting)
        self.acts = self._scoped.acts

    def find(self, timeline: Timeline, answers: Answers) -> Finding:
        """Hit with the last message of the scope as evidence."""
        early = self._scoped.early(timeline, answers)
        if early is not None:
            return early
        seen = self._scoped.seen(timeline, answers)
        if seen.certain:
            return NO_HIT
        scope = self._scoped.scope
        looked_at = scope.messages(timeline)
        if not timeline.over and (scope.first is None or looked_at.bit_count() < scope.first):
            return undetermined("session_open")
        if seen.possible:
            return undetermined(first_reason(seen.open))
        quotes = ((highest(looked_at), None),) if looked_at else ()
        service = looked_at & timeline.masks["shop"]
        return Finding("hit", quotes=quotes, actor=highest(service) if service else None)
