"""Messages that merely close (好的, 谢谢, 👌 …), and messages that ask for a person."""

import functools
import re
from itertools import compress
from typing import Any

import re2

from evaluators.catalogue.phrase_lists import load_phrases
from evaluators.phrases.text import bare, fold
from evaluators.timeline.timeline import BY_CUSTOMER, Timeline

#: Shorter texts come again and again, so what they are is kept.
_SHORT = 40


def find_closers(timeline: Timeline) -> int:
    """Customer messages that merely close: nobody waits for an answer."""
    said = compress(enumerate(timeline.texts), timeline.senders.translate(BY_CUSTOMER))
    closing = [
        1 << index
        for index, text in said
        if (_short_text_closes(text) if len(text) <= _SHORT else is_closer_text(text))
    ]
    return sum(closing) | timeline.of_kind("emoji") & timeline.masks["customer"]


def is_closer_text(folded: str) -> bool:
    """The whole text, punctuation, spaces and emoji aside, is one or several closers."""
    starts, words, symbols = _closers()
    if starts.match(folded) is None:
        return False
    spoken = bare(folded)
    if spoken:
        return words.fullmatch(spoken) is not None
    return symbols.search(folded) is not None


_short_text_closes = functools.lru_cache(maxsize=16384)(is_closer_text)


def first_to_ask_for_human(timeline: Timeline) -> int | None:
    """The first customer message in which a phrase of the list occurs."""
    asked = [phrase for phrase in _asks() if phrase in timeline.joined]
    for index in timeline.customers if asked else ():
        for phrase in asked:
            if phrase in timeline.texts[index]:
                return index
    return None


@functools.cache
def _closers() -> tuple[re.Pattern[str], Any, re.Pattern[str]]:
    """How a closer starts (cheap to tell), what it may say (in linear time), what it may show without a word."""
    folded = sorted({fold(phrase) for phrase in load_phrases("closers").phrases}, key=len, reverse=True)
    words = [bare(phrase) for phrase in folded if bare(phrase)]
    symbols = [re.escape(phrase) for phrase in folded if not bare(phrase)]
    first = "".join(sorted({word[0] for word in words}))
    starts = re.compile(rf"[\W_]*(?:[{first}]|\Z)")
    return starts, re2.compile(f"(?:{'|'.join(words)})+"), re.compile("|".join(symbols))


@functools.cache
def _asks() -> tuple[str, ...]:
    return tuple(fold(phrase) for phrase in load_phrases("asks_for_human").phrases)
