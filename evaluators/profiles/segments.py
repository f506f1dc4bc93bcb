"""Which part of a profile a session comes under, and from when a change holds."""

from datetime import UTC, datetime, time, timedelta, tzinfo
from typing import Any, NamedTuple

from evaluators.types import Agent, ChatSession


class Segment(NamedTuple):
    """The keys by which layers are chosen."""

    shop: str | None
    group: str | None
    tier: str | None


def segment_of(session: ChatSession) -> Segment:
    """The session's shop; its group, else that of its first human agent; the tier of its first human agent.

    The first human agent is the listed one who wrote first; if none of those listed wrote, the first listed.
    """
    agent = _first_human(session)
    if agent is None:
        return Segment(session.shop, session.group, None)
    return Segment(session.shop, session.group or agent.group, agent.tier)


def effective_from(now: datetime, timezone: tzinfo) -> datetime:
    """When a change made at `now` (aware) takes effect: 00:00 of the next day in the shop's zone.

    Where clocks jump over midnight that day, the first instant of the day.
    """
    if now.tzinfo is None:
        raise ValueError("expected an aware datetime")
    tomorrow = now.astimezone(timezone).date() + timedelta(days=1)
    midnight = datetime.combine(tomorrow, time.min, timezone)
    return midnight.astimezone(UTC).astimezone(timezone)


def _first_human(session: ChatSession) -> Agent | None:
    humans = {agent.agent_id: agent for agent in session.agents if agent.kind == "human"}
    if len(humans) < 2:
        return next(iter(humans.values()), None)
    wrote = [
        message for message in session.messages if message.sender == "agent" and message.sender_id in humans
    ]
    if not wrote:
        return next(iter(humans.values()))
    times: list[Any] = [message.sent_at for message in wrote]
    first = wrote[0] if None in times else wrote[times.index(min(times))]
    return humans[first.sender_id or ""]
