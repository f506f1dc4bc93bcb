"""What a judge says of chats: the probability of each act, where it is, or why that cannot be said."""

import asyncio
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple

from evaluators.judges.answers import Answer, Unanswered
from evaluators.judges.port import Judge
from tests.benchmarks.accuracy.research_chats import Chat

_AT_ONCE = 32


class Said(NamedTuple):
    """`value`: the probability that the act occurs at all, None where that is undetermined, for `cause`."""

    value: float | None
    cause: str | None
    messages: Mapping[str, float]

    @property
    def hit(self) -> bool:
        """Whether it occurs."""
        return self.value is not None and self.value >= 0.5


def told(judge: Judge, chats: Sequence[Chat], acts: Sequence[str]) -> list[dict[str, Said]]:
    """Per chat, what is said of each act."""
    return asyncio.run(_told(judge, chats, acts))


async def _told(judge: Judge, chats: Sequence[Chat], acts: Sequence[str]) -> list[dict[str, Said]]:
    gate = asyncio.Semaphore(_AT_ONCE)

    async def one(chat: Chat) -> dict[str, Said]:
        async with gate:
            answers = await judge.answer(chat.session, acts)
        return {act: _said(answers.get(act)) for act in acts}

    return list(await asyncio.gather(*(one(chat) for chat in chats)))


def _said(answer: Answer | None) -> Said:
    if answer is None:
        return Said(None, "judge_unavailable", {})
    if isinstance(answer, Unanswered):
        return Said(None, answer.reason_code, {})
    if answer.messages:
        return Said(max(answer.messages.values()), None, answer.messages)
    if answer.absent is None:
        return Said(None, "no_probability", {})
    return Said(1 - answer.absent, None, {})


def cause_of(said: Mapping[str, Said], acts: Collection[str]) -> str | None:
    """Why none of the acts could be judged, the most frequent cause; None where one could."""
    causes = [said[act].cause for act in acts]
    return None if None in causes else Counter(causes).most_common(1)[0][0]
