"""What the baseline sees of a message: character n-grams of it, cues, and a little of what it answers."""

from collections.abc import Iterable, Sequence

from evaluators.text import bare, fold
from evaluators.types import Message

#: Longest n-gram of the message itself, and of the message it answers.
OWN, ANSWERED = 4, 2
#: Code points that are looked at; a wall of text is cut, not refused.
LONGEST = 400


def features_of(messages: Sequence[Message], index: int, cues: Iterable[str]) -> set[str]:
    """The features of message `index` of a session (messages in order of time).

    `=gram` for n-grams of the folded text, `<gram` for those of the last message of the other side before it,
    `cue:phrase` where a typical wording occurs, `type:…` for attachments.
    """
    message = messages[index]
    text = fold(message.text[:LONGEST])
    features = {f"={gram}" for gram in _grams(f"^{bare(text)}$", OWN)}
    features.update(f"cue:{cue}" for cue in cues if fold(cue) in text)
    if "?" in text:
        features.add("asks")
    if message.content_type != "text":
        features.add(f"type:{message.content_type}")
    answered = _answered(messages, index)
    if answered is not None:
        features.update(f"<{gram}" for gram in _grams(bare(fold(answered.text[:LONGEST])), ANSWERED))
    return features


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
