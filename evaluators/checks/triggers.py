"""What starts a duty: messages, late replies, order events, the customer coming back after silence."""

from bisect import bisect_left

from msgspec import Struct

from evaluators.checks.base import Setting
from evaluators.checks.behaviours import CompiledBehaviour, Terms
from evaluators.checks.seen import Seen
from evaluators.grammar.kinds import Trigger
from evaluators.phrases.hits import Hit
from evaluators.timeline.bits import indices
from evaluators.timeline.timeline import Timeline
from evaluators.timeline.turns import turns
from evaluators.timeline.units import instant, microseconds
from evaluators.types import OrderEvent


class Occurrence(Struct, frozen=True, gc=False):
    """One occurrence of a trigger.

    `first`: index from which the window counts. `at`: instant from which it runs (None: no clock). `reason`:
    None when the trigger is certain. `shown`: the messages to show as evidence. `actor`: the message whose
    sender bears an omission, if it is his. `turn`: the message that started the turn it is about.
    """

    first: int
    at: int | None
    reason: str | None
    shown: tuple[int, ...]
    actor: int | None = None
    turn: int | None = None


class CompiledTrigger:
    """Finds the occurrences of a trigger in a session."""

    def __init__(self, trigger: Trigger, setting: Setting) -> None:
        self._trigger, self._hours = trigger, setting.hours
        #: The behaviour of the message that triggers; None for triggers of other kinds.
        self.message: CompiledBehaviour | None = None
        if trigger.message is not None:
            terms = Terms(recalled=True, closers=trigger.message.by != "customer")
            self.message = setting.behaviours.compiled(trigger.message, terms)
        self.acts = self.message.acts if self.message else frozenset()
        self._slower_than = microseconds(trigger.slow_reply.longer_than) if trigger.slow_reply else 0
        self._silence = microseconds(trigger.silence) if trigger.silence else 0

    def find(self, timeline: Timeline, seen: Seen | None) -> list[Occurrence] | None:
        """The occurrences that bring the duty, of a message trigger those `seen`; None when only times would
        tell whether there are any."""
        if seen is not None:
            return self._chosen(self._of_messages(timeline, seen))
        if self._trigger.order is not None:
            return self._chosen(self._of_orders(timeline))
        if timeline.times_missing:
            return None if self._could_occur(timeline) else []
        found = self._of_slow_replies(timeline) if self._trigger.slow_reply else self._of_silences(timeline)
        return self._chosen(found)

    def quote(self, timeline: Timeline, index: int) -> Hit | None:
        """What to quote of a message that triggered; None: the whole text."""
        return self.message.quote(timeline, index) if self.message is not None else None

    def _could_occur(self, timeline: Timeline) -> bool:
        if self._trigger.slow_reply is not None:
            return bool(turns(timeline, self._trigger.slow_reply.clock, self._hours).starts)
        return timeline.masks["customer"].bit_count() > 1

    def _of_messages(self, timeline: Timeline, seen: Seen) -> list[Occurrence]:
        found = [_at_message(timeline, index, None) for index in indices(seen.certain)]
        if not seen.possible:
            return found
        for reason, mask in seen.open.items():
            found += [_at_message(timeline, index, reason) for index in indices(mask)]
        return sorted(found, key=lambda occurrence: occurrence.first)

    def _of_slow_replies(self, timeline: Timeline) -> list[Occurrence]:
        slow_reply = self._trigger.slow_reply
        assert slow_reply is not None
        at = timeline.at
        return [
            Occurrence(reply, at[reply], None, (start, reply), actor=reply, turn=start)
            for start, reply, _ in turns(timeline, slow_reply.clock, self._hours).longer_than(
                self._slower_than
            )
        ]

    def _of_orders(self, timeline: Timeline) -> list[Occurrence]:
        order = self._trigger.order
        assert order is not None
        found = []
        for event in timeline.session.events:
            if isinstance(event, OrderEvent) and event.state in order.state:
                at = instant(event.at)  # type: ignore[arg-type]
                first = 0 if timeline.times_missing else bisect_left(timeline.at, at)
                found.append(Occurrence(first, None if timeline.times_missing else at, None, ()))
        return sorted(found, key=lambda occurrence: occurrence.first)

    def _of_silences(self, timeline: Timeline) -> list[Occurrence]:
        at = timeline.at
        return [
            _at_message(timeline, index, None)
            for index in timeline.customers
            if index and at[index] - at[index - 1] > self._silence
        ]

    def _chosen(self, found: list[Occurrence]) -> list[Occurrence]:
        match self._trigger.occurrence:
            case "first":
                return found[:1]
            case "last":
                return found[-1:]
            case "nth":
                return found[(self._trigger.n or 1) - 1 : self._trigger.n or 1]
            case "each" | "any":
                return found


def _at_message(timeline: Timeline, index: int, reason: str | None) -> Occurrence:
    at = None if timeline.times_missing else timeline.at[index]
    return Occurrence(index + 1, at, reason, (index,))
