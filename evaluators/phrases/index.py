"""All phrases of all rules in one automaton: every message is scanned once, however many phrases there are."""

import ahocorasick_rs

from evaluators.phrases.hits import Hit
from evaluators.phrases.text import fold
from evaluators.timeline.closers import find_closers
from evaluators.timeline.timeline import Timeline

_NUL = "\x00"


class PhraseIndex:
    """Phrase groups by number. A group is one list of one rule; a phrase may be in many."""

    def __init__(self) -> None:
        self._groups: dict[tuple[str, ...], int] = {}
        self._targets: dict[str, list[int]] = {}
        self._automaton: ahocorasick_rs.AhoCorasick | None = None
        self._groups_of: list[list[int]] = []

    def group(self, phrases: tuple[str, ...]) -> int:
        """The number under which these phrases are found in `Timeline.said`. Equal lists share it."""
        if phrases not in self._groups:
            number = self._groups[phrases] = len(self._groups)
            for folded in dict.fromkeys(map(fold, phrases)):
                if folded:
                    self._targets.setdefault(folded, []).append(number)
        return self._groups[phrases]

    def build(self) -> None:
        """Compile what was added. Call once, before `scan`."""
        self._groups_of = list(self._targets.values())
        if self._targets:
            self._automaton = ahocorasick_rs.AhoCorasick(
                self._targets, implementation=ahocorasick_rs.Implementation.DFA
            )

    @property
    def phrases(self) -> list[str]:
        """Every folded phrase once."""
        return list(self._targets)

    def scan(self, timeline: Timeline) -> None:
        """Fill in the folded texts of a session and what was found in them."""
        messages = timeline.messages
        joined = fold(_NUL.join([message.text for message in messages]))
        texts = joined.split(_NUL)
        if len(texts) != len(messages):  # a message holds the separator itself
            texts = [fold(message.text.replace(_NUL, " ")) for message in messages]
            joined = _NUL.join(texts)
        timeline.texts, timeline.joined = texts, joined
        timeline.closers = find_closers(timeline)
        if self._automaton is not None:
            timeline.matches = self._automaton.find_matches_as_indexes(joined, overlapping=True)
            self._sort_by_group(timeline)

    def _sort_by_group(self, timeline: Timeline) -> None:
        said, joined, groups_of = timeline.said, timeline.joined, self._groups_of
        index = until = 0
        for pattern, _, stop in timeline.matches:  # in order of `stop`
            index += joined.count(_NUL, until, stop)
            until = stop
            for group in groups_of[pattern]:
                said[group] = said.get(group, 0) | 1 << index

    def hits_in(self, timeline: Timeline, group: int, index: int) -> list[Hit]:
        """Where in one message the phrases of the group were found."""
        texts, groups_of = timeline.texts, self._groups_of
        begin = sum(map(len, texts[:index])) + index
        end = begin + len(texts[index])
        return [
            Hit(start - begin, stop - begin)
            for pattern, start, stop in timeline.matches
            if begin <= start and stop <= end and group in groups_of[pattern]
        ]
