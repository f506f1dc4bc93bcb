"""The engine against the catalogue written a second time by hand (`tests/benchmarks/rules`): same outcomes.

Small sessions out of a few nasty ingredients: instants on and beside every boundary, recalled messages,
closers, bots, transfers, nested and disguised phrases, missing times, unknown orders, two ways to end.
"""

import json
import random
from typing import Any

import msgspec
import pytest

from evaluators.catalogue.loading import load_catalogue
from evaluators.engine.plan import Plan, compile_plan
from evaluators.inspection import inspect_deterministic
from evaluators.sessions import decode_session
from tests.benchmarks.rules import generate, naive
from tests.benchmarks.rules.comparison import differences
from tests.benchmarks.rules.lists import RULES

STEPS = (
    0,
    0,
    1,
    5,
    19.999,
    20,
    20.001,
    60,
    60.001,
    119.999,
    120,
    120.001,
    179.999,
    180,
    180.001,
    360,
    360.001,
    900,
    1800,
)
SAID = {
    "customer": (
        "在吗", "好的", "好的谢谢👌", "嗯嗯~", "???", "转人工", "我说过了", "我刚刚说\u200b过了",
        "我要投诉", "给差评", "好评", "有货吗", "ＯＫ", "https://item.taobao.com/item.htm?id=1",
        "说了好几遍,说过了", "😡", "好的吗",
    ),
    "agent": (
        "您好", "欢\u200b迎光临", "在", "稍等", "我去查查,稍等", "抱歉", "不好意思,久等了", "给个好评",
        "【评价客服】", "满意度评价", "给您转接售后", "转接对应同事", "已经是最低价格了", "性价比高",
        "其他家具", "其他家", "去别家看看", "好的", "随便", "投诉是您的权利", "全网最低,国内最近",
        "服务最近", "服务最好,顶级", "国家级别", "国家级", "有货的", "着急什么", "急什么",
        "着急什么时候急什么", "极\ufeff品",
    ),
    "bot": (
        "您好", "请讲", "抱歉", "好评", "稍等", "顶级", "转接售后",
    ),
    "auto_reply": (
        "欢迎", "客服忙", "久等了", "评价", "急什么",
    ),
    "system": (
        "分配", "评价", "欢迎",
    ),
}  # fmt: skip
CONTENT = ("image", "emoji", "product_card", "link", "rating_invite", "order_card")
STATES = ("created_unpaid", "paid", "shipped", "received", "refunding", "closed")


def clock(seconds: float) -> str:
    """An instant that many seconds after ten o'clock."""
    minutes, milli = divmod(round(seconds * 1000), 60_000)
    return f"2026-11-01T{10 + minutes // 60:02}:{minutes % 60:02}:{milli // 1000:02}.{milli % 1000:03}+08:00"


def nasty_session(seed: int) -> dict[str, Any]:
    """A session of up to twelve messages made of boundary cases."""
    chance = random.Random(seed)
    now = 0.0
    messages = []
    for _ in range(chance.randint(0, 12)):
        now += chance.choice(STEPS)
        messages.append(_message(now, chance))
    instants = [0.0, now, *(now + step for step in STEPS), chance.uniform(0, now)]
    session: dict[str, Any] = {"session_id": f"n-{seed}", "messages": messages}
    session["events"] = [
        _event(chance.choice(instants), chance) for _ in range(chance.choice((0, 0, 1, 2, 4)))
    ]
    for name, share in (("ended_at", 0.5), ("observed_until", 0.3)):
        if chance.random() < share:
            session[name] = clock(now + chance.choice(STEPS))
    if chance.random() < 0.1:
        session["events"].append({"type": "end", "at": clock(chance.choice(instants))})
    if chance.random() < 0.6:
        session["orders_known"] = chance.random() < 0.8
    if chance.random() < 0.3:
        session["agents"] = [{"agent_id": "a"}, {"agent_id": "b"}, {"agent_id": "r1", "kind": "bot"}]
    if messages and chance.random() < 0.07:
        del chance.choice(messages)["sent_at"]
    chance.shuffle(messages) if chance.random() < 0.1 else None
    return session


def _message(now: float, chance: random.Random) -> dict[str, Any]:
    senders = ("customer", "agent", "bot", "auto_reply", "system")
    sender = chance.choices(senders, (10, 9, 2, 2, 1))[0]
    message: dict[str, Any] = {"sender": sender, "text": chance.choice(SAID[sender]), "sent_at": clock(now)}
    if sender == "agent":
        message["sender_id"] = chance.choice(("a", "a", "b"))
    elif sender == "bot" and chance.random() < 0.5:
        message["sender_id"] = "r1"
    if chance.random() < 0.1:
        message.update(content_type=chance.choice(CONTENT), text=chance.choice(("", message["text"])))
    if chance.random() < 0.1:
        message["recalled_at"] = clock(now + chance.choice(STEPS))
    return message


def _event(at: float, chance: random.Random) -> dict[str, Any]:
    kind = chance.choice(("order", "order", "transfer", "transfer", "rating"))
    event: dict[str, Any] = {"type": kind, "at": clock(at)}
    if kind == "order":
        return {**event, "order_id": chance.choice(("o1", "o2")), "state": chance.choice(STATES)}
    if kind == "rating":
        return {
            **event,
            "level": chance.randint(1, 5),
            **chance.choice(({}, {"agent_id": "a"}, {"agent_id": "b"})),
        }
    for name, who in (("from_agent", ("a", "b", "r1", None)), ("to_agent", ("a", "b", "z", None))):
        agent = chance.choice(who)
        if agent is not None:
            event[name] = agent
    return event


@pytest.fixture(scope="module")
def plan() -> Plan:
    return compile_plan(load_catalogue())


def disagreements(session: dict[str, Any], plan: Plan) -> list[str]:
    data = json.dumps(session)
    engine = [msgspec.to_builtins(outcome) for outcome in inspect_deterministic(decode_session(data), plan)]
    return differences(naive.settle(naive.inspect(json.loads(data))), engine)


@pytest.mark.parametrize("seed", range(300))
def test_nasty_sessions_have_the_same_outcomes(seed: int, plan: Plan) -> None:
    session = nasty_session(seed)
    assert disagreements(session, plan) == [], json.dumps(session, ensure_ascii=False, indent=1)


@pytest.mark.parametrize(
    "session", list(generate.sessions(40)), ids=lambda session: str(session["session_id"])
)
def test_generated_sessions_have_the_same_outcomes(session: dict[str, Any], plan: Plan) -> None:
    assert disagreements(session, plan) == []


def test_the_nasty_sessions_reach_every_verdict_of_the_rules_without_a_judge() -> None:
    """A differential test that never sees a hit would prove little."""
    decided = {1, 4, 5, 6, 7, 8, 10, 11, 16, 32, 33, 35, 36, 37, 38, 39, 51, 52, 53, 54, 55}
    names = {rule_id: number for number, rule_id, *_ in RULES}
    seen: dict[int, set[str]] = {number: set() for number in decided}
    for seed in range(300):
        for outcome in naive.inspect(nasty_session(seed)):
            if names[outcome["rule_id"]] in decided:
                seen[names[outcome["rule_id"]]].add(outcome["verdict"])
    without_hit = [number for number, verdicts in seen.items() if "hit" not in verdicts]
    assert without_hit == []
