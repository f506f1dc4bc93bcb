"""Messages that merely close (好的, 谢谢, 👌 …), and messages that ask for a person."""

import functools
import re

from evaluators.phrase_lists import load_phrases
from evaluators.text import bare, fold

#: Longer texts are not looked at: nobody closes at such length.
LONGEST_CLOSER = 40


@functools.lru_cache(maxsize=65536)
def is_closer_text(folded: str) -> bool:
    """The whole text, punctuation, spaces and emoji aside, is one or several closers."""
    words, symbols = _closers()
    spoken = bare(folded)
    if spoken:
        return words.fullmatch(spoken) is not None
    return symbols.search(folded) is not None


def asks_for_human(folded: str) -> bool:
    """Some phrase of the list occurs in the text."""
    return any(phrase in folded for phrase in _asks())


@functools.cache
def _closers() -> tuple[re.Pattern[str], re.Pattern[str]]:
    folded = sorted({fold(phrase) for phrase in load_phrases("closers").phrases}, key=len, reverse=True)
    words = [re.escape(bare(phrase)) for phrase in folded if bare(phrase)]
    symbols = [re.escape(phrase) for phrase in folded if not bare(phrase)]
    return re.compile(f"(?:{'|'.join(words)})+"), re.compile("|".join(symbols))


@functools.cache
def _asks() -> tuple[str, ...]:
    return tuple(fold(phrase) for phrase in load_phrases("asks_for_human").phrases)
