"""Pages that follow what happens in the service, over connections that stay open (server-sent events)."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from api.errors import TooManyWatchers

#: Seconds between two looks, and after how many of them a sign of life is sent.
PAUSE, SIGN_OF_LIFE = 2.0, 8
#: A mark that is another one when something has changed.
Look = Callable[[], Awaitable[str]]


@dataclass
class Watchers:
    """How many streams of one process are open, and whether the service is about to stop: then they end."""

    most: int = 50
    open: int = 0
    stopping: asyncio.Event = field(default_factory=asyncio.Event)

    def admit(self) -> None:
        """Raises `TooManyWatchers`."""
        if self.open >= self.most:
            raise TooManyWatchers

    @contextmanager
    def watching(self) -> Iterator[None]:
        """While a stream is open."""
        self.open += 1
        try:
            yield
        finally:
            self.open -= 1

    async def pause(self, seconds: float) -> bool:
        """Waits; whether to go on. Ends at once when the service stops."""
        try:
            await asyncio.wait_for(self.stopping.wait(), seconds)
        except TimeoutError:
            return True
        return False


async def changes(
    look: Look, watchers: Watchers, *, known: str = "", pause: float = PAUSE
) -> AsyncIterator[str]:
    """`begin`, then `changed` whenever the mark is another one, until the service stops or nobody reads any more.

    The mark is the id of the event: who connects again names it (`known`) and misses nothing. A page that was made before
    the first look reads again at `begin`: what happened between the two is told by nothing else.
    """
    with watchers.watching():
        before, looks = known or await look(), 0
        yield f"retry: {round(pause * 1000)}\nid: {before}\nevent: begin\ndata: \n\n"
        while True:
            now = await look()
            if now != before:
                before = now
                yield f"id: {now}\nevent: changed\ndata: \n\n"
            elif looks % SIGN_OF_LIFE == SIGN_OF_LIFE - 1:
                yield ": still here\n\n"
            looks += 1
            if not await watchers.pause(pause):
                return
