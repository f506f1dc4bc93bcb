"""R01 and R02: the first and the last words."""

import pytest
from msgspec.structs import replace

from evaluators.engine.plan import compile_plan
from evaluators.grammar.kinds import Absence, Says
from evaluators.inspection import inspect_deterministic
from tests.builders import (
    a_session,
    agent,
    auto_reply,
    bot,
    customer,
    system,
)
from tests.evaluators.rules.tables import (
    NO_HIT,
    NOT_APPLICABLE,
    Case,
    case,
    check,
    hit,
    outcome_of,
    undetermined,
    whole_catalogue,
)

WELCOME = [
    case("nobody of the shop wrote: the timers' affair", NOT_APPLICABLE, customer("在吗", at=0), ended=60),
    case("only a system notice", NOT_APPLICABLE, system("欢迎", at=0), ended=60),
    case("the first greets", NO_HIT, customer("在吗", at=0), agent("您好，请讲", at=5)),
    case("the third greets", NO_HIT, agent("在", at=1), agent("亲", at=2), agent("欢迎光临", at=3), ended=9),
    case("the bot greets", NO_HIT, bot("欢迎光临本店", at=0), agent("在", at=1), ended=9),
    case(
        "the automatic message greets", NO_HIT, auto_reply("很高兴为您服务", at=0), agent("在", at=1), ended=9
    ),
    case("two without, still open", undetermined("session_open"), agent("在", at=1), agent("亲", at=2)),
    case(
        "the customer's greeting is not the shop's",
        hit("m2"),
        customer("您好", at=0),
        agent("在", at=5),
        ended=9,
    ),
    case(
        "the fourth is too late",
        hit("m3"),
        agent("在", at=1),
        agent("亲", at=2),
        agent("说", at=3),
        agent("您好", at=4),
    ),
    case(
        "three without: decided while open",
        hit("m3"),
        agent("在", at=1),
        agent("亲", at=2),
        agent("说", at=3),
    ),
    case(
        "a recalled greeting greets nobody, nor is it among the three",
        hit("m4"),
        agent("您好", at=0, recalled=1),
        agent("在", at=2),
        agent("亲", at=3),
        agent("说", at=4),
    ),
    case(
        "an automatic message without greeting: who is on duty",
        hit("m1"),
        auto_reply("稍后回复", at=0),
        customer("在吗", at=1),
        ended=60,
        agents=[{"agent_id": "a-1"}],
    ),
    case(
        "no times: order is input order", hit("m2"), customer("在吗", at=None), agent("说", at=None), ended=9
    ),
    case("nothing is matched across spaces", hit("m1"), agent("您 好", at=0), ended=9),
    case("width, zero-width characters and case do not hide it", NO_HIT, agent("您\u200b好", at=0), ended=9),
]
STANDARD = ("感谢您的光临", "祝您生活愉快")
CLOSING = [
    case("no service message", NOT_APPLICABLE, customer("在吗", at=0), ended=60),
    case("not over", undetermined("session_open"), agent("祝您生活愉快", at=0)),
    case(
        "third from the end", NO_HIT, agent("感谢您的光临", at=0), agent("1", at=1), agent("2", at=2), ended=9
    ),
    case(
        "fourth from the end",
        hit("m4"),
        agent("感谢您的光临", at=0),
        agent("1", at=1),
        agent("2", at=2),
        agent("3", at=3),
        ended=9,
    ),
    case("after the end does not count", hit("m1"), agent("1", at=0), agent("祝您生活愉快", at=20), ended=9),
    case(
        "the automatic message is not service",
        hit("m1"),
        agent("1", at=0),
        auto_reply("感谢您的光临", at=5),
        ended=9,
    ),
    case("the bot closes", NO_HIT, bot("祝您生活愉快", at=0), ended=9),
    case("the last human bears it", hit("m2", agent="a-1"), agent("1", at=0), bot("2", at=1), ended=9),
    case("only an automatic message", NOT_APPLICABLE, auto_reply("稍后回复", at=0), ended=9),
]


@pytest.mark.parametrize("row", WELCOME, ids=lambda row: row.name)
def test_missing_welcome(row: Case) -> None:
    check("missing_welcome", row)


def test_closing_is_off_and_says_so_when_asked_for() -> None:
    rule = whole_catalogue().find("nonstandard_closing")
    outcome = outcome_of("nonstandard_closing", a_session(agent("再见", at=0), ended=9))
    assert not rule.enabled
    assert (outcome.verdict, outcome.reason_code) == ("undetermined", "not_configured")


@pytest.mark.parametrize("row", CLOSING, ids=lambda row: row.name)
def test_nonstandard_closing_once_the_shop_has_set_its_standard(row: Case) -> None:
    catalogue = whole_catalogue()
    rule = catalogue.find("nonstandard_closing")
    assert isinstance(rule, Absence)
    configured = replace(rule, enabled=True, behaviour=replace(rule.behaviour, says=Says(any=STANDARD)))
    plan = compile_plan(replace(catalogue, rules=(configured,)))
    (outcome,) = inspect_deterministic(row.session, plan)
    assert (outcome.verdict, outcome.reason_code) == (row.expected.verdict, row.expected.reason)
    assert tuple(quote.message_id for quote in outcome.evidence) == row.expected.evidence
    assert outcome.agent_id == row.expected.agent
