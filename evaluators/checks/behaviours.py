"""Behaviours of the grammar, compiled: `CompiledBehaviour.see` says in which messages one was seen."""

from typing import NamedTuple

from evaluators.checks.conditions import CompiledSays, Condition, conditions_of, regular_expression
from evaluators.checks.seen import NO_JUDGE, Seen, both, either, except_where, maybe, unasked
from evaluators.grammar.kinds import Behaviour
from evaluators.judges.answers import Answers, Unanswered
from evaluators.phrases.hits import Hit
from evaluators.phrases.index import PhraseIndex
from evaluators.timeline.bits import bits, indices
from evaluators.timeline.orders import while_orders
from evaluators.timeline.timeline import Timeline


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
    """One behaviour of a rule. `acts`: what the judge must locate for it.

    What the messages alone decide is a mask (`where`); only orders and acts leave something open.
    """

    def __init__(self, behaviour: Behaviour, terms: Terms, behaviours: Behaviours) -> None:
        self._role: str = behaviour.by or terms.role
        self._recalled = terms.recalled
        self._says = CompiledSays(behaviour.says, behaviours.phrases) if behaviour.says else None
        self._pattern = regular_expression(behaviour.matches) if behaviour.matches else None
        self._closing = behaviour.closer if terms.closers else False
        self._conditions = conditions_of(behaviour, self._says, self._pattern)
        #: It is seen nowhere unless a phrase of this group was found.
        self.needs = self._says.group if self._says else None
        self._order, self._act = behaviour.order, behaviour.act
        inner = terms._replace(role=self._role)
        any_of = [behaviours.compiled(part, inner) for part in behaviour.any_of]
        all_of = [behaviours.compiled(part, inner) for part in behaviour.all_of]
        excluded = [behaviours.compiled(behaviour.not_, inner)] if behaviour.not_ else []
        self._parts = (*any_of, *all_of)
        self._compose(any_of, all_of, excluded)
        own = frozenset({behaviour.act} if behaviour.act else ())
        self.acts: frozenset[str] = own.union(*(part.acts for part in (*self._parts, *excluded)))
        self._only_act = behaviour.act if behaviour == Behaviour(act=behaviour.act) else None
        #: Nothing but a judge can say; no phrase or pattern narrows it down.
        self.bare_act = bool(self.acts) and behaviour.says is None and behaviour.matches is None
        self._answered = (self, "answered") if self.acts else self

    def _compose(
        self,
        any_of: list["CompiledBehaviour"],
        all_of: list["CompiledBehaviour"],
        excluded: list["CompiledBehaviour"],
    ) -> None:
        """Parts that leave nothing open become conditions."""
        self._any_of = [] if all(part.closed for part in any_of) else any_of
        if any_of and not self._any_of:
            self._conditions.append(_shown_in_any(any_of))
        self._conditions += [_shown_in_any([part]) for part in all_of if part.closed]
        self._conditions += [_not_shown_in(part) for part in excluded if part.closed]
        self._all_of = [part for part in all_of if not part.closed]
        self._excluded = [part for part in excluded if not part.closed]
        self._composed = bool(self._any_of or self._all_of or self._excluded)
        #: It leaves nothing open, whatever the session.
        self.closed: bool = not (self._composed or self._order or self._act)
        self._act_besides = self._act is not None and not self._composed and not self._order

    def where(self, timeline: Timeline) -> int:
        """The messages that pass what they alone decide; where nothing is left open, that is all."""
        mask = (timeline.masks if self._recalled else timeline.kept)[self._role]
        if self.needs is not None:
            mask &= timeline.said.get(self.needs, 0)
            if not mask:
                return 0
        if self._closing is not None:
            mask &= timeline.closers if self._closing else ~timeline.closers
        for condition in self._conditions:
            mask = condition(timeline, mask)
        return mask

    def see(self, timeline: Timeline, answers: Answers) -> Seen:
        """Where it was seen in the session."""
        key = self._answered if answers else self
        seen: Seen | None = timeline.memo.get(key)
        if seen is None:
            mask = self.where(timeline)
            if self.closed or not mask:
                seen = Seen(mask)
            elif self._act_besides and not answers:
                seen = Seen(0, mask, NO_JUDGE)
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
        found = (part.quote(timeline, index) for part in self._parts)
        return next((hit for hit in found if hit is not None), None)

    def _among(self, timeline: Timeline, answers: Answers, mask: int) -> Seen:
        """Of the messages that pass what they alone decide, those that pass the rest."""
        seen = while_orders(timeline, self._order, mask) if self._order else Seen(mask)
        if self._composed:
            seen = self._with_parts(timeline, answers, seen)
        if self._act is None:
            return seen
        return _judged(timeline, answers, self._act, seen) if answers else unasked(seen)

    def _with_parts(self, timeline: Timeline, answers: Answers, seen: Seen) -> Seen:
        if self._any_of:
            parts = []
            for part in self._any_of:
                parts.append(part._part_of(timeline, answers, seen))
            seen = both(seen, either(parts))
        for part in self._all_of:
            seen = both(seen, part._part_of(timeline, answers, seen))
        for part in self._excluded:
            seen = except_where(seen, part.see(timeline, answers))
        return seen

    def _part_of(self, timeline: Timeline, answers: Answers, whole: Seen) -> Seen:
        """Where it was seen, at least as far as the messages of `whole` are concerned."""
        if self._only_act is None:
            return self.see(timeline, answers)
        return _judged(timeline, answers, self._only_act, whole) if answers else unasked(whole)


def _shown_in_any(parts: list[CompiledBehaviour]) -> Condition:
    def shown_in_any(timeline: Timeline, mask: int) -> int:
        shown = 0
        for part in parts:
            shown |= part.where(timeline)
        return mask & shown

    return shown_in_any


def _not_shown_in(part: CompiledBehaviour) -> Condition:
    def not_shown(timeline: Timeline, mask: int) -> int:
        return mask & ~part.where(timeline)

    return not_shown


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
