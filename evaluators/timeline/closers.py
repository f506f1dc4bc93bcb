"""Messages that merely close (好的, 谢谢, 👌 …)."""

import functools
import re
from typing import Any

import re2

from evaluators.catalogue.phrase_lists import load_phrases
from evaluators.phrases.text import bare, fold
from evaluators.timeline.timeline import Timeline


def find_closers(timeline: Timeline) -> int:
    """Customer messages that merely close: nobody waits for an answer."""
    known = _KNOWN
    closing = [
        1 << index
        for index, message in enumerate(timeline.messages)
        if message.sender == "customer" and known[message.text]
    ]
    return sum(closing) | timeline.of_kind("emoji") & timeline.masks["customer"]


def closes(text: str) -> bool:
    """Whether a customer who writes this merely closes."""
    return _KNOWN[text]


def is_closer_text(folded: str) -> bool:
    """The whole text, punctuation, spaces and emoji aside, is one or several closers."""
    starts, words, symbols = _closers()
    if starts.match(folded) is None:
        return False
    spoken = bare(folded)
    if spoken:
        return words.fullmatch(spoken) is not None
    return symbols.search(folded) is not None


class _Known(dict[str, bool]):
    """Text to whether it closes. Short ones come again and again, so what they are is kept."""

    def __missing__(self, text: str) -> bool:
        found = not _starts_otherwise(text) and is_closer_text(fold(text))
        if len(text) <= _SHORT:
            if len(self) >= _MOST_KEPT:
                self.clear()
            self[text] = found
        return found


_SHORT, _MOST_KEPT = 40, 16384
_KNOWN = _Known()


def _starts_otherwise(text: str) -> bool:
    """It starts with an ideograph (which folding leaves as it is) that no closer starts with."""
    return "\u4e00" <= text[:1] <= "\u9fff" and text[0] not in _first_characters()


@functools.cache
def _first_characters() -> frozenset[str]:
    return frozenset(word[0] for phrase in load_phrases("closers").phrases if (word := bare(fold(phrase))))


@functools.cache
def _closers() -> tuple[re.Pattern[str], Any, re.Pattern[str]]:
    """How a closer starts (cheap to tell), what it may say (in linear time), what it may show without a word."""
    folded = sorted({fold(phrase) for phrase in load_phrases("closers").phrases}, key=len, reverse=True)
    words = [bare(phrase) for phrase in folded if bare(phrase)]
    symbols = [re.escape(phrase) for phrase in folded if not bare(phrase)]
    first = "".join(sorted(_first_characters()))
    starts = re.compile(rf"[\W_]*(?:[{first}]|\Z)")
    return starts, re2.compile(f"(?:{'|'.join(words)})+"), re.compile("|".join(symbols))
