"""A decoded session prepared for the naive rules: its lines in order, its events, who is on duty."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from tests.benchmarks.rules.text import asks_for_human, is_closer, normalise, says

BOUGHT = ("paid", "shipped", "received", "refunding")


@dataclass(slots=True)
class Line:
    """One message."""

    place: int
    id: str
    sender: str
    sender_id: str | None
    content: str
    text: str
    norm: str
    at: Any  # a datetime, or None in a session where some message has no time
    recalled: bool
    closer: bool

    @property
    def is_service(self) -> bool:
        return self.sender in ("agent", "bot")

    @property
    def is_shop(self) -> bool:
        return self.sender in ("agent", "bot", "auto_reply")

    @property
    def is_dialogue(self) -> bool:
        return self.sender != "system" or self.content == "rating_invite"


def instant(value: str | int | None) -> datetime | None:
    """RFC 3339 or Unix milliseconds to an aware datetime."""
    if value is None:
        return None
    if isinstance(value, int):
        return datetime.fromtimestamp(value / 1000, UTC)
    return datetime.fromisoformat(value)


class Talk:
    """What the rules ask about a session."""

    def __init__(self, session: dict[str, Any]) -> None:
        self.id: str = session["session_id"]
        self.agents: list[dict[str, Any]] = session.get("agents", [])
        events = [{**event, "when": instant(event["at"])} for event in session.get("events", [])]
        events.sort(key=lambda event: event["when"])
        self.orders = [event for event in events if event["type"] == "order"]
        self.transfers = [event for event in events if event["type"] == "transfer"]
        self.ratings = [event for event in events if event["type"] == "rating"]
        known = session.get("orders_known")
        self.orders_known: bool = bool(self.orders) if known is None else known
        ends = [event["when"] for event in events if event["type"] == "end"]
        self.end = instant(session.get("ended_at")) or (ends[0] if ends else None)
        times = [instant(message.get("sent_at")) for message in session["messages"]]
        self.observed = (
            instant(session.get("observed_until"))
            or self.end
            or max([time for time in times if time] + [event["when"] for event in events], default=None)
        )
        self.lines = [
            self._line(m, n, at) for n, (m, at) in enumerate(zip(session["messages"], times, strict=True))
        ]
        self.timed = all(times)
        if self.timed:
            self.lines.sort(key=lambda line: line.at)
            for place, line in enumerate(self.lines):
                line.place = place

    def _line(self, message: dict[str, Any], place: int, at: datetime | None) -> Line:
        text = message.get("text", "")
        norm = normalise(text)
        content = message.get("content_type", "text")
        taken_back = instant(message.get("recalled_at"))
        return Line(
            place=place,
            id=message.get("message_id") or f"m{place + 1}",
            sender=message["sender"],
            sender_id=message.get("sender_id"),
            content=content,
            text=text,
            norm=norm,
            at=at,
            recalled=taken_back is not None and (self.observed is None or taken_back <= self.observed),
            closer=message["sender"] == "customer" and (content == "emoji" or is_closer(norm)),
        )

    @property
    def over(self) -> bool:
        return self.end is not None

    def before_the_end(self) -> list[Line]:
        """The lines that are not recalled and not after the end."""
        return [
            line
            for line in self.lines
            if not line.recalled and (not self.timed or self.end is None or line.at <= self.end)
        ]

    def turns(self, clock: str) -> list[tuple[Line, Line | None]]:
        """(first unanswered customer message, reply) pairs. Clocks: `service`, `human`."""
        found: list[tuple[Line, Line | None]] = []
        start = None
        human_only = clock == "human"
        for line in self.lines:
            if line.sender == "customer":
                if says(line.norm, asks_for_human()):
                    human_only = True
                if start is None and not line.closer:
                    start = line
            elif start is not None and (line.sender == "agent" or (line.sender == "bot" and not human_only)):
                found.append((start, line))
                start = None
        if start is not None:
            found.append((start, None))
        return found

    def no_order(self, line: Line) -> str:
        """`yes`, `no` or the reason why it is unknown whether no order had been created."""
        return self._order_state(line, lambda states: not states)

    def presale(self, line: Line) -> str:
        """Likewise: no order was paid, shipped, received or refunding."""
        return self._order_state(line, lambda states: not any(state in BOUGHT for state in states))

    def nothing_paid_yet(self, line: Line) -> str:
        """Likewise: no order was created, or one is waiting for its payment."""
        return self._order_state(line, lambda states: not states or "created_unpaid" in states)

    def _order_state(self, line: Line, holds: Any) -> str:
        if self.orders and not self.timed:
            return "times_missing"
        so_far = [event for event in self.orders if event["when"] <= line.at] if self.orders else []
        if not so_far and not self.orders_known:
            return "orders_unknown"
        latest = {event.get("order_id"): event["state"] for event in so_far}
        return "yes" if holds(list(latest.values())) else "no"

    def on_duty(self, at: datetime, moves: list[dict[str, Any]] | None = None) -> str | None:
        """Whose conversation it is at that instant, by these transfers."""
        moves = self.transfers if moves is None else moves
        moves = [event for event in moves if event.get("to_agent") and event["when"] <= at]
        spoke = (
            [line for line in self.lines if line.sender == "agent" and line.at <= at] if self.timed else []
        )
        if moves and (not spoke or moves[-1]["when"] >= spoke[-1].at):
            return str(moves[-1]["to_agent"])
        return spoke[-1].sender_id if spoke else self._first_human() or self._bot()

    def on_duty_with(self, line: Line) -> str | None:
        """Likewise at a message; without times, who spoke last up to it."""
        if self.timed:
            return self.on_duty(line.at)
        spoke = [other for other in self.lines[: line.place + 1] if other.sender == "agent"]
        return spoke[-1].sender_id if spoke else self._first_human() or self._bot()

    def hands_over(self, transfer: dict[str, Any]) -> str | None:
        """Whose transfer it is: the agent on duty before it where it does not say so."""
        said: str | None = transfer.get("from_agent")
        return said or self.on_duty(transfer["when"], self.transfers[: self.transfers.index(transfer)])

    def _first_human(self) -> str | None:
        if self.transfers and self.transfers[0].get("from_agent"):
            return str(self.transfers[0]["from_agent"])
        for line in self.lines:
            if line.sender == "agent":
                return line.sender_id
        return next(
            (agent["agent_id"] for agent in self.agents if agent.get("kind", "human") == "human"), None
        )

    def _bot(self) -> str | None:
        """The bot that takes part, or is listed."""
        for line in self.lines:
            if line.sender == "bot":
                return line.sender_id or "bot"
        bots = [agent["agent_id"] for agent in self.agents if agent.get("kind") == "bot"]
        return bots[0] if bots else None

    def last_human(self) -> str | None:
        """The human who spoke last; nobody did: who is on duty in the end."""
        spoke = [line for line in self.lines if line.sender == "agent"]
        return spoke[-1].sender_id if spoke else self.on_duty(datetime.max.replace(tzinfo=UTC))

    def author(self, line: Line) -> str | None:
        """Whose card a message goes on."""
        if line.sender == "agent":
            return line.sender_id
        if line.sender == "bot":
            return line.sender_id or "bot"
        return self.on_duty_with(line)
