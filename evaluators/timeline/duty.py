"""Whose card a finding goes on: who sent a message, who was on duty (readings A24, A40, A41)."""

from bisect import bisect_left, bisect_right

from evaluators.timeline.bits import highest, lowest, stretch
from evaluators.timeline.timeline import Timeline
from evaluators.timeline.units import instant

_FOREVER = 2**62


def sender_of(timeline: Timeline, index: int) -> str | None:
    """The agent who sent a message; for the customer's and the platform's messages, the one on duty."""
    message = timeline.messages[index]
    if message.sender == "bot":
        return message.sender_id or "bot"
    if message.sender == "agent":
        return message.sender_id or _declared(timeline, index)
    return on_duty_at_message(timeline, index)


def on_duty_at_message(timeline: Timeline, index: int) -> str | None:
    """The agent on duty when a message is sent."""
    if not timeline.times_missing:
        return on_duty(timeline, timeline.at[index])
    earlier = timeline.masks["human"] & stretch(0, index)
    return sender_of(timeline, highest(earlier)) if earlier else _first_on_duty(timeline)


def on_duty(timeline: Timeline, at: int) -> str | None:
    """The agent on duty at an instant: the last human to write or to be handed the session by then."""
    if not timeline.transfers:
        wrote = timeline.masks["human"] & stretch(0, bisect_right(timeline.at, at) - 1)
        return sender_of(timeline, highest(wrote)) if wrote else _first_on_duty(timeline)
    return _on_duty_after(timeline, bisect_right(_points(timeline), (at, 2, 0)))


def hands_over(timeline: Timeline, number: int) -> str | None:
    """Who hands the session over in the transfer of that number: by its record, else who was on duty before it."""
    event = timeline.transfers[number]
    if event.from_agent:
        return event.from_agent
    at = instant(event.at)  # type: ignore[arg-type]
    return _on_duty_after(timeline, bisect_left(_points(timeline), (at, 1, number)))


def _on_duty_after(timeline: Timeline, position: int) -> str | None:
    if not position:
        return _first_on_duty(timeline)
    _, kind, reference = _points(timeline)[position - 1]
    return timeline.transfers[reference].to_agent if kind else sender_of(timeline, reference)


def last_human(timeline: Timeline) -> str | None:
    """The human whom the whole session is put down to."""
    humans = timeline.masks["human"]
    if humans:
        return sender_of(timeline, highest(humans))
    return on_duty(timeline, _FOREVER)


def is_bot(timeline: Timeline, agent_id: str | None) -> bool:
    """Listed as a bot, or known only by what a bot sent."""
    for agent in timeline.session.agents:
        if agent.agent_id == agent_id:
            return agent.kind == "bot"
    senders = {message.sender for message in timeline.messages if message.sender_id == agent_id}
    return "bot" in senders and "agent" not in senders


def _points(timeline: Timeline) -> list[tuple[int, int, int]]:
    """(instant, 0 message / 1 transfer, index): at the same instant a message comes before a transfer."""
    points: list[tuple[int, int, int]] | None = timeline.memo.get("duty")
    if points is None:
        points = (
            [] if timeline.times_missing else [(timeline.at[index], 0, index) for index in timeline.humans]
        )
        events = enumerate(timeline.transfers)
        points += [(instant(event.at), 1, number) for number, event in events if event.to_agent]  # type: ignore[arg-type]
        points.sort()
        timeline.memo["duty"] = points
    return points


def _first_on_duty(timeline: Timeline) -> str | None:
    moves = timeline.transfers
    if moves and moves[0].from_agent:
        return moves[0].from_agent
    humans, bots = timeline.masks["human"], timeline.masks["bot"]
    if humans and timeline.messages[lowest(humans)].sender_id:
        return timeline.messages[lowest(humans)].sender_id
    for agent in timeline.session.agents:
        if agent.kind == "human":
            return agent.agent_id
    if bots:
        return timeline.messages[lowest(bots)].sender_id or "bot"
    return next((agent.agent_id for agent in timeline.session.agents), None)


def _declared(timeline: Timeline, index: int) -> str | None:
    """Who wrote an agent's message that names no sender: by the transfers, else the first human listed."""
    holder: str | None = None
    for event in timeline.transfers:
        if not timeline.times_missing and instant(event.at) < timeline.at[index]:  # type: ignore[arg-type]
            holder = event.to_agent or holder
        elif holder is None:
            holder = event.from_agent
    if holder is not None:
        return holder
    return next((agent.agent_id for agent in timeline.session.agents if agent.kind == "human"), None)
