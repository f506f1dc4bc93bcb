"""Matching of the naive version: one loop over the phrases, in the obvious way."""

import re
import unicodedata
from collections.abc import Sequence
from functools import cache

from tests.benchmarks.rules.lists import read_list

ZERO_WIDTH = ("\u200b", "\u200c", "\u200d", "\u2060", "\ufeff")


def normalise(text: str) -> str:
    """NFKC, case folding, no zero-width characters."""
    text = unicodedata.normalize("NFKC", text).casefold()
    for character in ZERO_WIDTH:
        text = text.replace(character, "")
    return text


@cache
def normalised_phrases(phrases: tuple[str, ...]) -> tuple[str, ...]:
    """The phrases as they look after `normalise`."""
    return tuple(normalise(phrase) for phrase in phrases)


def says(text: str, phrases: tuple[str, ...], exceptions: tuple[str, ...] = ()) -> bool:
    """Whether the normalised text contains one of the phrases outside the exceptions."""
    if not any(phrase in text for phrase in normalised_phrases(phrases)):
        return False
    return not exceptions or bool(spans(text, phrases, exceptions))


def spans(text: str, phrases: tuple[str, ...], exceptions: tuple[str, ...] = ()) -> list[tuple[int, int]]:
    """Where the phrases are in the normalised text, without those inside an exception."""
    innocent = _occurrences(text, normalised_phrases(exceptions))
    return [
        (start, end)
        for start, end in _occurrences(text, normalised_phrases(phrases))
        if not any(left <= start and end <= right for left, right in innocent)
    ]


def _occurrences(text: str, phrases: Sequence[str]) -> list[tuple[int, int]]:
    found = []
    for phrase in phrases:
        start = text.find(phrase)
        while start >= 0:
            found.append((start, start + len(phrase)))
            start = text.find(phrase, start + 1)
    return found


def quote_span(
    original: str, phrases: tuple[str, ...], exceptions: tuple[str, ...] = ()
) -> tuple[int, int] | None:
    """The leftmost longest phrase as `[start, end)` of the original text; None: it says none of them."""
    found = spans(normalise(original), phrases, exceptions)
    if not found:
        return None
    start, end = min(found, key=lambda span: (span[0], -span[1]))
    lengths = [len(normalise(original[:cut])) for cut in range(len(original) + 1)]
    first = max(cut for cut, length in enumerate(lengths) if length <= start)
    last = min(cut for cut, length in enumerate(lengths) if length >= end)
    return first, last


def _words_only(text: str) -> str:
    return "".join(c for c in text if unicodedata.category(c)[0] in "LN")


@cache
def _closers() -> tuple[re.Pattern[str], tuple[str, ...]]:
    phrases = [normalise(phrase) for phrase in read_list("closers")]
    words = sorted({_words_only(phrase) for phrase in phrases} - {""}, key=len, reverse=True)
    return (
        re.compile("(?:" + "|".join(map(re.escape, words)) + ")+"),
        tuple(phrase for phrase in phrases if not _words_only(phrase)),
    )


def is_closer(text: str) -> bool:
    """Whether the normalised text is closers and nothing else, punctuation, spaces and emoji aside."""
    words, emoji = _closers()
    kept = _words_only(text)
    if kept:
        return words.fullmatch(kept) is not None
    return any(closer in text for closer in emoji)


@cache
def asks_for_human() -> tuple[str, ...]:
    """Phrases with which a customer asks for a human."""
    return read_list("asks_for_human")
