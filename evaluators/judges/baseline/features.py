"""What the baseline sees of a message: character n-grams of it, cues, and a little of what it answers."""

from collections.abc import Iterable, Sequence
from functools import lru_cache

from evaluators.judges.baseline.lexicon import load_lexicon
from evaluators.phrases.text import bare, fold
from evaluators.types import Message

#: Longest n-gram of the message itself, and of the message it answers.
OWN, ANSWERED = 4, 1
#: Code points that are looked at; a wall of text is cut, not refused.
LONGEST = 400


def words_of(messages: Sequence[Message], index: int) -> set[str]:
    """What message `index` of a session (messages in order of time) says, whatever is looked for.

    `=gram` for n-grams of the folded text, `is:class` and `not:class` for words of the lexicon, `<gram` and
    `after is:class` for those of the last message of the other side before it, `earlier own is:class` and
    `earlier theirs is:class` for what has to be said before an act, `type:…` for attachments.
    """
    message = messages[index]
    text = fold(message.text[:LONGEST])
    features = {f"={gram}" for gram in _grams(f"^{bare(text)}$", OWN)} | _classes(text)
    if "?" in text:
        features.add("asks")
    if message.content_type != "text":
        features.add(f"type:{message.content_type}")
    answered = _answered(messages, index)
    if answered is not None:
        said = fold(answered.text[:LONGEST])
        features.update(f"<{gram}" for gram in _grams(bare(said), ANSWERED))
        features.update(f"after {each}" for each in _classes(said))
    return features | _earlier(messages, index)


def _earlier(messages: Sequence[Message], index: int) -> set[str]:
    """`earlier own is:class`, `earlier theirs is:class`: what some act depends on and a side has said before."""
    from_customer, asked_for = messages[index].sender == "customer", load_lexicon().preceding
    found: set[str] = set()
    for message in messages[:index]:
        if message.sender != "system":
            side = "own" if (message.sender == "customer") == from_customer else "theirs"
            found.update(f"earlier {side} {each}" for each in _classes(fold(message.text[:LONGEST])))
    return found & asked_for


@lru_cache(maxsize=1024)
def _classes(folded: str) -> frozenset[str]:
    """Kept for a while: every message of a session asks for those before it."""
    return frozenset(load_lexicon().classes_of(folded))


def cues_of(folded: str, cues: Iterable[str]) -> set[str]:
    """`cue:phrase` where a typical wording (folded) occurs in a message (folded, its first `LONGEST` characters)."""
    return {f"cue:{cue}" for cue in cues if cue in folded}


def _grams(text: str, longest: int) -> Iterable[str]:
    for size in range(1, longest + 1):
        for start in range(len(text) - size + 1):
            yield text[start : start + size]


def _answered(messages: Sequence[Message], index: int) -> Message | None:
    """The last message of the other side before this one."""
    from_customer = messages[index].sender == "customer"
    for message in reversed(messages[:index]):
        if (message.sender == "customer") != from_customer and message.sender != "system":
            return message
    return None


def is_gram(feature: str) -> bool:
    """Grams share the length 1; every other feature weighs by itself, however long the message is."""
    return feature[0] in "=<"
