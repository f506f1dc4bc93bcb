"""R12, R14, R18, R20, R23, R24, R25, R26, R28 without a judge: asked exactly where a judge would be asked.

Their trigger is an act of the customer, so nothing is decided without a judge; but silence, closers, order
states and windows already say where there is nothing to ask.
"""

from typing import Any

import pytest

from tests.builders import MINUTE, agent, auto_reply, bot, customer, order, system
from tests.evaluators.rules.tables import NO_JUDGE, NOT_APPLICABLE, Case, case, check, undetermined

BEFORE_ORDER = (
    "need_not_explored",
    "product_detail_not_explained",
    "requested_recommendation_missing",
    "promotion_inquiry_unanswered",
    "hesitation_without_retention",
    "hesitation_reason_not_asked",
    "price_concern_not_addressed",
)
PRESALE = ("improper_out_of_stock_reply", "after_sales_concern_not_addressed")
KNOWN: dict[str, Any] = {"orders_known": True}
ASKED = customer("这款有什么优惠吗", at=0)
OVER: dict[str, Any] = {"ended": 9 * MINUTE, "orders_known": True}

EVERYWHERE = [
    case("nobody wrote", NOT_APPLICABLE, **OVER),
    case("only closers", NOT_APPLICABLE, customer("好的", at=0), customer("谢谢👌", at=5), **OVER),
    case("an emoji", NOT_APPLICABLE, customer("", at=0, kind="emoji"), **OVER),
    case("a system notice", NOT_APPLICABLE, system("顾客进入会话", at=0), **OVER),
    case("paid before the message", NOT_APPLICABLE, order("paid", -5), ASKED, ended=9 * MINUTE),
    case("paid at the very instant", NOT_APPLICABLE, order("paid", 0), ASKED, ended=9 * MINUTE),
    case("orders unknown", undetermined("orders_unknown"), ASKED, ended=9 * MINUTE),
    case("orders unknown, but nothing was asked", NOT_APPLICABLE, customer("好的", at=0), ended=9 * MINUTE),
    case(
        "no times: the window needs a clock",
        undetermined("times_missing"),
        customer("有优惠吗", at=None),
        **OVER,
    ),
    case(
        "times missing comes before orders unknown",
        undetermined("times_missing"),
        customer("有优惠吗", at=None),
        ended=9 * MINUTE,
    ),
    case(
        "the window is open",
        undetermined("window_open", 2 * MINUTE),
        ASKED,
        observed=2 * MINUTE - 0.001,
        **KNOWN,
    ),
    case("equality closes it", NO_JUDGE, ASKED, observed=2 * MINUTE, **KNOWN),
    case("answered", NO_JUDGE, ASKED, agent("您平时喜欢什么风格", at=30), **OVER),
    case("silence: whether it was asked is the judge's to say", NO_JUDGE, ASKED, **OVER),
    case(
        "an order after the window changes nothing",
        NO_JUDGE,
        ASKED,
        order("paid", 8 * MINUTE),
        ended=9 * MINUTE,
    ),
    case("an automatic reply is no answer", NO_JUDGE, ASKED, auto_reply("稍后回复", at=1), **OVER),
]
UNPAID = case("created, not paid", NOT_APPLICABLE, order("created_unpaid", -5), ASKED, ended=9 * MINUTE)
STILL_PRESALE = [
    case(
        "created, not paid: still before the sale",
        NO_JUDGE,
        order("created_unpaid", -5),
        ASKED,
        ended=9 * MINUTE,
    ),
    case(
        "closed: still before the sale",
        NO_JUDGE,
        order("created_unpaid", -9),
        order("closed", -5),
        ASKED,
        ended=9 * MINUTE,
    ),
    case("shipped", NOT_APPLICABLE, order("shipped", -5), ASKED, ended=9 * MINUTE),
    case("refunding", NOT_APPLICABLE, order("refunding", -5), ASKED, ended=9 * MINUTE),
]


@pytest.mark.parametrize("row", EVERYWHERE, ids=lambda row: row.name)
@pytest.mark.parametrize("rule_id", BEFORE_ORDER + PRESALE)
def test_asks_exactly_where_a_judge_would_be_asked(rule_id: str, row: Case) -> None:
    check(rule_id, row)


@pytest.mark.parametrize("rule_id", BEFORE_ORDER)
def test_an_order_not_yet_paid_is_an_order(rule_id: str) -> None:
    check(rule_id, UNPAID)


@pytest.mark.parametrize("row", STILL_PRESALE, ids=lambda row: row.name)
@pytest.mark.parametrize("rule_id", PRESALE)
def test_before_the_sale_lasts_until_payment(rule_id: str, row: Case) -> None:
    check(rule_id, row)


@pytest.mark.parametrize("rule_id", ["promotion_inquiry_unanswered", "price_concern_not_addressed"])
def test_a_phrase_that_satisfies_the_duty_does_not_say_that_there_was_one(rule_id: str) -> None:
    check(rule_id, case("said", NO_JUDGE, ASKED, agent("已经是最低价格了亲", at=30), **OVER))


def test_the_agents_own_out_of_stock_starts_the_duty_too() -> None:
    said = agent("这款没货了", at=0)
    check("improper_out_of_stock_reply", case("agent", NO_JUDGE, said, **OVER))
    check("improper_out_of_stock_reply", case("bot", NO_JUDGE, bot("这款没货了", at=0), **OVER))
    check(
        "improper_out_of_stock_reply", case("nobody knows", undetermined("orders_unknown"), said, ended=600)
    )


@pytest.mark.parametrize("rule_id", [*BEFORE_ORDER, "after_sales_concern_not_addressed"])
def test_what_only_the_agent_says_starts_nothing(rule_id: str) -> None:
    check(rule_id, case("agent", NOT_APPLICABLE, agent("您可以再看看", at=0), **OVER))
