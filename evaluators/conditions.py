"""Conditions on a single message: phrases, kind, pattern."""

from typing import Any

import re2

from evaluators.bits import bits, indices
from evaluators.grammar import Says
from evaluators.phrase_hits import Hit, hit_messages, hits_in, longest_leftmost, outside
from evaluators.phrases import PhraseIndex
from evaluators.text import fold
from evaluators.timeline import Timeline


def regular_expression(pattern: str) -> Any:
    """Compiled with RE2 (linear time). Raises `re2.error` with RE2's own words."""
    options = re2.Options()
    options.log_errors = False
    options.case_sensitive = False
    return re2.compile(pattern, options)


def of_content_type(timeline: Timeline, wanted: tuple[str, ...]) -> int:
    """The messages of these kinds."""
    masks: dict[str, int] | None = timeline.memo.get("content_type")
    if masks is None:
        masks = timeline.memo["content_type"] = {}
        for index, message in enumerate(timeline.messages):
            if message.content_type != "text":
                masks[message.content_type] = masks.get(message.content_type, 0) | 1 << index
        special = sum(masks.values())
        masks["text"] = timeline.masks["anyone"] & ~special
    together = 0
    for each in wanted:
        together |= masks.get(each, 0)
    return together


class CompiledSays:
    """Phrase conditions, decided from the hits of the one scan."""

    def __init__(self, says: Says, index: PhraseIndex) -> None:
        self._any = index.group(says.any) if says.any else None
        #: Nothing is said where this group has no hit in the session.
        self.group = self._any
        self._all = index.group(says.all) if says.all else None
        self._none = index.group(says.none) if says.none else None
        self._carriers = index.group(says.except_) if says.except_ else -1
        self._at_least, self._all_count = says.at_least, len({fold(phrase) for phrase in says.all})

    def where(self, timeline: Timeline, mask: int) -> int:
        """The messages of `mask` that say it."""
        if self._any is not None:
            mask &= self._mask(timeline, self._any)
            if self._at_least > 1:
                mask = bits(
                    index
                    for index in indices(mask)
                    if self._distinct(timeline, self._any, index) >= self._at_least
                )
        if self._all is not None:
            mask &= self._mask(timeline, self._all)
            mask = bits(
                index
                for index in indices(mask)
                if self._distinct(timeline, self._all, index) == self._all_count
            )
        if self._none is not None:
            mask &= ~self._mask(timeline, self._none)
        return mask

    def quote(self, timeline: Timeline, index: int) -> Hit | None:
        """The phrase to quote of a message that says it."""
        for group in (self._any, self._all):
            hits = self._hits(timeline, group, index) if group is not None else []
            if hits:
                return longest_leftmost(hits)
        return None

    def _mask(self, timeline: Timeline, group: int) -> int:
        """The messages in which a phrase of the group was found outside its carriers."""
        mask = hit_messages(timeline, group)
        if self._carriers not in timeline.hits or not mask:
            return mask
        doubtful = indices(mask & hit_messages(timeline, self._carriers))
        return mask & ~bits(index for index in doubtful if not self._hits(timeline, group, index))

    def _hits(self, timeline: Timeline, group: int, index: int) -> list[Hit]:
        hits = hits_in(timeline, group, index)
        if self._carriers not in timeline.hits:
            return hits
        return outside(hits, hits_in(timeline, self._carriers, index))

    def _distinct(self, timeline: Timeline, group: int, index: int) -> int:
        text = timeline.texts[index]
        return len({text[hit.start : hit.stop] for hit in self._hits(timeline, group, index)})
