"""Pages that follow what happens in the service, over connections that stay open."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from api.errors import TooManyWatchers


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
