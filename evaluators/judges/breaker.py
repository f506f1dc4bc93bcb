"""Stops asking an endpoint that fails, says why and what to do, and tries again from time to time."""

import time
from collections.abc import Callable

from msgspec import Struct


class Paused(Struct, frozen=True):
    """An endpoint that is not asked at the moment. `retry_in`: seconds until it is tried again, at least 0."""

    why: str
    failures: int
    retry_in: float


class Breaker:
    """Opens after `most_failures` in a row; each failed trial doubles the pause up to `longest` seconds.

    After a pause one caller is let through as the trial. If nothing comes of it (it was cancelled), the next
    one is after another pause.
    """

    def __init__(
        self,
        most_failures: int = 5,
        pause: float = 1.0,
        longest: float = 60.0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._most, self._shortest, self._longest, self._clock = most_failures, pause, longest, clock
        self._pause = pause
        self._failures = 0
        self._why = ""
        self._retry_at: float | None = None

    @property
    def paused(self) -> Paused | None:
        """None: requests go through."""
        if self._retry_at is None:
            return None
        return Paused(self._why, self._failures, max(0.0, self._retry_at - self._clock()))

    def admits(self) -> bool:
        """Whether a request may go through now. While paused: True for one caller when it is time again."""
        if self._retry_at is None:
            return True
        if self._clock() < self._retry_at:
            return False
        self._retry_at = self._clock() + self._pause
        return True

    def succeeded(self) -> bool:
        """The endpoint answered, be it with a refusal. Whether that ended a pause."""
        ended = self._retry_at is not None
        self._failures, self._retry_at, self._pause = 0, None, self._shortest
        return ended

    def failed(self, why: str) -> bool:
        """The endpoint did not answer. `why` names cause and remedy. Whether that began a pause."""
        self._failures += 1
        self._why = why
        if self._retry_at is not None:
            self._pause = min(self._longest, self._pause * 2)
        elif self._failures < self._most:
            return False
        began = self._retry_at is None
        self._retry_at = self._clock() + self._pause
        return began
