"""The state of the customer's orders at the instant of a message (readings A25, A29, A72)."""

from bisect import bisect_left

from evaluators.checks.seen import NOWHERE, Seen, either, maybe
from evaluators.timeline.bits import stretch
from evaluators.timeline.timeline import Timeline

_BOUGHT = frozenset({"paid", "shipped", "received", "refunding"})


def while_orders(timeline: Timeline, conditions: tuple[str, ...], mask: int) -> Seen:
    """Of these messages, those sent while the orders were in one of the states, and those of which nobody knows.

    Unless the session says so, its record of orders is taken as complete when it lists any.
    """
    if not timeline.orders:
        if not timeline.session.orders_known:
            return maybe("orders_unknown", mask)
        return Seen(mask) if _before_any_order(conditions) else NOWHERE
    if timeline.times_missing:
        return maybe("times_missing", mask)
    parts = []
    for states, sent_then in _stretches(timeline):
        here = mask & sent_then
        if not here:
            continue
        if not states and timeline.session.orders_known is False:
            parts.append(maybe("orders_unknown", here))
        elif _among(states, conditions):
            parts.append(Seen(here))
    return either(parts) if parts else NOWHERE


def _before_any_order(conditions: tuple[str, ...]) -> bool:
    return "none" in conditions or "presale" in conditions


def _among(states: frozenset[str], conditions: tuple[str, ...]) -> bool:
    if not states:
        return _before_any_order(conditions)
    if "presale" in conditions and not states & _BOUGHT:
        return True
    return not states.isdisjoint(conditions)


def _stretches(timeline: Timeline) -> list[tuple[frozenset[str], int]]:
    """The states all orders were in, and the messages sent meanwhile, in order of time."""
    known: list[tuple[frozenset[str], int]] | None = timeline.memo.get("orders")
    if known is None:
        known = timeline.memo["orders"] = []
        latest: dict[str | None, str] = {}
        first = 0
        for at, order_id, state in timeline.orders:
            until = bisect_left(timeline.at, at)
            if until > first:
                known.append((frozenset(latest.values()), stretch(first, until - 1)))
                first = until
            latest[order_id] = state
        if first < len(timeline.at):
            known.append((frozenset(latest.values()), stretch(first, len(timeline.at) - 1)))
    return known
