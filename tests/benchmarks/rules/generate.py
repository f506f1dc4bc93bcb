"""Sessions for the benchmark: seeded, so that every run measures the same input; written one by one."""

import json
import random
import tomllib
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

SAID: dict[str, list[str]] = tomllib.loads(
    (Path(__file__).parent / "utterances.toml").read_text(encoding="utf-8")
)
BEIJING = timezone(timedelta(hours=8))
OPENING = datetime(2026, 11, 1, 0, 0, tzinfo=BEIJING)
ORDER_PATH = ("created_unpaid", "paid", "shipped", "received", "refunding")


def sessions(count: int, messages: int = 40, seed: int = 20261101) -> Iterator[dict[str, Any]]:
    """`count` sessions of `messages` messages each. The n-th session depends on the seed and n only."""
    for number in range(count):
        yield _session(number, messages, random.Random(f"{seed}-{number}"))


def write_sessions(path: Path, count: int, messages: int = 40, seed: int = 20261101) -> None:
    """JSONL, one session per line."""
    with path.open("w", encoding="utf-8") as file:
        for session in sessions(count, messages, seed):
            file.write(json.dumps(session, ensure_ascii=False) + "\n")


def _session(number: int, count: int, chance: random.Random) -> dict[str, Any]:
    start = OPENING + timedelta(seconds=chance.randrange(86_400 * 30))
    first, second = f"a-{chance.randrange(40)}", f"a-{40 + chance.randrange(40)}"
    session: dict[str, Any] = {
        "session_id": f"s-{number}",
        "platform": chance.choice(("taobao", "jd", "pinduoduo", "douyin")),
        "shop": f"shop-{chance.randrange(12)}",
        "group": chance.choice(("presale", "aftersale")),
        "customer_id": f"c-{number}",
        "started_at": start.isoformat(),
        "agents": [{"agent_id": agent, "kind": "human"} for agent in (first, second)],
    }
    session["agents"].append({"agent_id": "bot-1", "kind": "bot"})
    messages, events = _talk(start, count, first, second, chance)
    end = datetime.fromisoformat(messages[-1]["sent_at"])
    _spoil_some(messages, chance)
    session["messages"] = messages
    session["events"] = events + _events(session, end, second if events else first, chance)
    return session


def _talk(
    now: datetime, count: int, first: str, second: str, chance: random.Random
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """The messages, and the transfer in the middle if there is one."""
    hand_over = chance.randrange(6, count) if count > 8 and chance.random() < 0.2 else count
    with_bot = chance.random() < 0.25
    messages: list[dict[str, Any]] = []
    events: list[dict[str, Any]] = []
    sender, agent, greeted = "customer", first, False
    for place in range(count):
        if place == hand_over:
            at = now.isoformat(timespec="milliseconds")
            events = [{"type": "transfer", "at": at, "from_agent": first, "to_agent": second}]
            agent, greeted = second, False
        moment = "handing_over" if place == hand_over - 1 else "end" if place > count - 4 else "middle"
        if sender == "agent" and not greeted:
            moment, greeted = "greeting", True
        message = _message(place, sender, agent, chance, moment)
        message["sent_at"] = now.isoformat(timespec="milliseconds")
        messages.append(message)
        sender = _next_sender(sender, place, with_bot, chance)
        now += timedelta(milliseconds=int(_pause(sender, chance) * 1000))
    return messages, events


def _next_sender(sender: str, place: int, with_bot: bool, chance: random.Random) -> str:
    if chance.random() < 0.01:
        return "system"
    if sender == "customer":
        if place == 0 and chance.random() < 0.5:
            return "auto_reply"
        if chance.random() < 0.3:
            return "customer"
        return "bot" if with_bot and place < 10 else "agent"
    if chance.random() < 0.62:
        return "customer"
    return sender if sender in ("agent", "bot") else "agent"


def _pause(sender: str, chance: random.Random) -> float:
    """Seconds until the next message: bots at once, people in tens of seconds, now and then minutes."""
    if sender in ("bot", "auto_reply", "system"):
        return 0.4 + chance.random()
    return min(chance.lognormvariate(2.7 if sender == "agent" else 3.1, 0.9), 2_400.0)


def _message(place: int, sender: str, agent: str, chance: random.Random, moment: str) -> dict[str, Any]:
    """One message. `moment`: greeting, handing_over, end, or the middle of the talk."""
    message: dict[str, Any] = {"message_id": f"m{place + 1}", "sender": sender}
    if sender == "agent":
        message.update(sender_id=agent, text=_said(_agent_pool(moment, chance), chance))
        if moment == "end" and chance.random() < 0.05:
            message.update(content_type="rating_invite", text="请您对本次服务作出评价")
    elif sender == "customer":
        message["text"] = _said(_pick(chance, customer_rare=0.01, closers=0.18, customer=1), chance)
        if chance.random() < 0.03:
            message.update(content_type=chance.choice(("image", "product_card", "link")), text="")
    elif sender == "bot":
        message.update(sender_id="bot-1", text=_said("bot", chance))
    else:
        message["text"] = _said("auto_replies" if sender == "auto_reply" else "system", chance)
    return message


def _agent_pool(moment: str, chance: random.Random) -> str:
    if moment == "middle" or chance.random() < 0.3:
        return _pick(chance, agent_rare=0.003, agent=1)
    return {"greeting": "greetings", "handing_over": "transfers", "end": "farewells"}[moment]


def _pick(chance: random.Random, **pools: float) -> str:
    """The first pool whose share is drawn."""
    drawn = chance.random()
    for pool, share in pools.items():
        if drawn < share:
            return pool
        drawn -= share
    raise AssertionError("the shares end with 1")


def _said(pool: str, chance: random.Random) -> str:
    text = chance.choice(SAID[pool])
    while "{detail}" in text:
        text = text.replace("{detail}", chance.choice(SAID["details"]), 1)
    if chance.random() < 0.15:
        text += chance.choice(SAID["emoji"])
    return text


def _spoil_some(messages: list[dict[str, Any]], chance: random.Random) -> None:
    """What real exports have: recalled messages, now and then a missing time, messages out of order."""
    if chance.random() < 0.05:
        message = chance.choice(messages)
        message["recalled_at"] = message["sent_at"]
    if chance.random() < 0.02:
        del chance.choice(messages)["sent_at"]
    if chance.random() < 0.05:
        chance.shuffle(messages)


def _events(
    session: dict[str, Any], end: datetime, agent: str, chance: random.Random
) -> list[dict[str, Any]]:
    events: list[dict[str, Any]] = []
    if chance.random() < 0.6:
        session["orders_known"] = True
    if chance.random() < 0.4:
        at = end - timedelta(minutes=chance.randrange(0, 240))
        order = {"type": "order", "order_id": f"o-{session['session_id']}", "amount": "199.00"}
        for state in ORDER_PATH[: chance.randrange(1, 6)]:
            events.append({**order, "at": at.isoformat(), "state": state, "currency": "CNY"})
            at += timedelta(minutes=chance.randrange(1, 90))
    if chance.random() < 0.9:
        session["ended_at"] = (end + timedelta(seconds=chance.randrange(600))).isoformat()
    if chance.random() < 0.3:
        level = chance.choice((5, 5, 5, 4, 3, 2, 1))
        events.append({"type": "rating", "at": end.isoformat(), "level": level, "agent_id": agent})
    return events
