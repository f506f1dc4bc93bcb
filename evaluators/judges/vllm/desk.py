"""What of a judge belongs to one event loop: connections, limits, pauses. Commands may use several, one by one."""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import suppress
from typing import NamedTuple

from evaluators.judges.breaker import Paused
from evaluators.judges.cache import JudgeCache
from evaluators.judges.vllm.accounting import Account
from evaluators.judges.vllm.capability import Capability
from evaluators.judges.vllm.decide import Decider
from evaluators.judges.vllm.explain import Explainer
from evaluators.judges.vllm.reading import Book
from evaluators.judges.vllm.replica import Observer
from evaluators.judges.vllm.replicas import Replicas
from evaluators.judges.vllm.room import Room
from evaluators.judges.vllm.settings import VllmSettings


class Desk(NamedTuple):
    """For one event loop. `end` closes the connections when the loop ends."""

    loop: asyncio.AbstractEventLoop
    replicas: Replicas
    decider: Decider
    explainer: Explainer
    end: AsyncGenerator[None, None]


class Desks:
    """The desk of the running loop; a new one where the loop has changed. What servers can do is kept."""

    def __init__(
        self,
        base_urls: Sequence[str],
        settings: VllmSettings,
        book: Book,
        cache: JudgeCache,
        account: Account,
        observe: Observer | None,
    ) -> None:
        self._base_urls, self._settings, self._book = tuple(base_urls), settings, book
        self._cache, self._account, self._observe = cache, account, observe
        self.capabilities: dict[str, Capability] = {}
        self._desk: Desk | None = None

    def reading(self, book: Book, account: Account) -> "Desks":
        """The same servers and answers for another book: what servers can do is known already."""
        same = Desks(self._base_urls, self._settings, book, self._cache, account, self._observe)
        same.capabilities = self.capabilities
        return same

    def current(self) -> Desk:
        """Inside a running event loop."""
        loop = asyncio.get_running_loop()
        if self._desk is None or self._desk.loop is not loop:
            self._desk = self._new(loop)
        return self._desk

    def _new(self, loop: asyncio.AbstractEventLoop) -> Desk:
        replicas = Replicas(self._base_urls, self._settings, self._account, self.capabilities, self._observe)
        parts = (
            self._book, replicas, self._settings, self._cache, self._account, Room(self._book.head)
        )  # fmt: skip
        return Desk(loop, replicas, Decider(*parts), Explainer(*parts), _closing_with_the_loop(replicas))

    def paused(self) -> dict[str, Paused]:
        """By base URL, the servers that are not asked at the moment. Also outside an event loop."""
        replicas = self._desk.replicas.all if self._desk is not None else ()
        told = {each.base_url: each.breaker.paused for each in replicas}
        return {url: paused for url, paused in told.items() if paused is not None}

    async def close(self) -> None:
        """Gives the connections of the running loop back."""
        if self._desk is not None and self._desk.loop is asyncio.get_running_loop():
            await self._desk.end.aclose()
            self._desk = None


def _closing_with_the_loop(replicas: Replicas) -> AsyncGenerator[None, None]:
    """Nobody who asks a judge has to close it: asyncio closes what generators are left when a loop ends."""

    async def end() -> AsyncGenerator[None, None]:
        try:
            yield
        finally:
            await replicas.close()

    generator = end()
    # Runs to the `yield` without waiting for anything; from then on the loop knows it.
    with suppress(StopIteration):
        generator.__anext__().__await__().send(None)
    return generator
