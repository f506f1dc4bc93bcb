"""Behaviours of the grammar, compiled: `CompiledBehaviour.see` says in which messages one was seen."""

from typing import Any

import msgspec

from evaluators.answers import Answers, Unanswered
from evaluators.bits import bits, indices
from evaluators.conditions import CompiledSays, of_content_type, regular_expression
from evaluators.grammar import Behaviour
from evaluators.orders import order_answers
from evaluators.phrase_hits import Hit
from evaluators.phrases import PhraseIndex
from evaluators.seen import NOWHERE, Seen, both, either, except_where, maybe
from evaluators.text import bare, fold
from evaluators.timeline import Timeline
from evaluators.turns import closers


class CompiledBehaviour:
    """One behaviour of a rule.

    `recalled`: recalled messages count. `closers`: messages that merely close count. `acts`: what the judge must
    locate for it.
    """

    def __init__(
        self,
        behaviour: Behaviour,
        index: PhraseIndex,
        *,
        recalled: bool,
        closers: bool = True,
        role: str = "anyone",
    ) -> None:
        self._role: str = behaviour.by or role
        self._recalled = recalled
        self._closer = behaviour.closer if closers else False
        self._behaviour = behaviour
        self._says = CompiledSays(behaviour.says, index) if behaviour.says else None
        self._group = self._says.group if self._says else None
        self._text_is = frozenset(bare(fold(text)) for text in behaviour.text_is)
        self._matches = regular_expression(behaviour.matches) if behaviour.matches else None

        def compiled(part: Behaviour) -> CompiledBehaviour:
            return CompiledBehaviour(part, index, recalled=recalled, closers=closers, role=self._role)

        self._any_of = [compiled(part) for part in behaviour.any_of]
        self._all_of = [compiled(part) for part in behaviour.all_of]
        self._not = compiled(behaviour.not_) if behaviour.not_ else None
        parts = [*self._any_of, *self._all_of, *([self._not] if self._not else [])]
        self.acts: frozenset[str] = frozenset({behaviour.act} if behaviour.act else ()).union(
            *(part.acts for part in parts)
        )
        alone = behaviour.act is not None and behaviour == Behaviour(act=behaviour.act)
        self._only_act = behaviour.act if alone else None
        #: Nothing but a judge can say; no phrase or pattern narrows it down.
        self.bare_act = bool(self.acts) and behaviour.says is None and behaviour.matches is None
        place = f"{self._role} {recalled} {closers}"
        self.key = f"{place} {msgspec.json.encode(behaviour)!r}"
        #: Without answers two behaviours that differ only in their acts are seen in the same messages.
        self.blind_key = f"{place} {msgspec.json.encode(_blind(behaviour))!r}"

    def see(self, timeline: Timeline, answers: Answers) -> Seen:
        """Where it was seen in the session."""
        if self.unsaid(timeline):
            return NOWHERE
        key = self.key if answers else self.blind_key
        seen: Seen | None = timeline.memo.get(key)
        if seen is None:
            seen = timeline.memo[key] = self._see(timeline, answers)
        return seen

    def unsaid(self, timeline: Timeline) -> bool:
        """Cheaply: none of the phrases it takes was found anywhere."""
        return self._group is not None and self._group not in timeline.hits

    def quote(self, timeline: Timeline, index: int) -> Hit | None:
        """What to quote of a message that shows it; None: the whole text."""
        if self._matches is not None:
            match = self._matches.search(timeline.texts[index])
            if match is not None:
                return Hit(match.start(), match.end(), 0)
        if self._says is not None:
            hit = self._says.quote(timeline, index)
            if hit is not None:
                return hit
        found = (part.quote(timeline, index) for part in (*self._any_of, *self._all_of))
        return next((hit for hit in found if hit is not None), None)

    def _see(self, timeline: Timeline, answers: Answers) -> Seen:
        mask = self._narrowed(timeline)
        if not mask:
            return NOWHERE
        seen = Seen(mask)
        behaviour = self._behaviour
        if behaviour.order:
            seen = order_answers(timeline, behaviour.order).within(mask)
        if self._any_of:
            seen = both(seen, either([part._among(timeline, answers, seen) for part in self._any_of]))
        for part in self._all_of:
            seen = both(seen, part._among(timeline, answers, seen))
        if self._not is not None:
            seen = except_where(seen, self._not.see(timeline, answers))
        if behaviour.act:
            judged = _judged(timeline, answers, behaviour.act, seen)
            seen = both(seen, judged) if seen.possible else judged
        return seen

    def _among(self, timeline: Timeline, answers: Answers, base: Seen) -> Seen:
        """Where it was seen, as far as the messages of `base` are concerned."""
        if self._only_act is not None:
            return _judged(timeline, answers, self._only_act, base)
        return self.see(timeline, answers)

    def _narrowed(self, timeline: Timeline) -> int:
        """The messages that pass what they alone decide: role, phrases, kind, pattern."""
        mask = timeline.masks[self._role]
        if self._says is not None:
            mask &= self._says.where(timeline, mask)
        if not self._recalled:
            mask &= ~timeline.recalled
        behaviour = self._behaviour
        if behaviour.content_type:
            mask &= of_content_type(timeline, behaviour.content_type)
        if self._closer is not None:
            mask &= closers(timeline) if self._closer else ~closers(timeline)
        if self._text_is:
            mask = bits(index for index in indices(mask) if bare(timeline.texts[index]) in self._text_is)
        if self._matches is not None and mask:
            # One search over everything first: most sessions match nowhere.
            found = self._matches.search(timeline.joined) is not None
            mask = (
                bits(index for index in indices(mask) if self._matches.search(timeline.texts[index]))
                if found
                else 0
            )
        return mask


def _blind(behaviour: Behaviour) -> Behaviour:
    """The behaviour as it is seen while no act is answered: any act is as good as any other."""
    parts = tuple(_blind(part) for part in behaviour.any_of)
    changes: dict[str, Any] = {"any_of": parts, "all_of": tuple(_blind(part) for part in behaviour.all_of)}
    if behaviour.act:
        changes["act"] = "*"
    if parts and not behaviour.act and all(part == _ANY_ACT for part in parts):
        changes |= {"act": "*", "any_of": ()}
    if behaviour.not_:
        changes["not_"] = _blind(behaviour.not_)
    return msgspec.structs.replace(behaviour, **changes)


_ANY_ACT = Behaviour(act="*")


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
