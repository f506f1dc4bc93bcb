"""Where after a trigger the behaviour is looked for, and whether that stretch is over."""

from bisect import bisect_right
from typing import NamedTuple

from evaluators.bits import indices, lowest, stretch
from evaluators.grammar import Window
from evaluators.timeline import Timeline
from evaluators.units import microseconds


class Extent(NamedTuple):
    """The messages of a window. `closes_at`: the instant after which no message can fall into it (None: it is
    counted in messages). `reason`: why it is not over yet, or why nobody can say where it ends; else None.
    """

    messages: int
    closes_at: int | None
    reason: str | None


class CompiledWindow:
    """A window of the grammar."""

    def __init__(self, window: Window) -> None:
        self._within = microseconds(window.within) if window.within else None
        self._messages, self._of = window.messages, window.of
        self._customer_messages = window.customer_messages

    @property
    def runs_on_a_clock(self) -> bool:
        """Whether it takes times to say where it ends."""
        return self._within is not None

    def extent(self, timeline: Timeline, first: int, at: int | None) -> Extent:
        """The window that counts messages from index `first` on and time from the instant `at`."""
        last = len(timeline.messages) - 1
        closes_at: int | None = None
        reason: str | None = None
        if self._within is not None:
            if at is None:
                return Extent(0, None, "times_missing")
            closes_at = at + self._within
            last = bisect_right(timeline.at, closes_at) - 1
            if timeline.observed_until is None or timeline.observed_until < closes_at:
                reason = "window_open"
        if self._messages is not None:
            nth = self._nth(timeline.masks[self._of] >> first, self._messages)
            if nth is not None:
                last, reason = min(last, first + nth), None
            elif self._within is None:
                reason = None if timeline.over else "session_open"
        if self._customer_messages is not None:
            counted = timeline.masks["customer"] & ~timeline.recalled
            later = self._nth(counted >> first, self._customer_messages)
            last = last if later is None else min(last, first + later - 1)
        return Extent(stretch(first, last), closes_at, reason)

    def first_open(self, timeline: Timeline, triggers: int, met: int) -> int | None:
        """When the first window that is still open closes, of the triggers (messages) after which the behaviour
        was not certainly met; None when all are over or nothing says when they would be.
        """
        if self._within is None or timeline.times_missing or not timeline.at:
            return None
        if timeline.observed_until is not None:
            triggers &= -1 << bisect_right(timeline.at, timeline.observed_until - self._within)
        for index in indices(triggers):
            closes_at = timeline.at[index] + self._within
            if not met & stretch(index + 1, bisect_right(timeline.at, closes_at) - 1):
                return closes_at
        return None

    def in_reach(self, timeline: Timeline, triggers: int, behaviours: int) -> int:
        """Generously, the triggers (messages) whose window may hold any of the behaviours."""
        if self._customer_messages is None:
            return triggers
        customers = timeline.masks["customer"]
        reached = 0
        for index in indices(behaviours):
            before = customers & stretch(0, index - 1)
            for _ in range(self._customer_messages):
                if before:
                    last = before.bit_length() - 1
                    reached |= 1 << last
                    before ^= 1 << last
        return triggers & reached

    def _nth(self, counted: int, number: int) -> int | None:
        """Where the N-th message of a set is, None while it has fewer."""
        for _ in range(number - 1):
            counted &= counted - 1
        return lowest(counted) if counted else None
