"""The state of the customer's orders at the instant of a message (readings A25, A29, A72)."""

from bisect import bisect_left

from evaluators.bits import stretch
from evaluators.seen import NOWHERE, Seen, either, maybe
from evaluators.timeline import Timeline

_BOUGHT = frozenset({"paid", "shipped", "received", "refunding"})


def orders_known(timeline: Timeline) -> bool:
    """Absent, the record is taken as complete when it lists any order event."""
    known = timeline.session.orders_known
    return bool(timeline.orders) if known is None else known


def while_orders(timeline: Timeline, conditions: tuple[str, ...], mask: int) -> Seen:
    """Of these messages, those sent while the orders were in one of the states, and those of which nobody knows."""
    if not timeline.orders:
        return _before_any_order(timeline, conditions, mask)
    if timeline.times_missing:
        return maybe("times_missing", mask)
    parts = []
    for states, sent_then in _stretches(timeline):
        here = mask & sent_then
        if here:
            if not states:
                parts.append(_before_any_order(timeline, conditions, here))
            elif _among(states, conditions):
                parts.append(Seen(here))
    return either(parts) if parts else NOWHERE


def _before_any_order(timeline: Timeline, conditions: tuple[str, ...], mask: int) -> Seen:
    if not orders_known(timeline):
        return maybe("orders_unknown", mask)
    return Seen(mask) if "none" in conditions or "presale" in conditions else NOWHERE


def _among(states: frozenset[str], conditions: tuple[str, ...]) -> bool:
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
