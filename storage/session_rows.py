"""A session as rows: what of it is searched and counted by."""

from datetime import datetime
from typing import Any, Literal, TypeVar

from evaluators.phrases.text import fold
from evaluators.profiles import segment_of
from evaluators.scoring.scorecard import served_by
from evaluators.types import ChatSession, EndEvent, OrderEvent, OrderState, RatingEvent, TransferEvent
from storage.instants import to_microseconds

_Event = TypeVar("_Event", OrderEvent, RatingEvent)


def to_row(session: ChatSession, revision: int, received_at: datetime) -> dict[str, Any]:
    """The columns of `sessions` but for the latest inspection."""
    return {
        "session_id": session.session_id,
        "revision": revision,
        "platform": session.platform,
        "shop": session.shop,
        "group_name": segment_of(session).group,
        "customer_id": session.customer_id,
        "started_at": started_at(session) or received_at,
        "ended_at": ended_at(session),
        "received_at": received_at,
        "message_count": len(session.messages),
        "order_state": order_state(session),
        "satisfaction": satisfaction(session),
    }


def started_at(session: ChatSession) -> datetime | None:
    """Given, else the earliest time of a message."""
    if isinstance(session.started_at, datetime):
        return session.started_at
    times = [message.sent_at for message in session.messages if isinstance(message.sent_at, datetime)]
    return min(times, default=None)


def ended_at(session: ChatSession) -> datetime | None:
    """Given, else that of the first `end` event."""
    ends = (session.ended_at, *(event.at for event in session.events if isinstance(event, EndEvent)))
    return next((end for end in ends if isinstance(end, datetime)), None)


def order_state(session: ChatSession) -> OrderState | Literal["none"] | None:
    """Of the latest order event; `none` where the record is complete and has no order, None where it may
    not be.
    """
    orders = [event for event in session.events if isinstance(event, OrderEvent)]
    if not orders:
        return "none" if session.orders_known else None
    return _latest(orders).state


def satisfaction(session: ChatSession) -> int | None:
    """Level of the last rating."""
    ratings = [event for event in session.events if isinstance(event, RatingEvent)]
    return _latest(ratings).level if ratings else None


def _at(event: OrderEvent | RatingEvent) -> int:
    assert isinstance(event.at, datetime), "a completed session has instants"
    return to_microseconds(event.at)


def _latest(events: list[_Event]) -> _Event:
    """The last of equals in input order."""
    return sorted(events, key=_at)[-1]


def agents_of(session: ChatSession) -> list[str]:
    """Everyone an outcome may be charged to: served the session, took part in a transfer or was rated.
    Sorted.
    """
    found = set(served_by(session))
    for event in session.events:
        if isinstance(event, TransferEvent):
            found |= {agent for agent in (event.from_agent, event.to_agent) if agent}
        elif isinstance(event, RatingEvent) and event.agent_id:
            found.add(event.agent_id)
    return sorted(found)


def folded_text(session: ChatSession) -> str:
    """Every message on a line of its own, so that a text found is found within one message."""
    texts = (fold(message.text).replace("\n", " ").replace("\0", " ") for message in session.messages)
    return "\n".join(texts)
