"""All phrases of all rules in one automaton: every message is scanned once, however many phrases there are."""

from collections.abc import Sequence

from ahocorasick_rs import AhoCorasick, Implementation

from evaluators.catalogue.phrase_lists import load_phrases
from evaluators.phrases.hits import Hit
from evaluators.phrases.text import NUL, fold
from evaluators.timeline.closers import find_closers
from evaluators.timeline.timeline import Timeline


class PhraseIndex:
    """Phrase groups by number. A group is one list of one rule; a phrase may be in many."""

    def __init__(self) -> None:
        self._groups: dict[tuple[str, ...], int] = {}
        self._targets: dict[str, list[int]] = {}
        self._automaton: AhoCorasick | None = None
        self._groups_of: list[list[int]] = []
        self._asks_human = self.group(load_phrases("asks_for_human").phrases)

    def group(self, phrases: tuple[str, ...]) -> int:
        """The number under which these phrases are found in `Timeline.said`. Equal lists share it."""
        if phrases not in self._groups:
            number = self._groups[phrases] = len(self._groups)
            for folded in dict.fromkeys(fold(phrase.replace(NUL, " ")) for phrase in phrases):
                if folded:
                    self._targets.setdefault(folded, []).append(number)
        return self._groups[phrases]

    def build(self) -> None:
        """Compile what was added. Call once, before `scan`."""
        self._groups_of = list(self._targets.values())
        self._automaton = AhoCorasick(self._targets, implementation=Implementation.DFA)

    def scan(self, timelines: Sequence[Timeline]) -> None:
        """Fill in the folded texts of sessions and what was found in them."""
        assert self._automaton is not None, "`build` was called"
        find = self._automaton.find_matches_as_indexes
        for timeline in timelines:
            timeline.joined = _folded([message.text for message in timeline.messages])
        for timeline in timelines:
            timeline.closers = find_closers(timeline)
        for timeline in timelines:
            timeline.matches = find(timeline.joined, overlapping=True)
        for timeline in timelines:
            self._sort_by_group(timeline)
            timeline.asks_human = timeline.said.get(self._asks_human, 0) & timeline.masks["customer"]

    def _sort_by_group(self, timeline: Timeline) -> None:
        said, places, joined, groups_of = timeline.said, timeline.places, timeline.joined, self._groups_of
        index = until = 0
        for pattern, _, stop in timeline.matches:  # in order of `stop`
            index += joined.count(NUL, until, stop)
            until = stop
            places.append(index)
            for group in groups_of[pattern]:
                said[group] = said.get(group, 0) | 1 << index

    def hits_in(self, timeline: Timeline, group: int, index: int) -> list[Hit]:
        """Where in one message the phrases of the group were found."""
        groups_of = self._groups_of
        found = [
            match
            for match, place in zip(timeline.matches, timeline.places, strict=False)
            if place == index and group in groups_of[match[0]]
        ]
        if not found:
            return []
        begin = timeline.joined.rfind(NUL, 0, found[0][1]) + 1
        return [Hit(start - begin, stop - begin) for _, start, stop in found]


def _folded(texts: list[str]) -> str:
    """All of it, joined by NUL."""
    joined = fold(NUL.join(texts))
    if joined.count(NUL) == len(texts) - 1:
        return joined
    return NUL.join([fold(text.replace(NUL, " ")) for text in texts])  # a text holds the separator itself
