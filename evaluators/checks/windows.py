"""Where after a trigger the behaviour is looked for, and whether that stretch is over."""

from bisect import bisect_right

from msgspec import Struct

from evaluators.grammar.kinds import Window
from evaluators.timeline.bits import indices, last_of, stretch
from evaluators.timeline.timeline import Timeline
from evaluators.timeline.units import microseconds


class Extent(Struct, frozen=True, gc=False):
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
            nth = _nth(timeline.masks[self._of], first, self._messages)
            if nth is not None:
                last, reason = min(last, nth), None
            elif self._within is None:
                reason = None if timeline.over else "session_open"
        if self._customer_messages is not None:
            later = _nth(timeline.masks["customer"] & ~timeline.recalled, first, self._customer_messages)
            last = last if later is None else min(last, later - 1)
        return Extent(stretch(first, last), closes_at, reason)

    def still_open(self, timeline: Timeline, triggers: int) -> int:
        """The triggers (messages) whose window had not closed when the session was last observed."""
        if self._within is None or timeline.times_missing:
            return 0
        if timeline.observed_until is None:
            return triggers
        closed_by = timeline.observed_until - self._within
        if timeline.at[triggers.bit_length() - 1] <= closed_by:
            return 0
        return triggers & -1 << bisect_right(timeline.at, closed_by)

    def first_open(self, timeline: Timeline, triggers: int, met: int) -> int | None:
        """When the first of these windows closes, of the triggers (messages) after which the behaviour was not
        certainly met; None when it was after all of them.
        """
        assert self._within is not None, "windows that run on a clock"
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
        while behaviours:
            reached |= last_of(customers & (behaviours & -behaviours) - 1, self._customer_messages)
            behaviours &= behaviours - 1
        return triggers & reached


def _nth(counted: int, first: int, number: int) -> int | None:
    """Index of the N-th message of a set from `first` on, None where it has fewer."""
    rest = counted & -1 << first
    for _ in range(number - 1):
        rest &= rest - 1
    return (rest & -rest).bit_length() - 1 if rest else None
