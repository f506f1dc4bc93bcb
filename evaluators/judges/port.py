"""The port every judge answers through."""

from collections.abc import Collection, Mapping
from typing import Protocol, Self, runtime_checkable

from msgspec import Struct

from evaluators.judges.answers import Answers
from evaluators.types import ChatSession
from prompts.prompt_file import Prompt


class Judge(Protocol):
    """Locates acts in a session.

    An answer is data: a failure is an `Unanswered` with its reason code, never an exception and never a
    verdict. An act the judge leaves out counts as `judge_unavailable`.
    """

    name: str

    async def answer(self, session: ChatSession, acts: Collection[str]) -> Answers:
        """Where each act occurs, or why that cannot be said. Each act is asked about once per session."""
        ...


class Condition(Struct, frozen=True):
    """How a judge is doing. `able`: it can answer now; `detail` says what it can do, or why not and what to do."""

    able: bool
    detail: str


@runtime_checkable
class ServedJudge(Protocol):
    """A judge whose answers come from a server: it can be away, and it can be busy."""

    async def condition(self) -> Condition:
        """Looks now."""
        ...

    def live(self) -> Self:
        """The same judge for sessions that are still going on: they go before all others."""
        ...


@runtime_checkable
class ReadingJudge(Protocol):
    """A judge whose answers depend on how acts are worded."""

    def reading(self, prompts: Mapping[str, Prompt]) -> Judge:
        """The same judge, with its servers, limits and counts, for other wordings."""
        ...
