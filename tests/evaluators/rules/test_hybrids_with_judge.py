"""The hybrid rules with a judge that locates the acts: triggers, duties, windows and whose card it goes on."""

import asyncio
from collections.abc import Collection
from typing import Any

import pytest

from evaluators.inspection import inspect_session
from evaluators.testing import ScriptedJudge
from evaluators.types import Outcome
from tests.builders import Record, a_session, agent, auto_reply, bot, customer, order, transfer
from tests.evaluators.rules.tables import plan_for

#: rule, the act that triggers it, the acts that satisfy it
DUTIES = [
    ("need_not_explored", "asks_for_advice", ["need_exploration"]),
    ("product_detail_not_explained", "asks_product_detail", ["product_detail_explanation"]),
    ("requested_recommendation_missing", "asks_for_recommendation", ["product_recommendation"]),
    (
        "promotion_inquiry_unanswered",
        "asks_about_promotion",
        ["promotion_presentation", "price_concern_addressed"],
    ),
    ("hesitation_without_retention", "hesitates", ["retention_offered"]),
    ("hesitation_reason_not_asked", "hesitates", ["hesitation_reason_asked"]),
    (
        "price_concern_not_addressed",
        "asks_about_promotion",
        ["price_concern_addressed", "promotion_presentation"],
    ),
    ("price_concern_not_addressed", "asks_for_lower_price", ["price_concern_addressed"]),
    ("improper_out_of_stock_reply", "asks_about_restock", ["alternative_recommended", "restock_guidance"]),
    ("after_sales_concern_not_addressed", "asks_about_after_sales", ["after_sales_reassurance"]),
]
SATISFIED = [(rule_id, trigger, act) for rule_id, trigger, acts in DUTIES for act in acts]
ASKED = customer("这款怎么样呢", at=0)


def _judged(rule_id: str, script: dict[str, Collection[str]], *things: Record, **more: Any) -> Outcome:
    session = a_session(*things, **({"ended": 600, "orders_known": True} | more))
    inspection = asyncio.run(inspect_session(session, plan_for(rule_id), ScriptedJudge(script)))
    (outcome,) = inspection.outcomes
    return outcome


@pytest.mark.parametrize(("rule_id", "trigger"), [duty[:2] for duty in DUTIES])
def test_nothing_triggered(rule_id: str, trigger: str) -> None:
    assert _judged(rule_id, {}, ASKED, agent("嗯", at=5)).verdict == "not_applicable"


@pytest.mark.parametrize(("rule_id", "trigger"), [duty[:2] for duty in DUTIES])
def test_triggered_and_not_met(rule_id: str, trigger: str) -> None:
    outcome = _judged(rule_id, {trigger: ["m1"]}, ASKED, agent("嗯", at=5))
    assert (outcome.verdict, outcome.agent_id) == ("hit", "a-1")
    assert [quote.message_id for quote in outcome.evidence] == ["m1"]
    assert outcome.judge is not None


@pytest.mark.parametrize(("rule_id", "trigger", "act"), SATISFIED)
@pytest.mark.parametrize(
    ("reply", "verdict"),
    [
        (agent("这样", at=120), "no_hit"),
        (bot("这样", at=60), "no_hit"),
        (agent("这样", at=120.001), "hit"),
        (auto_reply("这样", at=60), "hit"),
        (customer("这样", at=60), "hit"),
        (agent("这样", at=60, recalled=70), "hit"),
    ],
)
def test_met_by_the_service_within_two_minutes(
    rule_id: str, trigger: str, act: str, reply: Record, verdict: str
) -> None:
    outcome = _judged(rule_id, {trigger: ["m1"], act: ["m2"]}, ASKED, reply)
    assert outcome.verdict == verdict


@pytest.mark.parametrize(("rule_id", "trigger"), [duty[:2] for duty in DUTIES])
def test_whoever_was_on_duty_when_the_time_was_up_bears_it(rule_id: str, trigger: str) -> None:
    things = (ASKED, agent("嗯", at=5), transfer(60, "a-1", "a-2"), agent("亲", at=300, by="a-3"))
    assert _judged(rule_id, {trigger: ["m1"]}, *things).agent_id == "a-2"


@pytest.mark.parametrize(("rule_id", "trigger"), [duty[:2] for duty in DUTIES])
def test_a_closer_triggers_nothing_whatever_the_judge_says(rule_id: str, trigger: str) -> None:
    outcome = _judged(rule_id, {trigger: ["m1"]}, customer("好的", at=0), agent("嗯", at=5))
    assert outcome.verdict == "not_applicable"


@pytest.mark.parametrize(("rule_id", "trigger"), [duty[:2] for duty in DUTIES])
def test_one_duty_not_met_is_enough(rule_id: str, trigger: str) -> None:
    met = next(acts[0] for rule, first, acts in DUTIES if (rule, first) == (rule_id, trigger))
    things = (ASKED, agent("这样", at=60), customer("那这款呢", at=200), agent("嗯", at=210))
    outcome = _judged(rule_id, {trigger: ["m1", "m3"], met: ["m2"]}, *things)
    assert (outcome.verdict, [quote.message_id for quote in outcome.evidence]) == ("hit", ["m3"])


@pytest.mark.parametrize("rule_id", ["promotion_inquiry_unanswered", "price_concern_not_addressed"])
@pytest.mark.parametrize("phrase", ["已经是最低价格了", "很优惠了", "活动价格", "性价比高"])
def test_a_listed_phrase_meets_the_duty(rule_id: str, phrase: str) -> None:
    outcome = _judged(rule_id, {"asks_about_promotion": ["m1"]}, ASKED, agent(f"亲{phrase}哦", at=60))
    assert outcome.verdict == "no_hit"


def test_the_agents_own_out_of_stock_is_not_its_answer() -> None:
    rule_id, script = "improper_out_of_stock_reply", {"says_out_of_stock": ["m1"], "restock_guidance": ["m1"]}
    assert _judged(rule_id, script, agent("没货了，可以收藏", at=0)).verdict == "hit"
    assert (
        _judged(
            rule_id, script | {"restock_guidance": ["m2"]}, agent("没货了", at=0), agent("收藏哦", at=9)
        ).verdict
        == "no_hit"
    )


@pytest.mark.parametrize(
    ("reply", "verdict", "bearer"),
    [
        (agent("查到了", at=900), "no_hit", None),
        (bot("查到了", at=900), "no_hit", None),
        (agent("查到了", at=900.001), "hit", "a-2"),
        (auto_reply("查到了", at=60), "hit", "a-2"),
        (agent("再稍等", at=60), "hit", "a-2"),
    ],
)
def test_missed_follow_up(reply: Record, verdict: str, bearer: str | None) -> None:
    script = {"substantive_follow_up": ["m2"]}
    outcome = _judged(
        "missed_follow_up", script, agent("稍等", at=0), reply, transfer(100, "a-1", "a-2"), ended=3600
    )
    assert (outcome.verdict, outcome.agent_id) == (verdict, bearer)


@pytest.mark.parametrize("act", ["product_detail_explanation", "selling_point_presentation"])
def test_selling_points(act: str) -> None:
    card = customer("", at=0, kind="product_card")
    assert (
        _judged("selling_point_not_presented", {act: ["m2"]}, card, agent("羊毛的", at=120)).verdict
        == "no_hit"
    )
    assert (
        _judged("selling_point_not_presented", {act: ["m2"]}, card, bot("羊毛的", at=60)).verdict == "no_hit"
    )
    assert (
        _judged("selling_point_not_presented", {act: ["m2"]}, card, auto_reply("羊毛的", at=60)).verdict
        == "hit"
    )
    assert _judged("selling_point_not_presented", {}, card, agent("在", at=60)).verdict == "hit"
    created = order("created_unpaid", -1)
    assert (
        _judged("selling_point_not_presented", {}, created, card, agent("在", at=60)).verdict
        == "not_applicable"
    )


def test_diversion_needs_phrase_and_judge() -> None:
    rule_id, act = "diversion_to_other_shop", "diversion_to_other_shop"
    assert _judged(rule_id, {act: ["m1"]}, agent("外面便宜", at=0)).verdict == "no_hit"
    assert _judged(rule_id, {act: []}, agent("其他家没有的", at=0)).verdict == "no_hit"
    outcome = _judged(rule_id, {act: ["m1"]}, agent("去别家看看", at=0))
    assert (outcome.verdict, outcome.score, outcome.agent_id) == ("hit", -100, "a-1")
    assert _judged(rule_id, {act: ["m1"]}, bot("去别家看看", at=0)).agent_id == "b-1"


@pytest.mark.parametrize(
    ("rule_id", "threat"),
    [
        ("complaint_encouraged", "threatens_complaint"),
        ("bad_review_encouraged", "threatens_bad_review"),
    ],
)
def test_encouraged_needs_threat_phrase_and_judge(rule_id: str, threat: str) -> None:
    things = (customer("我要投诉给差评", at=0), agent("随便", at=5, by="a-2"), agent("亲", at=9))
    both: dict[str, Collection[str]] = {threat: ["m1"], rule_id: ["m2"]}
    outcome = _judged(rule_id, both, *things)
    assert (outcome.verdict, outcome.score, outcome.agent_id) == ("hit", -100, "a-2")
    assert [quote.message_id for quote in outcome.evidence] == ["m1", "m2"]
    assert _judged(rule_id, {threat: ["m1"]}, *things).verdict == "no_hit"
    assert _judged(rule_id, {rule_id: ["m2"]}, *things).verdict == "not_applicable"
    assert _judged(rule_id, both, things[0], agent("抱歉", at=5)).verdict in ("no_hit", "not_applicable")
    assert _judged(rule_id, both, customer("好的", at=0), things[1]).verdict == "not_applicable"
