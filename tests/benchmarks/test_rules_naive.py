"""The naive catalogue against outcomes worked out by hand: the yardstick is checked on its own."""

import json
from typing import Any

import pytest

from tests.benchmarks.rules import generate, naive
from tests.benchmarks.rules.lists import RULES
from tests.benchmarks.rules.text import is_closer, normalise, quote_span

HIT, MISS, NA, ASK = "hit", "no_hit", "not_applicable", "judge_unavailable"


def clock(seconds: float) -> str:
    """An instant that many seconds after ten o'clock."""
    whole, milli = divmod(round(seconds * 1000), 1000)
    return f"2026-11-01T{10 + whole // 3600:02}:{whole // 60 % 60:02}:{whole % 60:02}.{milli:03}+08:00"


def talk(*said: tuple[float, str, str], **more: Any) -> dict[str, Any]:
    """A session from (seconds, who, text); who: c, b, r, s as below, else an agent's id."""
    senders = {"c": "customer", "b": "bot", "r": "auto_reply", "s": "system"}
    messages = []
    for seconds, who, text in said:
        message = {"sender": senders.get(who, "agent"), "text": text, "sent_at": clock(seconds)}
        messages.append(message if who in senders else {**message, "sender_id": who})
    return {"session_id": "s", "messages": messages, **more}


def outcome(session: dict[str, Any], rule_id: str) -> dict[str, Any]:
    return next(each for each in naive.settle(naive.inspect(session)) if each["rule_id"] == rule_id)


def short(session: dict[str, Any], rule_id: str) -> str:
    found = outcome(session, rule_id)
    return str(found["reason_code"] or found["verdict"])


ENDED = {"ended_at": clock(7200)}
FOUR = [(181.0 + n, "a", "答") for n in range(4)]
CASES: list[tuple[int, dict[str, Any], str]] = [
    (1, talk((0, "c", "在吗"), **ENDED), NA),
    (1, talk((0, "c", "在吗"), (1, "a", "在")), "session_open"),
    (1, talk((0, "c", "在吗"), (1, "a", "在"), **ENDED), HIT),
    (1, talk((1, "a", "在"), (2, "a", "说"), (3, "r", "欢\u200b迎"), **ENDED), MISS),
    (1, talk((1, "a", "在"), (2, "a", "说"), (3, "b", "嗯"), (4, "a", "欢迎")), HIT),
    (4, talk((0, "a", "说过了")), MISS),
    (4, talk((0, "c", "我说过了")), HIT),
    (5, talk((0, "c", "问"), (180, "a", "答"), **ENDED), NA),
    (5, talk((0, "c", "好的"), (999, "a", "答"), **ENDED), NA),
    (5, talk((0, "c", "问"), (180.001, "a", "答"), **ENDED), HIT),
    (5, talk((0, "c", "问"), (181, "a", "答")), "session_open"),
    (5, talk((0, "c", "问"), (181, "a", "抱歉")), MISS),
    (5, talk((0, "c", "问"), *FOUR, (190, "r", "久等了")), MISS),
    (5, talk((0, "c", "问"), *FOUR, (188, "a", "答"), (190, "a", "久等了")), HIT),
    (5, talk((0, "c", "转人工"), (9, "b", "请讲"), (200, "a", "在"), **ENDED), HIT),
    (6, talk((0, "a", "稍等"), observed_until=clock(900)), HIT),
    (6, talk((0, "a", "稍等"), (5, "a", "请稍等"), observed_until=clock(899)), "window_open"),
    (6, talk((0, "a", "稍等"), (5, "a", "有货"), observed_until=clock(900)), ASK),
    (6, talk((0, "c", "稍等"), **ENDED), NA),
    (7, talk((0, "a", "请评价")), "session_open"),
    (7, talk((0, "c", "好评"), **ENDED), NA),
    (7, talk((0, "a", "请评价"), *((n, "c", "问") for n in range(1, 10)), **ENDED), MISS),
    (7, talk((0, "a", "请评价"), *((n, "c", "问") for n in range(1, 11)), **ENDED), HIT),
    (7, talk((0, "a", "在"), (9, "a", "请评价"), ended_at=clock(8)), HIT),
    (8, talk((0, "a", "评价好评评价"), **ENDED), MISS),
    (8, talk((0, "a", "评价"), (1, "b", "好评"), **ENDED), HIT),
    (32, talk((0, "a", "服务最近有升级,国家级别")), MISS),
    (32, talk((0, "c", "顶级")), MISS),
    (32, talk((0, "b", "服务最近、服务最好")), HIT),
    (33, talk((0, "r", "着急什么呀,急什么")), HIT),
    (51, talk((0, "a", "在")), NA),
    (51, talk((0, "c", "谢谢"), (20, "a", "在")), MISS),
    (51, talk((0, "c", "问"), (5, "b", "在"), (20.001, "a", "在")), HIT),
    (51, talk((0, "c", "问"), observed_until=clock(19.999)), "window_open"),
    (51, talk((0, "c", "问"), observed_until=clock(20)), HIT),
    (52, talk((0, "c", "问"), (5, "r", "在"), (90, "a", "在")), MISS),
    (53, talk((0, "c", "问"), (60, "a", "在")), "session_open"),
    (53, talk((0, "c", "问"), (99, "b", "在"), **ENDED), NA),
    (53, talk((0, "c", "问"), (20, "a", "在"), (30, "c", "问"), (130, "a", "在"), **ENDED), MISS),
    (53, talk((0, "c", "问"), (60.001, "a", "在"), (61, "c", "问"), **ENDED), HIT),
    (54, talk((0, "c", "好的👌!")), NA),
    (54, talk((0, "c", "问"), (360, "a", "在")), MISS),
    (54, talk((0, "c", "问"), (360.001, "a", "在")), HIT),
    (54, talk((0, "c", "问"), observed_until=clock(359)), "window_open"),
    (54, talk((0, "c", "问"), (350, "c", "人呢"), observed_until=clock(360)), HIT),
    (55, talk((0, "c", "问"), (1799.999, "a", "在")), MISS),
    (55, talk((0, "c", "问"), (1800, "a", "在")), HIT),
    (29, talk((0, "a", "其他家具也有")), MISS),
    (29, talk((0, "a", "其他家有")), ASK),
    (30, talk((0, "c", "我要投诉"), (1, "a", "请说"), (2, "a", "您讲")), NA),
    (30, talk((0, "c", "我要投诉"), (1, "a", "请说"), (2, "a", "说"), (3, "a", "随便")), ASK),
    (30, talk((0, "c", "投诉"), (1, "a", "说"), (2, "a", "说"), (3, "a", "说"), (4, "a", "随便")), NA),
    (12, talk((0, "c", "推荐"), observed_until=clock(120), orders_known=True), ASK),
    (12, talk((0, "c", "推荐"), observed_until=clock(119), orders_known=True), "window_open"),
    (12, talk((0, "c", "推荐"), observed_until=clock(119)), "orders_unknown"),
    (12, talk((0, "c", "好的"), observed_until=clock(119)), NA),
    (41, talk((0, "c", "谢谢")), ASK),
    (35, talk((0, "c", "问")), "session_open"),
    (35, talk((0, "c", "问"), **ENDED), NA),
]  # fmt: skip


@pytest.mark.parametrize(("number", "session", "expected"), CASES)
def test_outcome_worked_out_by_hand(number: int, session: dict[str, Any], expected: str) -> None:
    rule_id = next(each[1] for each in RULES if each[0] == number)
    assert short(session, rule_id) == expected


def test_the_worst_of_a_group_alone_scores_turn_by_turn() -> None:
    one_turn = talk((0, "c", "问"), (1800, "a", "在"), **ENDED)
    two_turns = talk((0, "c", "问"), (1800, "a", "在"), (1801, "c", "问"), (2200, "a", "抱歉"), **ENDED)
    scores = {
        rule: outcome(one_turn, rule)["score"] for rule in ("late_reply_without_apology", "reply_overdue")
    }
    assert scores == {"late_reply_without_apology": 0, "reply_overdue": 0}
    assert outcome(one_turn, "reply_severely_overdue")["score"] == -10
    assert outcome(two_turns, "reply_overdue")["score"] == -5
    assert outcome(one_turn, "slow_first_human_reply")["score"] == 0
    assert outcome(one_turn, "slow_first_reply")["score"] == -5


def test_who_is_charged() -> None:
    moved = talk(
        (0, "c", "问"), (9, "a", "在"), (20, "c", "再问"),
        events=[{"type": "transfer", "at": clock(10), "from_agent": "a", "to_agent": "z"}],
        observed_until=clock(5000),
    )  # fmt: skip
    assert outcome(moved, "reply_overdue")["agent_id"] == "z"
    assert outcome(talk((0, "b", "顶级")), "prohibited_superlative")["agent_id"] == "bot"


def test_an_order_counts_from_its_instant() -> None:
    order = {"type": "order", "at": clock(10), "order_id": "o", "state": "created_unpaid"}
    card = {"message_id": "k", "sender": "customer", "content_type": "product_card", "text": ""}
    before = talk(events=[order], observed_until=clock(999))
    before["messages"] = [{**card, "sent_at": clock(9.999)}]
    after = {**before, "messages": [{**card, "sent_at": clock(10)}]}
    assert short(before, "selling_point_not_presented") == HIT
    assert short(after, "selling_point_not_presented") == NA


def test_quotes_come_from_the_original() -> None:
    text = "😀我们是ＴＯＰ,全\u200b网\ufeff最低"
    assert quote_span(text, ("全网最",)) == (8, 13)
    assert text[8:13] == "全\u200b网\ufeff最"
    assert quote_span("说过了,我说过了", ("说过了", "我说过了")) == (0, 3)
    assert quote_span("①②", ("2",)) == (1, 2)


@pytest.mark.parametrize("text", ["好的", "好的~~", "OK!", "谢谢👌", "👌🏻", "嗯嗯,好的,谢谢您!", "ｏｋ"])
def test_closers(text: str) -> None:
    assert is_closer(normalise(text))


@pytest.mark.parametrize("text", ["好的吗", "???", "😡", "谢谢,那发什么快递", "在"])
def test_no_closers(text: str) -> None:
    assert not is_closer(normalise(text))


def test_generated_sessions_are_the_same_every_time() -> None:
    assert list(generate.sessions(3)) == list(generate.sessions(3))
    assert list(generate.sessions(5))[:3] == list(generate.sessions(3))
    lines = [json.dumps(session).encode() for session in generate.sessions(3)]
    assert len(list(naive.inspect_lines(iter(lines)))) == 3 * len(RULES)
