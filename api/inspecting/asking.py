"""Many sessions asked about at the same time, answered in the order in which they came."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Iterable, Iterator
from itertools import islice
from typing import TypeVar

from evaluators.types import ChatSession
from storage.intake.records import BadRecord

#: How many sessions wait for a judge at the same time.
IN_FLIGHT = 32
Answer = TypeVar("Answer")


def ask_in_order(
    items: Iterable[ChatSession | BadRecord], ask: Callable[[ChatSession], Awaitable[Answer]]
) -> Iterator[Answer | BadRecord]:
    """The answer about each session, in order; bad records as they are. Reads only a little ahead."""
    coming = iter(items)
    with asyncio.Runner() as runner:
        loop = runner.get_loop()
        waiting: deque[BadRecord | asyncio.Task[Answer]] = deque()
        while True:
            for item in islice(coming, IN_FLIGHT - len(waiting)):
                if isinstance(item, ChatSession):
                    waiting.append(loop.create_task(_awaited(ask(item))))
                else:
                    waiting.append(item)
            if not waiting:
                return
            first = waiting.popleft()
            yield first if isinstance(first, BadRecord) else runner.run(_awaited(first))


async def _awaited(answer: Awaitable[Answer]) -> Answer:
    return await answer
