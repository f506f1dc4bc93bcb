"""What starts a duty: messages, late replies, order events, the customer coming back after silence."""

from bisect import bisect_left
from typing import NamedTuple

from evaluators.answers import Answers
from evaluators.behaviours import CompiledBehaviour
from evaluators.bits import indices
from evaluators.checks.base import Setting
from evaluators.grammar import Trigger
from evaluators.phrase_hits import Hit
from evaluators.seen import Seen
from evaluators.timeline import Timeline
from evaluators.turns import turns
from evaluators.types import OrderEvent
from evaluators.units import instant, microseconds


class Occurrence(NamedTuple):
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
        self._message = (
            CompiledBehaviour(
                trigger.message, setting.phrases, recalled=True, closers=trigger.message.by != "customer"
            )
            if trigger.message
            else None
        )
        self.acts = self._message.acts if self._message else frozenset()
        self.blind_key = (
            repr(trigger)
            if self._message is None
            else f"{self._message.blind_key} {trigger.occurrence} {trigger.n}"
        )
        self._slower_than = microseconds(trigger.slow_reply.longer_than) if trigger.slow_reply else 0
        self._silence = microseconds(trigger.silence) if trigger.silence else 0

    def find(self, timeline: Timeline, answers: Answers, among: int = -1) -> list[Occurrence] | None:
        """The occurrences that bring the duty, of messages `among` these; None when only times would tell
        whether there are any."""
        if self._message is not None:
            return self._chosen(self._of_messages(timeline, answers, among))
        if self._trigger.order is not None:
            return self._of_orders(timeline)
        if timeline.times_missing:
            return None if self._could_occur(timeline) else []
        found = self._of_slow_replies(timeline) if self._trigger.slow_reply else self._of_silences(timeline)
        return self._chosen(found)

    def seen(self, timeline: Timeline, answers: Answers) -> Seen | None:
        """Where a message trigger was seen; None for triggers of other kinds."""
        return self._message.see(timeline, answers) if self._message is not None else None

    def _could_occur(self, timeline: Timeline) -> bool:
        if self._trigger.slow_reply is not None:
            return bool(turns(timeline, self._trigger.slow_reply.clock, self._hours).answered)
        return len(timeline.customers) > 1

    def _of_messages(self, timeline: Timeline, answers: Answers, among: int) -> list[Occurrence]:
        assert self._message is not None
        seen = self._message.see(timeline, answers).within(among)
        found = [self._at_message(timeline, index, None) for index in indices(seen.certain)]
        for reason, mask in seen.open.items():
            found += [self._at_message(timeline, index, reason) for index in indices(mask)]
        return sorted(found, key=lambda occurrence: occurrence.first)

    def _at_message(self, timeline: Timeline, index: int, reason: str | None) -> Occurrence:
        at = None if timeline.times_missing else timeline.at[index]
        return Occurrence(index + 1, at, reason, (index,))

    def quote(self, timeline: Timeline, index: int) -> Hit | None:
        """What to quote of a message that triggered; None: the whole text."""
        return self._message.quote(timeline, index) if self._message is not None else None

    def _of_slow_replies(self, timeline: Timeline) -> list[Occurrence]:
        slow_reply = self._trigger.slow_reply
        assert slow_reply is not None
        all_turns = turns(timeline, slow_reply.clock, self._hours)
        found: list[Occurrence] = []
        if all_turns.longest <= self._slower_than:
            return found
        for start, reply in all_turns.all:
            if reply is not None and timeline.at[reply] - timeline.at[start] > self._slower_than:
                found.append(
                    Occurrence(reply, timeline.at[reply], None, (start, reply), actor=reply, turn=start)
                )
        return found

    def _of_orders(self, timeline: Timeline) -> list[Occurrence]:
        order = self._trigger.order
        assert order is not None
        found = []
        for event in timeline.session.events:
            if isinstance(event, OrderEvent) and event.state in order.state:
                at = instant(event.at)  # type: ignore[arg-type]
                first = 0 if timeline.times_missing else bisect_left(timeline.at, at)
                found.append(Occurrence(first, None if timeline.times_missing else at, None, ()))
        return self._chosen(sorted(found, key=lambda occurrence: occurrence.first))

    def _of_silences(self, timeline: Timeline) -> list[Occurrence]:
        found = []
        for index in timeline.customers:
            before = index - 1
            if before >= 0 and timeline.at[index] - timeline.at[before] > self._silence:
                found.append(self._at_message(timeline, index, None))
        return found

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
