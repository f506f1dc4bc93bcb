"""Behaviours of the grammar, compiled: `CompiledBehaviour.see` says in which messages one was seen."""

from typing import NamedTuple

from evaluators.answers import Answers, Unanswered
from evaluators.bits import bits, indices
from evaluators.conditions import CompiledSays, conditions_of, regular_expression
from evaluators.grammar import Behaviour
from evaluators.orders import while_orders
from evaluators.phrase_hits import Hit
from evaluators.phrases import PhraseIndex
from evaluators.seen import NOWHERE, Seen, both, either, except_where, maybe, unjudged
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
        self._group = self._says.group if self._says else None
        self._pattern = regular_expression(behaviour.matches) if behaviour.matches else None
        closing = behaviour.closer if terms.closers else False
        self._conditions = conditions_of(behaviour, self._says, self._pattern, merely_closes=closing)
        self._order, self._act = behaviour.order, behaviour.act
        inner = terms._replace(role=self._role)
        self._any_of = [behaviours.compiled(part, inner) for part in behaviour.any_of]
        self._all_of = [behaviours.compiled(part, inner) for part in behaviour.all_of]
        self._not = behaviours.compiled(behaviour.not_, inner) if behaviour.not_ else None
        parts = [*self._any_of, *self._all_of, *([self._not] if self._not else [])]
        self.acts: frozenset[str] = frozenset({behaviour.act} if behaviour.act else ()).union(
            *(part.acts for part in parts)
        )
        alone = behaviour.act is not None and behaviour == Behaviour(act=behaviour.act)
        self._only_act = behaviour.act if alone else None
        #: Nothing but a judge can say; no phrase or pattern narrows it down.
        self.bare_act = bool(self.acts) and behaviour.says is None and behaviour.matches is None
        self._composed = bool(parts)
        self._answered = (self, "answered") if self.acts else self

    def see(self, timeline: Timeline, answers: Answers) -> Seen:
        """Where it was seen in the session."""
        if self._group is not None and self._group not in timeline.said:
            return NOWHERE
        key = self._answered if answers else self
        seen: Seen | None = timeline.memo.get(key)
        if seen is None:
            seen = timeline.memo[key] = self._see(timeline, answers)
        return seen

    def unsaid(self, timeline: Timeline) -> bool:
        """Cheaply: none of the phrases it takes was found anywhere."""
        return self._group is not None and self._group not in timeline.said

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

    def _see(self, timeline: Timeline, answers: Answers) -> Seen:
        mask = timeline.masks[self._role]
        if not self._recalled:
            mask &= ~timeline.recalled
        for condition in self._conditions:
            mask = condition(timeline, mask)
        if not mask:
            return NOWHERE
        seen = self._compose(timeline, answers, Seen(mask)) if self._composed else Seen(mask)
        if self._order and seen is not NOWHERE:
            seen = both(while_orders(timeline, self._order, mask), seen)
        if self._act is None:
            return seen
        if answers:
            judged = _judged(timeline, answers, self._act, seen)
            return both(seen, judged) if seen.possible else judged
        return unjudged(seen)

    def _compose(self, timeline: Timeline, answers: Answers, seen: Seen) -> Seen:
        if self._any_of:
            parts = [part._among(timeline, answers, seen) for part in self._any_of]
            shown = [part for part in parts if part is not NOWHERE]
            if not shown:
                return NOWHERE
            seen = both(seen, either(shown))
        for part in self._all_of:
            seen = both(seen, part._among(timeline, answers, seen))
        if self._not is not None:
            seen = except_where(seen, self._not.see(timeline, answers))
        return seen

    def _among(self, timeline: Timeline, answers: Answers, base: Seen) -> Seen:
        """Where it was seen, as far as the messages of `base` are concerned."""
        if self._only_act is not None:
            return _judged(timeline, answers, self._only_act, base) if answers else unjudged(base)
        return self.see(timeline, answers)


def _judged(timeline: Timeline, answers: Answers, act: str, candidates: Seen) -> Seen:
    """Where the judge located the act, among the candidates."""
    answer = answers.get(act)
    where = candidates.certain | candidates.possible
    if answer is None:
        return maybe("judge_unavailable", where)
    if isinstance(answer, Unanswered):
        return maybe(answer.reason_code, where)
    return Seen(
        bits(index for index in indices(where) if timeline.messages[index].message_id in answer.messages)
    )
