"""Conditions that a message alone decides: phrases, kind, pattern, whether it merely closes."""

import re
from collections.abc import Callable
from typing import Any

import re2

from evaluators.grammar.kinds import Behaviour, Says
from evaluators.phrases.hits import Hit, longest_leftmost, outside
from evaluators.phrases.index import PhraseIndex
from evaluators.phrases.text import bare, fold
from evaluators.timeline.bits import bits, indices
from evaluators.timeline.timeline import Timeline

#: So many messages are searched one by one sooner than all of the session at once.
_FEW = 3
#: Of the messages given, those that meet it.
Condition = Callable[[Timeline, int], int]


class CompiledSays:
    """Phrase conditions, decided from the hits of the one scan."""

    def __init__(self, says: Says, index: PhraseIndex) -> None:
        self._index = index
        self._any = index.group(says.any) if says.any else None
        #: Nothing is said where this group has no hit in the session.
        self.group = self._any
        self._all = index.group(says.all) if says.all else None
        self._none = index.group(says.none) if says.none else None
        self._carriers = index.group(says.except_) if says.except_ else -1
        self._at_least, self._all_count = says.at_least, len({fold(phrase) for phrase in says.all})
        #: Any phrase of that group will do.
        self.plain = bool(says.any) and says == Says(any=says.any)

    def where(self, timeline: Timeline, mask: int) -> int:
        """The messages of `mask` that say it."""
        if self._any is not None:
            mask &= self._holding(timeline, self._any)
            if self._at_least > 1:
                mask = self._with_distinct(timeline, self._any, mask, self._at_least)
        if self._all is not None:
            mask &= self._holding(timeline, self._all)
            mask = self._with_distinct(timeline, self._all, mask, self._all_count)
        if self._none is not None:
            mask &= ~self._holding(timeline, self._none)
        return mask

    def quote(self, timeline: Timeline, index: int) -> Hit | None:
        """The phrase to quote of a message that says it."""
        for group in (self._any, self._all):
            hits = self._hits(timeline, group, index) if group is not None else []
            if hits:
                return longest_leftmost(hits)
        return None

    def _holding(self, timeline: Timeline, group: int) -> int:
        """The messages in which a phrase of the group was found outside its carriers."""
        mask = timeline.said.get(group, 0)
        if self._carriers not in timeline.said or not mask:
            return mask
        doubtful = indices(mask & timeline.said[self._carriers])
        return mask & ~bits(index for index in doubtful if not self._hits(timeline, group, index))

    def _hits(self, timeline: Timeline, group: int, index: int) -> list[Hit]:
        hits = self._index.hits_in(timeline, group, index)
        if self._carriers not in timeline.said:
            return hits
        return outside(hits, self._index.hits_in(timeline, self._carriers, index))

    def _with_distinct(self, timeline: Timeline, group: int, mask: int, number: int) -> int:
        """Those of `mask` that hold so many different phrases of the group."""
        found = 0
        for index in indices(mask):
            text = timeline.texts[index]
            said = {text[hit.start : hit.stop] for hit in self._hits(timeline, group, index)}
            if len(said) >= number:
                found |= 1 << index
        return found


def conditions_of(behaviour: Behaviour, says: CompiledSays | None, pattern: Any) -> list[Condition]:
    """What a message must meet on its own; nothing for what the behaviour does not ask for."""
    found: list[Condition] = [says.where] if says is not None and not says.plain else []
    if behaviour.content_type:
        found.append(_of_kinds(behaviour.content_type))
    if behaviour.text_is:
        found.append(_text_is(behaviour.text_is))
    if pattern is not None:
        found.append(_matching(pattern))
    return found


def regular_expression(pattern: str) -> Any:
    """Compiled with RE2 (linear time). Raises `re2.error` with RE2's own words."""
    options = re2.Options()
    options.log_errors = False
    options.case_sensitive = False
    options.never_capture = True  # groups only group: what they caught would be looked up for every match
    return re2.compile(pattern, options)


def _of_kinds(wanted: tuple[str, ...]) -> Condition:
    def of_kinds(timeline: Timeline, mask: int) -> int:
        together = 0
        for kind in wanted:
            together |= timeline.of_kind(kind)
        return mask & together

    return of_kinds


def _text_is(texts: tuple[str, ...]) -> Condition:
    wanted = frozenset(bare(fold(text)) for text in texts)

    def text_is(timeline: Timeline, mask: int) -> int:
        return bits(index for index in indices(mask) if bare(timeline.texts[index]) in wanted)

    return text_is


def _matching(pattern: Any) -> Condition:
    # One search over everything first: most sessions match nowhere. Not where it asks for the ends of the text.
    anywhere = not re.search(r"[$^]|\\[Az]", pattern.pattern)

    def matching(timeline: Timeline, mask: int) -> int:
        if mask.bit_count() > _FEW and anywhere and pattern.search(timeline.joined) is None:
            return 0
        return bits(index for index in indices(mask) if pattern.search(timeline.texts[index]))

    return matching
