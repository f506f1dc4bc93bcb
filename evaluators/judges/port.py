"""The port every judge answers through."""

from collections.abc import Collection
from typing import Protocol

from evaluators.answers import Answers
from evaluators.types import ChatSession


class Judge(Protocol):
    """Locates acts in a session.

    An answer is data: a failure is an `Unanswered` with its reason code, never an exception and never a
    verdict. An act the judge leaves out counts as `judge_unavailable`.
    """

    name: str

    async def answer(self, session: ChatSession, acts: Collection[str]) -> Answers:
        """Where each act occurs, or why that cannot be said. Each act is asked about once per session."""
        ...
