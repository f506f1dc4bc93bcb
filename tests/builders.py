"""Sessions for tests, written the way one would tell them: who says what, how many seconds in.

    a_session(customer("在吗", at=0), agent("您好", at=20), ended=30)

Message ids are m1, m2 … in the order written. All times are seconds after `START`.
"""

from datetime import datetime, timedelta, timezone
from typing import Any

from evaluators.sessions import convert_session
from evaluators.types import ChatSession

START = datetime(2026, 11, 1, 10, 0, tzinfo=timezone(timedelta(hours=8)))
Record = dict[str, Any]
MINUTE = 60


def clock(seconds: float) -> str:
    """RFC 3339, that many seconds after `START`."""
    return (START + timedelta(seconds=seconds)).isoformat()


def message(sender: str, text: str, at: float | None, sender_id: str | None = None, **more: Any) -> Record:
    """Any message; `kind` is its content type, `recalled` the second at which it was taken back."""
    record: Record = {"sender": sender, "text": text}
    if at is not None:
        record["sent_at"] = clock(at)
    if sender_id is not None:
        record["sender_id"] = sender_id
    if "kind" in more:
        record["content_type"] = more.pop("kind")
    if "recalled" in more:
        record["recalled_at"] = clock(more.pop("recalled"))
    return record | more


def customer(text: str = "", at: float | None = 0, **more: Any) -> Record:
    return message("customer", text, at, **more)


def agent(text: str = "", at: float | None = 0, by: str | None = "a-1", **more: Any) -> Record:
    return message("agent", text, at, by, **more)


def bot(text: str = "", at: float | None = 0, by: str | None = "b-1", **more: Any) -> Record:
    return message("bot", text, at, by, **more)


def auto_reply(text: str = "", at: float | None = 0, **more: Any) -> Record:
    return message("auto_reply", text, at, **more)


def system(text: str = "", at: float | None = 0, **more: Any) -> Record:
    return message("system", text, at, **more)


def order(state: str, at: float, order_id: str = "o-1") -> Record:
    return {"type": "order", "at": clock(at), "state": state, "order_id": order_id}


def transfer(at: float, source: str | None = "a-1", target: str | None = "a-2") -> Record:
    return {"type": "transfer", "at": clock(at), "from_agent": source, "to_agent": target}


def rating(level: int, at: float, agent_id: str | None = None) -> Record:
    return {"type": "rating", "at": clock(at), "level": level, "agent_id": agent_id}


def end(at: float) -> Record:
    return {"type": "end", "at": clock(at)}


def a_record(
    *things: Record, ended: float | None = None, observed: float | None = None, **more: Any
) -> Record:
    """A session as users submit it, from messages and events in any order.

    `ended` and `observed` are seconds; `more` are further fields such as `orders_known` or `agents`.
    """
    record: Record = {"session_id": "s-1", "messages": [], "events": []} | more
    if ended is not None:
        record["ended_at"] = clock(ended)
    if observed is not None:
        record["observed_until"] = clock(observed)
    for thing in things:
        record["events" if "type" in thing else "messages"].append(thing)
    return record


def a_session(
    *things: Record, ended: float | None = None, observed: float | None = None, **more: Any
) -> ChatSession:
    """Like `a_record`, decoded and completed."""
    return convert_session(a_record(*things, ended=ended, observed=observed, **more))
