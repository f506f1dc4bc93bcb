"""The state of the customer's orders at the instant of a message (readings A25, A29, A72)."""

from bisect import bisect_left
from typing import Literal

from evaluators.bits import stretch
from evaluators.seen import Seen, either, maybe
from evaluators.timeline import Timeline
from evaluators.types import OrderEvent
from evaluators.units import instant

_BOUGHT = frozenset({"paid", "shipped", "received", "refunding"})
OrderAnswer = Literal[True, False, "orders_unknown", "times_missing"]


def orders_known(timeline: Timeline) -> bool:
    """Absent, the record is taken as complete when it lists any order event."""
    known = timeline.session.orders_known
    return bool(_events(timeline)) if known is None else known


def order_answers(timeline: Timeline, conditions: tuple[str, ...]) -> Seen:
    """The messages sent while the orders were in one of the states, and those of which nobody knows."""
    key = ("orders", conditions)
    answers: Seen | None = timeline.memo.get(key)
    if answers is None:
        answers = timeline.memo[key] = _order_answers(timeline, conditions)
    return answers


def _order_answers(timeline: Timeline, conditions: tuple[str, ...]) -> Seen:
    everyone = timeline.masks["anyone"]
    events = _events(timeline)
    if not events:
        return _seen(_before_any_order(timeline, conditions), everyone)
    if timeline.times_missing:
        return maybe("times_missing", everyone)
    parts, first = [], 0
    for until in [*(bisect_left(timeline.at, event[0]) for event in events), len(timeline.messages)]:
        if until > first:
            answer = order_is_at(timeline, timeline.at[first], conditions)
            parts.append(_seen(answer, stretch(first, until - 1)))
            first = until
    return either(parts)


def _seen(answer: OrderAnswer, where: int) -> Seen:
    if isinstance(answer, str):
        return maybe(answer, where)
    return Seen(where if answer else 0)


def _before_any_order(timeline: Timeline, conditions: tuple[str, ...]) -> OrderAnswer:
    if not orders_known(timeline):
        return "orders_unknown"
    return "none" in conditions or "presale" in conditions


def order_is_at(timeline: Timeline, at: int, conditions: tuple[str, ...]) -> OrderAnswer:
    """Whether the orders are in one of the states at an instant, or why nobody knows."""
    states: dict[str | None, str] = {}
    for event_at, order_id, state in _events(timeline):
        if event_at > at:
            break
        states[order_id] = state
    if not states:
        return _before_any_order(timeline, conditions)
    present = set(states.values())
    if "presale" in conditions and not present & _BOUGHT:
        return True
    return not present.isdisjoint(conditions)


def _events(timeline: Timeline) -> list[tuple[int, str | None, str]]:
    events = timeline.memo.get("orders")
    if events is None:
        events = [
            (instant(event.at), event.order_id, event.state)  # type: ignore[arg-type]
            for event in timeline.session.events
            if isinstance(event, OrderEvent)
        ]
        events.sort(key=lambda event: event[0])
        timeline.memo["orders"] = events
    found: list[tuple[int, str | None, str]] = events
    return found
