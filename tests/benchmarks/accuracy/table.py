"""The lines of the table, and what a judge told of a chat."""

import asyncio
from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np
from scipy.stats import bootstrap

from calibration.statistics.intervals import wilson
from evaluators.judges.answers import Answer, Located
from evaluators.judges.port import Judge
from tests.benchmarks.accuracy.research_chats import Chat

_AT_ONCE = 32


class Line(NamedTuple):
    """One line of the table. `n`: what was decided; `undecided`: what was not, never guessed."""

    data: str
    measure: str
    value: float | None
    low: float | None
    high: float | None
    n: int
    undecided: int
    method: str


def nothing(data: str, measure: str, n: int, undecided: int, why: str) -> Line:
    """A line without a number, and why."""
    return Line(data, measure, None, None, None, n, undecided, why)


def share(data: str, measure: str, numerator: int, denominator: int, undecided: int) -> Line:
    """A proportion."""
    interval = wilson(numerator, denominator)
    if interval is None:
        return nothing(data, measure, 0, undecided, "nothing decided")
    value = numerator / denominator
    return Line(data, measure, value, interval.low, interval.high, denominator, undecided, interval.method)


def mean(data: str, measure: str, values: Sequence[float], undecided: int) -> Line:
    """A mean over acts, with a bootstrap over acts."""
    if len(values) < 2:
        return nothing(data, measure, len(values), undecided, "too few decided")
    limits = bootstrap((np.array(values),), np.mean, method="percentile", rng=0).confidence_interval
    value = float(np.mean(values))
    return Line(
        data,
        measure,
        value,
        float(limits.low),
        float(limits.high),
        len(values),
        undecided,
        "bootstrap over acts",
    )


def probability(answer: Answer) -> float | None:
    """That the act occurs at all; None where that is undecided."""
    if not isinstance(answer, Located):
        return None
    if answer.messages:
        return max(answer.messages.values())
    return None if answer.absent is None else 1 - answer.absent


def told(judge: Judge, chats: Sequence[Chat], acts: Sequence[str]) -> list[dict[str, float | None]]:
    """Per chat, the probability of each act."""
    return asyncio.run(_told(judge, chats, acts))


async def _told(judge: Judge, chats: Sequence[Chat], acts: Sequence[str]) -> list[dict[str, float | None]]:
    gate = asyncio.Semaphore(_AT_ONCE)

    async def one(chat: Chat) -> dict[str, float | None]:
        async with gate:
            answers = await judge.answer(chat.session, acts)
        return {act: probability(answers[act]) if act in answers else None for act in acts}

    return list(await asyncio.gather(*(one(chat) for chat in chats)))


def written(lines: Iterable[Line]) -> Iterable[str]:
    """The table, tab-separated."""
    yield "data\tmeasure\tvalue\t95 % interval\tn\tundecided\tmethod"
    for line in lines:
        value = "–" if line.value is None else f"{line.value:.3f}"
        interval = "–" if line.low is None else f"[{line.low:.3f}, {line.high:.3f}]"
        yield "\t".join(
            map(str, (line.data, line.measure, value, interval, line.n, line.undecided, line.method))
        )
