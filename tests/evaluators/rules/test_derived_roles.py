"""The second catalogue: who may say what, who answers until when, and whose card it goes on."""

import pytest

from tests.builders import agent, auto_reply, bot, customer, order, transfer
from tests.evaluators.rules.tables import NO_HIT, case, check, hit

#: rule, what it must not hear, whether automatic messages count too
SAID_BY_THE_SHOP = [
    ("error_prone_wording", "满减规则", False),
    ("exaggerated_promise", "终身质保", True),
    ("deflecting_phrase", "你自己看详情页", False),
    ("offline_deal_suggested", "线下付款", False),
]


@pytest.mark.parametrize(("rule_id", "phrase", "automatic"), SAID_BY_THE_SHOP)
def test_who_must_not_say_it(rule_id: str, phrase: str, automatic: bool) -> None:
    check(rule_id, case("bot", hit("m1", agent="b-1"), bot(phrase, at=0)))
    expected = hit("m1", agent=None) if automatic else NO_HIT
    check(rule_id, case("automatic message", expected, auto_reply(phrase, at=0)))
    check(rule_id, case("customer", NO_HIT, customer(phrase, at=0)))


#: rule, what starts it, how long it waits, what satisfies it, whether an automatic message will do
WAITING = [
    ("opening_line_late", [customer("在吗", at=0)], 30, "您好", True),
    ("no_greeting_after_silence", [agent("再见", at=-700), customer("在吗", at=0)], 120, "在的", True),
    ("order_not_confirmed", [order("paid", 0)], 3600, "核对一下地址", True),
    ("slow_after_sales_reply", [order("paid", -9), customer("坏了", at=0)], 900, "在", False),
]


@pytest.mark.parametrize(("rule_id", "start", "limit", "answer", "automatic"), WAITING)
def test_who_may_answer_until_when_and_who_bears_it(
    rule_id: str, start: list[dict[str, object]], limit: int, answer: str, automatic: bool
) -> None:
    said = [thing for thing in start if "sender" in thing]
    evidence = [f"m{number}" for number, thing in enumerate(said, 1) if thing["sender"] == "customer"]
    missed = hit(*evidence, agent="a-2")
    after = (transfer(limit / 2, "a-1", "a-2"), agent("来了", at=limit + 60, by="a-3"))
    check(rule_id, case("nobody", missed, *start, *after, ended=9000))
    check(rule_id, case("in time", NO_HIT, *start, bot(answer, at=limit), *after, ended=9000))
    late = bot(answer, at=limit + 0.001)
    check(rule_id, case("late", missed, *start, late, *after, ended=9000))
    outcome = NO_HIT if automatic else missed
    check(rule_id, case("automatic", outcome, *start, auto_reply(answer, at=limit), *after, ended=9000))


@pytest.mark.parametrize(
    ("rule_id", "text"), [("customer_doubts_answer", "你记错了"), ("negative_emotion_word", "我很愤怒")]
)
def test_a_customers_words_go_to_whoever_is_on_duty(rule_id: str, text: str) -> None:
    things = (agent("您好", at=0), customer(text, at=5), agent("在", at=9, by="a-2"))
    check(rule_id, case("on duty", hit("m2", agent="a-1"), *things))


def test_a_bot_may_close_and_the_last_human_bears_it_where_nobody_does() -> None:
    rule_id = "closing_line_missing"
    check(rule_id, case("bot", NO_HIT, bot("祝您愉快", at=0), ended=9))
    check(
        rule_id,
        case("automatic message", hit("m1"), agent("嗯", at=0), auto_reply("祝您愉快", at=1), ended=9),
    )
    check(rule_id, case("bot last", hit("m2"), agent("嗯", at=0), bot("哦", at=1), ended=9))
