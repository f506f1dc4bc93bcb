"""What the model is given to read: a chat as numbered lines, and each question in the layout chosen."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence

from msgspec import Struct

from evaluators.judges.vllm.settings import Layout
from evaluators.timeline.timeline import Timeline
from evaluators.types import ChatSession, Message
from prompts.library import Prompt
from prompts.rendering import (
    Line,
    choice,
    explanation,
    instructions,
    pointer,
    rulebook,
    single,
    transcript,
    wording,
)
from prompts.transcript import ROLE_WORDS


class Reading(Struct, frozen=True):
    """A session as a judge reads it: line n of `text` is `messages[n - 1]`."""

    session_id: str
    text: str
    messages: Sequence[Message]


def read_session(session: ChatSession) -> Reading:
    """The chat in order of time. Clocks are the engine's business: the model is not shown any."""
    timeline = Timeline(session)
    lines = (
        Line(
            message.message_id or "", ROLE_WORDS[message.sender], "", message.text, message.content_type,
            bool(timeline.recalled >> index & 1),
        )
        for index, message in enumerate(timeline.messages)
    )  # fmt: skip
    return Reading(session.session_id, transcript(lines), timeline.messages)


class Book:
    """The wordings of some prompts in one layout. `prompts`: act to prompt; several acts may ask the same.

    `head` precedes the chat and is the same for every session: a prefix that servers compute once.
    `digest` is its hash, so that what was read can be named without repeating it.
    """

    def __init__(self, prompts: Mapping[str, Prompt], layout: Layout) -> None:
        self.layout = layout
        self.prompts = {prompt.asks: prompt for prompt in prompts.values()}
        self._asks = {act: prompt.asks for act, prompt in prompts.items()}
        self.head = rulebook(self.prompts.values()) if layout == "rulebook" else instructions()
        self.digest = hashlib.sha256(self.head.encode()).hexdigest()
        in_book = layout == "rulebook"
        #: Question to what follows the chat, where the server lists the labels itself.
        self.choices = {
            asks: choice(each) if in_book else wording(each) for asks, each in self.prompts.items()
        }
        #: Question to what follows the chat, where it does not.
        self.letters = {
            asks: pointer(each) if in_book else single(each) for asks, each in self.prompts.items()
        }

    def asked(self, acts: Iterable[str]) -> tuple[dict[str, str], list[str]]:
        """Act to the question that answers it, and the acts nobody has a question for."""
        known: dict[str, str] = {}
        unknown: list[str] = []
        for act in acts:
            if act in self._asks:
                known[act] = self._asks[act]
            else:
                unknown.append(act)
        return known, unknown

    def explain(self, asks: str) -> str:
        """What follows the chat when evidence is asked for."""
        return explanation(self.prompts[asks], in_rulebook=self.layout == "rulebook")


def after_chat(text: str, question: str) -> str:
    """The user's turn: the chat, then the question. Every endpoint is sent the same, so prefixes are shared."""
    return f"{text}\n\n{question}"
