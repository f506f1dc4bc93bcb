"""How many requests one endpoint is sent at once: found out, not configured. Live work goes first."""

import asyncio
from collections import deque
from types import TracebackType


class Limiter:
    """Additive increase, multiplicative decrease (AIMD), shared by everything that uses the endpoint.

    While all slots are in use, each success adds a slot until the first overload (slow start); from then on each
    `limit` successes in a row add one. An overload leaves `SHRINK` of them, once for all requests that were under
    way. `least` <= `limit` <= `most`. For one event loop.
    """

    SHRINK = 0.6

    def __init__(self, start: int = 8, least: int = 1, most: int = 64) -> None:
        if not 1 <= least <= start <= most:
            raise ValueError(f"expected 1 <= least <= start <= most, got {least}, {start}, {most}")
        self.limit, self._least, self._most = start, least, most
        self.in_flight = 0
        self._streak = 0
        self._shrunk = 0
        self._urgent: deque[asyncio.Future[None]] = deque()
        self._ordinary: deque[asyncio.Future[None]] = deque()

    @property
    def waiting(self) -> int:
        """Requests that have no slot yet."""
        return len(self._urgent) + len(self._ordinary)

    def slot(self, *, urgent: bool = False) -> "Slot":
        """`async with limiter.slot() as slot`, then `slot.succeeded()` or `slot.overloaded()` inside."""
        return Slot(self, urgent)

    async def _enter(self, urgent: bool) -> int:
        if self.in_flight >= self.limit or self.waiting:
            await self._wait(self._urgent if urgent else self._ordinary)
        else:
            self.in_flight += 1
        return self._shrunk

    async def _wait(self, queue: deque[asyncio.Future[None]]) -> None:
        turn = asyncio.get_running_loop().create_future()
        queue.append(turn)
        try:
            await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled():
                # The slot was handed over in the same moment: pass it on.
                self._leave()
            else:
                queue.remove(turn)
            raise

    def _leave(self) -> None:
        self.in_flight -= 1
        self._hand_out()

    def _hand_out(self) -> None:
        while self.in_flight < self.limit and self.waiting:
            turn = (self._urgent or self._ordinary).popleft()
            if not turn.done():
                self.in_flight += 1
                turn.set_result(None)

    def _succeeded(self) -> None:
        if self.in_flight < self.limit:
            # Not at the limit: says nothing about more.
            return
        self._streak += 1
        needed = self.limit if self._shrunk else 1
        if self._streak >= needed and self.limit < self._most:
            self.limit, self._streak = self.limit + 1, 0
            self._hand_out()

    def _overloaded(self, entered: int) -> None:
        self._streak = 0
        if entered == self._shrunk:
            self._shrunk += 1
            self.limit = max(self._least, int(self.limit * self.SHRINK))


class Slot:
    """The right to have one request under way."""

    def __init__(self, limiter: Limiter, urgent: bool) -> None:
        self._limiter, self._urgent = limiter, urgent
        self._entered = 0

    async def __aenter__(self) -> "Slot":
        self._entered = await self._limiter._enter(self._urgent)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._limiter._leave()

    def succeeded(self) -> None:
        """The endpoint coped."""
        self._limiter._succeeded()

    def overloaded(self) -> None:
        """It was too much, or it took too long."""
        self._limiter._overloaded(self._entered)
