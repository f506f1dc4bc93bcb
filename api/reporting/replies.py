"""Reply times of one session, measured with the clocks of the rules that judge them."""

from collections import defaultdict
from collections.abc import Iterable
from statistics import fmean
from typing import NamedTuple

from evaluators.grammar.kinds import ReplyTime, Rule
from evaluators.timeline.bits import indices
from evaluators.timeline.duty import sender_of
from evaluators.timeline.timeline import Timeline
from evaluators.timeline.turns import ServiceHours, turns
from evaluators.timeline.units import SECOND


class Replies(NamedTuple):
    """Seconds. `by_rule`: what each reply-time rule measures; `by_agent`: answered turns of each human."""

    by_rule: dict[str, tuple[float, ...]]
    by_agent: dict[str, tuple[float, ...]]


NOTHING_MEASURED = Replies({}, {})


def measure_replies(timeline: Timeline, rules: Iterable[Rule], hours: ServiceHours | None = None) -> Replies:
    """Nothing where a message has no time: then there is nothing to measure."""
    if timeline.times_missing:
        return NOTHING_MEASURED
    measured = {rule.id: _measured(timeline, rule, hours) for rule in rules if isinstance(rule, ReplyTime)}
    return Replies(measured, _by_agent(timeline, hours))


def _measured(timeline: Timeline, rule: ReplyTime, hours: ServiceHours | None) -> tuple[float, ...]:
    if rule.measure == "first_reply":
        return _first_reply(timeline, rule.clock, hours)
    waits = [wait for _, wait in _answered(timeline, rule.clock, hours)]
    if rule.measure == "session_average":
        return (fmean(waits),) if waits else ()
    return tuple(waits)


def _first_reply(timeline: Timeline, clock: str, hours: ServiceHours | None) -> tuple[float, ...]:
    if not timeline.customers:
        return ()
    start = timeline.customers[0]
    if hours is not None and not hours.open_at(timeline.at[start]):
        return ()
    reply = next((index for index in indices(timeline.masks[clock]) if index > start), None)
    return () if reply is None else (_seconds(timeline, start, reply),)


def _answered(timeline: Timeline, clock: str, hours: ServiceHours | None) -> list[tuple[int, float]]:
    """Index of the reply and how long the customer waited for it, for each answered turn."""
    return [
        (turn.reply, _seconds(timeline, turn.start, turn.reply))
        for turn in turns(timeline, clock, hours).all
        if turn.reply is not None
    ]


def _by_agent(timeline: Timeline, hours: ServiceHours | None) -> dict[str, tuple[float, ...]]:
    found: defaultdict[str, list[float]] = defaultdict(list)
    for reply, wait in _answered(timeline, "human", hours):
        agent = sender_of(timeline, reply)
        if agent is not None:
            found[agent].append(wait)
    return {agent: tuple(waits) for agent, waits in found.items()}


def _seconds(timeline: Timeline, start: int, end: int) -> float:
    return (timeline.at[end] - timeline.at[start]) / SECOND
