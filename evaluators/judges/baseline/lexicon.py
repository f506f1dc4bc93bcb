"""Word classes of the trade (`lexicon.toml`): what one labelled example teaches about a word holds for its class."""

import hashlib
import re
import tomllib
from functools import cache
from itertools import chain
from pathlib import Path

from ahocorasick_rs import AhoCorasick, Implementation

from evaluators.phrases.text import fold

FILE = Path(__file__).with_name("lexicon.toml")
_NEGATIONS = "不没别无未非勿"
#: How many characters before a word a negation still reaches it: 不满意, 没那么满意 not.
_REACH = 2
_QUOTATION = re.compile('“[^”]{1,40}”|"[^"]{1,40}"|「[^」]{1,40}」|『[^』]{1,40}』|‘[^’]{1,40}’')


class Lexicon:
    """Which classes of words a text uses, and which it negates."""

    def __init__(
        self,
        words: dict[str, list[str]],
        leading: dict[str, list[str]],
        before: dict[str, list[str]] | None = None,
    ) -> None:
        #: Act to the classes that speak of it, or against it.
        self.leading = leading
        #: Act to the features that tell whether what it depends on has been said.
        self.before = {
            act: frozenset(f"earlier {each}" for each in said) for act, said in (before or {}).items()
        }
        self.preceding = frozenset(chain.from_iterable(self.before.values()))
        owners: dict[str, list[str]] = {}
        for name, own in words.items():
            for word in own:
                owners.setdefault(fold(word), []).append(name)
        self.names = tuple(words)
        self._owners = list(owners.values())
        self._automaton = AhoCorasick(list(owners), implementation=Implementation.ContiguousNFA)

    def classes_of(self, folded: str) -> set[str]:
        """`is:class`; where every word of the class is negated (不满意) `not:class`, where it is quoted
        (您说“骗子”) `quoted:class`.
        """
        used: set[str] = set()
        negated: set[str] = set()
        quoted: set[str] = set()
        quotations = [found.span() for found in _QUOTATION.finditer(folded)]
        for number, start, stop in self._automaton.find_matches_as_indexes(folded, overlapping=True):
            if _inside_a_latin_word(folded, start, stop):
                continue
            before = folded[max(0, start - _REACH) : start]
            if any(begin < start and stop < end for begin, end in quotations):
                quoted.update(self._owners[number])
            else:
                (negated if any(sign in before for sign in _NEGATIONS) else used).update(self._owners[number])
        return (
            {f"is:{name}" for name in used}
            | {f"not:{name}" for name in negated - used}
            | {f"quoted:{name}" for name in quoted - used}
        )


def _inside_a_latin_word(text: str, start: int, stop: int) -> bool:
    """`sb` in `usb` is no word of its own."""
    return (start > 0 and _is_latin(text[start]) and _is_latin(text[start - 1])) or (
        stop < len(text) and _is_latin(text[stop - 1]) and _is_latin(text[stop])
    )


def _is_latin(character: str) -> bool:
    return character.isascii() and character.isalnum()


def lexicon_version() -> str:
    """Changes whenever the models must be fitted anew."""
    return f"sha256:{hashlib.sha256(FILE.read_bytes()).hexdigest()}"


@cache
def load_lexicon() -> Lexicon:
    """The shipped one."""
    return Lexicon(**tomllib.loads(FILE.read_text(encoding="utf-8")))
