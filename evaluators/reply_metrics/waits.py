"""How long customers waited for a reply, question by question, as a platform counts it."""

from collections.abc import Iterator
from typing import NamedTuple

from evaluators.reply_metrics.timing import TimingProfile
from evaluators.timeline.closers import closes
from evaluators.timeline.timeline import Timeline
from evaluators.timeline.units import instant, moment
from evaluators.types import Message, TransferEvent

_REPLIES = {
    "human": frozenset({"agent"}),
    "service": frozenset({"agent", "bot"}),
    "shop": frozenset({"agent", "bot", "auto_reply"}),
}
_FOR_EVER = 1 << 62


class Wait(NamedTuple):
    """One question, in microseconds. `waited` None: no reply, and none came for `silent` at least."""

    day: str
    waited: int | None
    silent: int = 0


def waits_of(timeline: Timeline, timing: TimingProfile) -> list[Wait]:
    """Every question of the session that counts. The timeline must have times.

    A question is a customer message; for the unit `turn` only the first of those waiting for the same reply.
    What merely closes (好的, 谢谢 …) asks nothing, unless the profile counts it.
    """
    hours = timing.service_hours.compiled() if timing.service_hours is not None else None
    zone = timeline.zone if hours is None else hours.zone
    last = timeline.at[-1] if timeline.at else 0
    known_until = last if timeline.observed_until is None else timeline.observed_until
    waits = []
    for asked, replied, lost in _questions(timeline, timing):
        if hours is None or hours.open_at(asked):
            silent = _FOR_EVER if lost else known_until - asked
            waited = None if replied is None else replied - asked
            waits.append(Wait(moment(asked, zone).date().isoformat(), waited, silent))
    return waits


def _questions(timeline: Timeline, timing: TimingProfile) -> Iterator[tuple[int, int | None, bool]]:
    """When it was asked, when replied, and whether it was handed over unanswered and so is lost."""
    replies = _REPLIES[timing.clock]
    handovers = _handovers(timeline) if timing.per_agent else []
    pending: list[int] = []
    for at, message in zip(timeline.at, timeline.messages, strict=True):
        while handovers and handovers[0] < at:
            handovers.pop(0)
            yield from ((asked, None, True) for asked in pending)
            pending = []
        if message.sender in replies:
            yield from ((asked, at, False) for asked in pending)
            pending = []
        elif _asks(message, timing) and (timing.unit != "turn" or not pending):
            pending.append(at)
    yield from ((asked, None, bool(handovers)) for asked in pending)


def _handovers(timeline: Timeline) -> list[int]:
    """Instants of the transfers by human sub-accounts. A bot that hands over leaves its question open."""
    session = timeline.session
    bots: set[str | None] = {agent.agent_id for agent in session.agents if agent.kind == "bot"}
    bots |= {message.sender_id or "bot" for message in timeline.messages if message.sender == "bot"}
    spoke = [at for at, m in zip(timeline.at, timeline.messages, strict=True) if m.sender == "agent"]
    found = []
    for event in session.events:
        if isinstance(event, TransferEvent):
            at = instant(event.at)  # type: ignore[arg-type]
            human = event.from_agent not in bots if event.from_agent else bool(spoke) and spoke[0] <= at
            found += [at] if human else []
    return sorted(found)


def _asks(message: Message, timing: TimingProfile) -> bool:
    if message.sender != "customer":
        return False
    return timing.count_closers or not (message.content_type == "emoji" or closes(message.text))
