"""Whether a citation is true: these words, in that message, by that side."""

from collections.abc import Sequence

from msgspec import Struct

from evaluators.judges.answers import Span
from evaluators.phrases.text import bare, fold, original_span
from evaluators.types import Message, Sender
from prompts.prompt_file import By
from prompts.transcript import ATTACHMENT_WORDS

_SENDERS: dict[By, frozenset[Sender]] = {
    "customer": frozenset({"customer"}),
    "service": frozenset({"agent", "bot"}),
    "human": frozenset({"agent"}),
    "bot": frozenset({"bot"}),
    "shop": frozenset({"agent", "bot", "auto_reply"}),
}
#: A single character is in nearly every message and proves nothing.
_LEAST = 2


class Citation(Struct, frozen=True):
    """`line` of the transcript, counted from 1, and words said to be in it."""

    line: int
    quote: str


class Unverified(Exception):
    """A citation is not true; the text says which and why."""


def verify(citations: Sequence[Citation], messages: Sequence[Message], by: By) -> dict[str, Span | None]:
    """Message id to where the quote is in the original text; None for a message that has no text.

    Compared after folding, because full-width brackets and unseen characters are the transcript's doing. One
    untrue citation makes all of them worthless: raises `Unverified`.
    """
    found: dict[str, Span | None] = {}
    for citation in citations:
        if not 1 <= citation.line <= len(messages):
            raise Unverified(f"there is no line {citation.line}")
        message = messages[citation.line - 1]
        if message.sender not in _SENDERS[by]:
            raise Unverified(f"line {citation.line} is by {message.sender}, the rule looks at {by}")
        span = _place(citation, message)
        found.setdefault(message.message_id or "", span)
    return found


def _place(citation: Citation, message: Message) -> Span | None:
    if not message.text.strip():
        if citation.quote.strip() in ("", ATTACHMENT_WORDS[message.content_type]):
            return None
        raise Unverified(f"line {citation.line} has no text to quote")
    text, quote = fold(message.text), fold(citation.quote).strip()
    start = text.find(quote)
    if start < 0:
        raise Unverified(f"line {citation.line} does not say {citation.quote!r}")
    if len(bare(quote)) < min(_LEAST, len(bare(text))) or not quote:
        raise Unverified(
            f"the quote {citation.quote!r} of line {citation.line} is too short to prove anything"
        )
    return Span(*original_span(message.text, start, start + len(quote)))
