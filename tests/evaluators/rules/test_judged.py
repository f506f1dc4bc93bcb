"""The rules that are one act (R03, R09, R13 … R50), without a judge."""

from typing import Any

import pytest

from tests.builders import agent, auto_reply, bot, customer, order, system
from tests.evaluators.rules.tables import NO_JUDGE, NOT_APPLICABLE, case, check, undetermined

BY_SERVICE = (
    "praise_review_guidance",
    "need_exploration",
    "product_detail_explanation",
    "selling_point_presentation",
    "product_recommendation",
    "promotion_presentation",
    "agent_abuse",
)
BY_CUSTOMER = (
    "customer_satisfied",
    "customer_grateful",
    "customer_expectant",
    "dissatisfied_with_attitude",
    "dissatisfied_with_logistics",
    "dissatisfied_with_product",
    "dissatisfied_with_missing_items",
    "dissatisfied_other",
    "customer_abuse",
    "complaint_mentioned",
    "third_party_exposure",
)
PAID: dict[str, Any] = {"ended": 60, "orders_known": True}


@pytest.mark.parametrize("rule_id", BY_SERVICE)
def test_only_service_messages_are_asked_about(rule_id: str) -> None:
    check(rule_id, case("customer", NOT_APPLICABLE, customer("在吗", at=0)))
    check(rule_id, case("system", NOT_APPLICABLE, system("已接入", at=0)))
    check(rule_id, case("auto", NOT_APPLICABLE, auto_reply("您好", at=0)))
    check(rule_id, case("nobody", NOT_APPLICABLE))
    check(rule_id, case("agent", NO_JUDGE, agent("您平时穿多大", at=0)))
    check(rule_id, case("bot", NO_JUDGE, bot("您平时穿多大", at=0)))
    check(rule_id, case("no times", NO_JUDGE, agent("您平时穿多大", at=None)))


@pytest.mark.parametrize("rule_id", BY_CUSTOMER)
def test_only_customer_messages_are_asked_about(rule_id: str) -> None:
    check(rule_id, case("agent", NOT_APPLICABLE, agent("在吗", at=0)))
    check(rule_id, case("nobody", NOT_APPLICABLE, ended=9))
    check(rule_id, case("customer", NO_JUDGE, customer("谢谢，太好了", at=0)))
    check(rule_id, case("thanks are a closer, and still gratitude", NO_JUDGE, customer("谢谢", at=0)))


def test_what_was_taken_back_counts_for_the_red_line_only() -> None:
    taken_back = agent("你有病吧", at=0, recalled=1)
    check("agent_abuse", case("red line", NO_JUDGE, taken_back, ended=9))
    check("need_exploration", case("bonus", NOT_APPLICABLE, taken_back, ended=9))


def test_courteous_closing_is_about_the_last_five_service_messages() -> None:
    rule = "courteous_closing"
    check(rule, case("open", undetermined("session_open"), agent("祝您愉快", at=0)))
    check(rule, case("only the customer", NOT_APPLICABLE, customer("拜拜", at=0), ended=9))
    check(rule, case("after the end", NOT_APPLICABLE, agent("祝您愉快", at=10), ended=9))
    check(rule, case("something to ask about", NO_JUDGE, agent("祝您愉快", at=0), ended=9))


@pytest.mark.parametrize("state", ["paid", "shipped", "received", "refunding"])
@pytest.mark.parametrize("rule_id", ["order_or_payment_prompt", "out_of_stock_recovery"])
def test_nothing_to_ask_once_paid(rule_id: str, state: str) -> None:
    check(rule_id, case(state, NOT_APPLICABLE, order(state, 0), agent("现在拍下今天发", at=0), ended=60))


@pytest.mark.parametrize("rule_id", ["order_or_payment_prompt", "out_of_stock_recovery"])
def test_asked_before_payment_and_not_when_orders_are_unknown(rule_id: str) -> None:
    said = agent("现在拍下今天发", at=0)
    check(rule_id, case("none", NO_JUDGE, said, **PAID))
    check(rule_id, case("paid later", NO_JUDGE, said, order("paid", 1), ended=60))
    check(rule_id, case("unpaid", NO_JUDGE, order("created_unpaid", -5), said, ended=60))
    check(rule_id, case("unknown", undetermined("orders_unknown"), said, ended=60))
    check(rule_id, case("unknown, nobody spoke", NOT_APPLICABLE, customer("在吗", at=0), ended=60))


def test_a_closed_order_is_presale_but_neither_none_nor_unpaid() -> None:
    closed = (order("created_unpaid", -9), order("closed", -5), agent("现在拍下今天发", at=0))
    check("out_of_stock_recovery", case("presale", NO_JUDGE, *closed, ended=60))
    check("order_or_payment_prompt", case("closed", NOT_APPLICABLE, *closed, ended=60))
