"""R04, R32 and R33: phrases that must not be heard."""

import pytest

from tests.builders import agent, auto_reply, bot, customer, system, transfer
from tests.evaluators.rules.tables import (
    NO_HIT,
    Case,
    case,
    check,
    hit,
)

REPEAT = [
    case("nothing said", NO_HIT, customer("在吗", at=0), agent("我说过了", at=1)),
    case("no message at all", NO_HIT, ended=9),
    case("the agent says it", NO_HIT, agent("说了好几遍", at=0)),
    case("across a space", NO_HIT, customer("说 过了", at=0)),
    case("recalled by the customer", NO_HIT, customer("说过了", at=0, recalled=5), ended=9),
    case(
        "longest wins",
        hit("m2", quotes=("我刚刚说过了",)),
        agent("请讲", at=0),
        customer("我刚刚说过了啊", at=1),
    ),
    case(
        "the agent on duty when it is said",
        hit("m3", agent="a-2"),
        agent("请讲", at=0),
        agent("在", at=5, by="a-2"),
        customer("你看下我上面说的", at=9),
        agent("哦", at=10, by="a-3"),
    ),
    case(
        "after a transfer: who took over",
        hit("m2", agent="a-2"),
        agent("请讲", at=0),
        customer("说了好几次", at=9),
        transfer(5, "a-1", "a-2"),
    ),
    case("nobody has written yet", hit("m1", agent="a-1"), customer("说过了", at=0), agent("哦", at=5)),
    case("only a bot", hit("m2", agent="b-1"), bot("请讲", at=0), customer("我说过了", at=1)),
]
PROHIBITED = [
    case("clean", NO_HIT, agent("这款卖得很好", at=0)),
    case("the customer says it", NO_HIT, customer("你们是全网最贵的", at=0)),
    case("system notice", NO_HIT, system("顶级会员", at=0)),
    *(
        case(f"innocent: {word}", NO_HIT, agent(f"亲{word}的", at=0))
        for word in ("服务最近", "国内最近", "积极品质", "国家级别", "南极品牌", "北极品牌")
    ),
    case(
        "an exception does not excuse another place",
        hit("m1", quotes=("国内最",)),
        agent("国内最近的仓，国内最好的货", at=0),
    ),
    case("recalled is said all the same", hit("m1"), agent("顶级面料", at=0, recalled=9), ended=20),
    case("bot", hit("m1", agent="b-1"), bot("独一无二的体验", at=0)),
    case(
        "automatic message: who is on duty",
        hit("m1", agent="a-1"),
        auto_reply("全网第一的店", at=0),
        agent("在", at=9),
    ),
    case(
        "zero-width characters do not hide it; the quote keeps them",
        hit("m1", quotes=("顶\u200b级",)),
        agent("顶\u200b级面料", at=0),
    ),
    case(
        "one quote per message, the leftmost longest",
        hit("m1", "m3", quotes=("国家级", "全行业第一")),
        agent("国家级的极品", at=0),
        customer("哦", at=1),
        agent("全行业第一", at=2),
    ),
]
HOSTILE = [
    case("the customer says it", NO_HIT, customer("急什么急", at=0)),
    case("innocent: 着急什么", NO_HIT, agent("您着急什么呢，慢慢说", at=0)),
    case("innocent: 急什么时候", NO_HIT, agent("不急什么时候要都行", at=0)),
    case("plain", hit("m1", quotes=("急什么",)), agent("急什么", at=0)),
    case("who said it", hit("m2", agent="a-2"), agent("您好", at=0), agent("真啰嗦", at=1, by="a-2")),
    case("recalled is said all the same", hit("m1"), agent("你爱买不买", at=0, recalled=1), ended=9),
    case("automatic message: who is on duty", hit("m1"), auto_reply("喊什么", at=0), agent("在", at=9)),
]


@pytest.mark.parametrize("row", REPEAT, ids=lambda row: row.name)
def test_customer_made_to_repeat(row: Case) -> None:
    check("customer_made_to_repeat", row)


@pytest.mark.parametrize("row", PROHIBITED, ids=lambda row: row.name)
def test_prohibited_superlative(row: Case) -> None:
    check("prohibited_superlative", row)


@pytest.mark.parametrize("row", HOSTILE, ids=lambda row: row.name)
def test_hostile_phrase(row: Case) -> None:
    check("hostile_phrase", row)
