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
        *,
        servers_of: "Desks | None" = None,
    ) -> None:
        self._base_urls, self._settings, self._book = tuple(base_urls), settings, book
        self._cache, self._account, self._observe = cache, account, observe
        self.capabilities: dict[str, Capability] = {}
        self._servers_of = servers_of
        self._desk: Desk | None = None

    def reading(self, book: Book) -> "Desks":
        """Another book at the same servers: one limit and one pause for both."""
        return self._like(book, self._account, servers_of=self._servers_of or self)

    def apart(self, book: Book, account: Account) -> "Desks":
        """Another book and account, with connections of its own."""
        return self._like(book, account, servers_of=None)

    def _like(self, book: Book, account: Account, *, servers_of: "Desks | None") -> "Desks":
        same = Desks(
            self._base_urls, self._settings, book, self._cache, account, self._observe, servers_of=servers_of
        )
        same.capabilities = self.capabilities
        return same

    def current(self) -> Desk:
        """Inside a running event loop."""
        loop = asyncio.get_running_loop()
        if self._desk is None or self._desk.loop is not loop:
            self._desk = self._new(loop)
        return self._desk

    def _new(self, loop: asyncio.AbstractEventLoop) -> Desk:
        shared = self._servers_of.current().replicas if self._servers_of is not None else None
        replicas = shared or Replicas(
            self._base_urls, self._settings, self._account, self.capabilities, self._observe
        )
        parts = (
            self._book, replicas, self._settings, self._cache, self._account, Room(self._book.head)
        )  # fmt: skip
        end = _closing_with_the_loop(replicas if shared is None else None)
        return Desk(loop, replicas, Decider(*parts), Explainer(*parts), end)

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


def _closing_with_the_loop(replicas: Replicas | None) -> AsyncGenerator[None, None]:
    """Nobody who asks a judge has to close it: asyncio closes what generators are left when a loop ends. None: another
    desk closes them.
    """

    async def end() -> AsyncGenerator[None, None]:
        try:
            yield
        finally:
            if replicas is not None:
                await replicas.close()

    generator = end()
    # Runs to the `yield` without waiting for anything; from then on the loop knows it.
    with suppress(StopIteration):
        generator.__anext__().__await__().send(None)
    return generator
