"""All phrases of all rules in one automaton: every message is scanned once, however many phrases there are."""

import ahocorasick_rs

from evaluators.text import fold
from evaluators.timeline import Timeline


class PhraseIndex:
    """Phrase groups by number. A group is one list of one rule; a phrase may be in many."""

    def __init__(self) -> None:
        self._groups: dict[tuple[str, ...], int] = {}
        self._targets: dict[str, list[tuple[int, int]]] = {}
        self._automaton: ahocorasick_rs.AhoCorasick | None = None
        self._by_pattern: list[list[tuple[int, int]]] = []

    def group(self, phrases: tuple[str, ...]) -> int:
        """The number under which hits of these phrases are found in `Timeline.hits`. Equal lists share it."""
        if phrases not in self._groups:
            number = self._groups[phrases] = len(self._groups)
            for place, phrase in enumerate(phrases):
                folded = fold(phrase)
                if folded:
                    self._targets.setdefault(folded, []).append((number, place))
        return self._groups[phrases]

    def build(self) -> None:
        """Compile what was added. Call once, before `scan`."""
        patterns = list(self._targets)
        self._by_pattern = [self._targets[pattern] for pattern in patterns]
        if patterns:
            self._automaton = ahocorasick_rs.AhoCorasick(
                patterns, implementation=ahocorasick_rs.Implementation.DFA
            )

    @property
    def phrases(self) -> list[str]:
        """Every folded phrase once."""
        return list(self._targets)

    def scan(self, timeline: Timeline) -> None:
        """Fill in the folded texts and the phrase hits of a session."""
        joined = fold("\x00".join([message.text for message in timeline.messages]))
        texts = joined.split("\x00")
        if len(texts) != len(timeline.messages):  # a message holds the separator itself
            texts = [fold(message.text.replace("\x00", " ")) for message in timeline.messages]
            joined = "\x00".join(texts)
        timeline.texts, timeline.joined = texts, joined
        if self._automaton is None:
            return
        matches = self._automaton.find_matches_as_indexes(joined, overlapping=True)
        if matches:
            self._sort_hits(timeline, texts, matches)

    def _sort_hits(self, timeline: Timeline, texts: list[str], matches: list[tuple[int, int, int]]) -> None:
        hits = timeline.hits
        index, begin = 0, 0
        end = len(texts[0])
        by_pattern = self._by_pattern
        for pattern, start, stop in matches:  # in order of `stop`
            while stop > end:
                index += 1
                begin = end + 1
                end = begin + len(texts[index])
            for group, place in by_pattern[pattern]:
                if group in hits:
                    hits[group].append((index, start - begin, stop - begin, place))
                else:
                    hits[group] = [(index, start - begin, stop - begin, place)]
