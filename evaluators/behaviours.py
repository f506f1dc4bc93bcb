"""Behaviours of the grammar, compiled: `CompiledBehaviour.see` says in which messages one was seen."""

from typing import NamedTuple

from evaluators.answers import Answers, Unanswered
from evaluators.bits import bits, indices
from evaluators.conditions import CompiledSays, conditions_of, regular_expression
from evaluators.grammar import Behaviour
from evaluators.orders import while_orders
from evaluators.phrase_hits import Hit
from evaluators.phrases import PhraseIndex
from evaluators.seen import NOWHERE, Seen, both, either, except_where, maybe, unasked, unjudged
from evaluators.timeline import Timeline


class Terms(NamedTuple):
    """`role`: who speaks unless the behaviour says so. `recalled`: recalled messages count. `closers`: messages
    that merely close count.
    """

    role: str = "anyone"
    recalled: bool = False
    closers: bool = True


class Behaviours:
    """Compiles behaviours; equal ones become one, which looks at a session once."""

    def __init__(self, phrases: PhraseIndex) -> None:
        self.phrases = phrases
        self._known: dict[tuple[Behaviour, Terms], CompiledBehaviour] = {}

    def compiled(self, behaviour: Behaviour, terms: Terms) -> "CompiledBehaviour":
        """The behaviour under these terms."""
        key = (behaviour, terms)
        if key not in self._known:
            self._known[key] = CompiledBehaviour(behaviour, terms, self)
        return self._known[key]


class CompiledBehaviour:
    """One behaviour of a rule. `acts`: what the judge must locate for it."""

    def __init__(self, behaviour: Behaviour, terms: Terms, behaviours: Behaviours) -> None:
        self._role: str = behaviour.by or terms.role
        self._recalled = terms.recalled
        self._says = CompiledSays(behaviour.says, behaviours.phrases) if behaviour.says else None
        #: It is seen nowhere unless a phrase of this group was found.
        self.needs = self._says.group if self._says else None
        self._pattern = regular_expression(behaviour.matches) if behaviour.matches else None
        closing = behaviour.closer if terms.closers else False
        self._conditions = conditions_of(behaviour, self._says, self._pattern, merely_closes=closing)
        inner = terms._replace(role=self._role)
        self._any_of = [behaviours.compiled(part, inner) for part in behaviour.any_of]
        self._all_of = [behaviours.compiled(part, inner) for part in behaviour.all_of]
        self._not = behaviours.compiled(behaviour.not_, inner) if behaviour.not_ else None
        parts = [*self._any_of, *self._all_of, *([self._not] if self._not else [])]
        self._order, self._act, self._composed = behaviour.order, behaviour.act, bool(parts)
        self.acts: frozenset[str] = frozenset({behaviour.act} if behaviour.act else ()).union(
            *(part.acts for part in parts)
        )
        alone = behaviour.act is not None and behaviour == Behaviour(act=behaviour.act)
        self._only_act = behaviour.act if alone else None
        #: Nothing but a judge can say; no phrase or pattern narrows it down.
        self.bare_act = bool(self.acts) and behaviour.says is None and behaviour.matches is None
        simple = not self._composed and not self._order
        self._nothing_else = simple and self._act is None
        self._act_besides = simple and self._act is not None
        self._answered = (self, "answered") if self.acts else self

    def see(self, timeline: Timeline, answers: Answers) -> Seen:
        """Where it was seen in the session."""
        if self.needs is not None and self.needs not in timeline.said:
            return NOWHERE
        key = self._answered if answers else self
        seen: Seen | None = timeline.memo.get(key)
        if seen is None:
            mask = timeline.masks[self._role]
            if not self._recalled:
                mask &= ~timeline.recalled
            for condition in self._conditions:
                mask = condition(timeline, mask)
            if not mask:
                seen = NOWHERE
            elif self._nothing_else:
                seen = Seen(mask)
            elif self._act_besides and not answers:
                seen = unasked(mask)
            else:
                seen = self._among(timeline, answers, mask)
            timeline.memo[key] = seen
        return seen

    def quote(self, timeline: Timeline, index: int) -> Hit | None:
        """What to quote of a message that shows it; None: the whole text."""
        if self._pattern is not None:
            match = self._pattern.search(timeline.texts[index])
            if match is not None:
                return Hit(match.start(), match.end())
        if self._says is not None:
            hit = self._says.quote(timeline, index)
            if hit is not None:
                return hit
        found = (part.quote(timeline, index) for part in (*self._any_of, *self._all_of))
        return next((hit for hit in found if hit is not None), None)

    def _among(self, timeline: Timeline, answers: Answers, mask: int) -> Seen:
        """Of the messages that pass what they alone decide, those that pass the rest."""
        seen = Seen(mask)
        if self._composed:
            seen = self._compose(timeline, answers, seen)
            if seen is NOWHERE:
                return seen
        if self._order:
            ordered = while_orders(timeline, self._order, mask)
            seen = both(ordered, seen) if self._composed else ordered
        if self._act is None:
            return seen
        return _judged(timeline, answers, self._act, seen) if answers else unjudged(seen)

    def _compose(self, timeline: Timeline, answers: Answers, seen: Seen) -> Seen:
        if self._any_of:
            shown = []
            for part in self._any_of:
                found = part._part_of(timeline, answers, seen)
                if found is not NOWHERE:
                    shown.append(found)
            if not shown:
                return NOWHERE
            seen = both(seen, either(shown))
        for part in self._all_of:
            seen = both(seen, part._part_of(timeline, answers, seen))
        if self._not is not None:
            seen = except_where(seen, self._not.see(timeline, answers))
        return seen

    def _part_of(self, timeline: Timeline, answers: Answers, whole: Seen) -> Seen:
        """Where it was seen, at least as far as the messages of `whole` are concerned."""
        if self._only_act is None:
            return self.see(timeline, answers)
        return _judged(timeline, answers, self._only_act, whole) if answers else unjudged(whole)


def _judged(timeline: Timeline, answers: Answers, act: str, candidates: Seen) -> Seen:
    """Where the judge located the act, among the candidates."""
    answer = answers.get(act)
    where = candidates.certain | candidates.possible
    if answer is None:
        located = maybe("judge_unavailable", where)
    elif isinstance(answer, Unanswered):
        located = maybe(answer.reason_code, where)
    else:
        located = Seen(
            bits(index for index in indices(where) if timeline.messages[index].message_id in answer.messages)
        )
    return both(candidates, located) if candidates.possible else located
