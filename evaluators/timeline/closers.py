"""Messages that merely close (好的, 谢谢, 👌 …)."""

import functools
import re
from typing import Any

import re2

from evaluators.catalogue.phrase_lists import load_phrases
from evaluators.phrases.text import bare, fold
from evaluators.timeline.timeline import Timeline

#: Shorter texts come again and again, so what they are is kept.
_SHORT = 40


def find_closers(timeline: Timeline) -> int:
    """Customer messages that merely close: nobody waits for an answer."""
    closing = [
        1 << index
        for index, message in enumerate(timeline.messages)
        if message.sender == "customer" and closes(message.text)
    ]
    return sum(closing) | timeline.of_kind("emoji") & timeline.masks["customer"]


def closes(text: str) -> bool:
    """Whether a customer who writes this merely closes."""
    return _short_text_closes(text) if len(text) <= _SHORT else is_closer_text(fold(text))


def is_closer_text(folded: str) -> bool:
    """The whole text, punctuation, spaces and emoji aside, is one or several closers."""
    starts, words, symbols = _closers()
    if starts.match(folded) is None:
        return False
    spoken = bare(folded)
    if spoken:
        return words.fullmatch(spoken) is not None
    return symbols.search(folded) is not None


@functools.lru_cache(maxsize=16384)
def _short_text_closes(text: str) -> bool:
    return is_closer_text(fold(text))


@functools.cache
def _closers() -> tuple[re.Pattern[str], Any, re.Pattern[str]]:
    """How a closer starts (cheap to tell), what it may say (in linear time), what it may show without a word."""
    folded = sorted({fold(phrase) for phrase in load_phrases("closers").phrases}, key=len, reverse=True)
    words = [bare(phrase) for phrase in folded if bare(phrase)]
    symbols = [re.escape(phrase) for phrase in folded if not bare(phrase)]
    first = "".join(sorted({word[0] for word in words}))
    starts = re.compile(rf"[\W_]*(?:[{first}]|\Z)")
    return starts, re2.compile(f"(?:{'|'.join(words)})+"), re.compile("|".join(symbols))
