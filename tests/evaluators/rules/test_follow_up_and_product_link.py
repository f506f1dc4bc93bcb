"""R06 and R16 without a judge: the trigger is certain, so silence decides."""

import pytest

from tests.builders import MINUTE, agent, auto_reply, bot, customer, order
from tests.evaluators.rules.tables import NO_JUDGE, NOT_APPLICABLE, Case, case, check, hit, undetermined

HOLD = agent("您稍等，我去查查", at=0)
FOLLOW_UP = [
    case("nobody was asked to wait", NOT_APPLICABLE, agent("您好", at=0), ended=60),
    case("the customer says it", NOT_APPLICABLE, customer("稍等", at=0), ended=60),
    case("an automatic message says it", NOT_APPLICABLE, auto_reply("请稍等", at=0), ended=60),
    case("still time", undetermined("window_open", 15 * MINUTE), HOLD, observed=15 * MINUTE - 0.001),
    case(
        "another hold is no follow-up, and starts its own",
        undetermined("window_open", 15 * MINUTE),
        HOLD,
        agent("再稍等", at=60),
        observed=15 * MINUTE - 0.001,
    ),
    case("no times", undetermined("times_missing"), agent("稍等", at=None), ended=60),
    case(
        "something was said in time: is it a follow-up?",
        NO_JUDGE,
        HOLD,
        agent("查到了，明天发", at=15 * MINUTE),
        ended=60 * MINUTE,
    ),
    case("the bot said something", NO_JUDGE, HOLD, bot("明天发货", at=60), ended=60 * MINUTE),
    case(
        "a follow-up taken back is none",
        hit("m1"),
        HOLD,
        agent("明天发", at=60, recalled=70),
        ended=60 * MINUTE,
    ),
    case("a thousandth late", hit("m1"), HOLD, agent("查到了", at=15 * MINUTE + 0.001), ended=60 * MINUTE),
    case("silence: equality decides", hit("m1"), HOLD, observed=15 * MINUTE),
    case("only another hold", hit("m1", "m2"), HOLD, agent("再稍等下", at=60), ended=60 * MINUTE),
    case("only the customer wrote", hit("m1"), HOLD, customer("人呢", at=60), ended=60 * MINUTE),
    case("a hold taken back was still said", hit("m1"), agent("稍等", at=0, recalled=5), ended=60 * MINUTE),
]
CARD = customer("", at=0, kind="product_card")
LINK = [
    case("no link", NOT_APPLICABLE, customer("这款怎么样", at=0), ended=600, orders_known=True),
    case(
        "an image is no link", NOT_APPLICABLE, customer("", at=0, kind="image"), ended=600, orders_known=True
    ),
    case(
        "the agent sends it",
        NOT_APPLICABLE,
        agent("", at=0, kind="product_card"),
        ended=600,
        orders_known=True,
    ),
    case(
        "some other page",
        NOT_APPLICABLE,
        customer("https://www.example.com/item.htm?id=1", at=0),
        ended=600,
        orders_known=True,
    ),
    case("after ordering", NOT_APPLICABLE, order("created_unpaid", -1), CARD, ended=600),
    case("orders unknown", undetermined("orders_unknown"), CARD, ended=600),
    case("still time", undetermined("window_open", 120), CARD, observed=119.999, orders_known=True),
    case(
        "an answer: does it present the product?",
        NO_JUDGE,
        CARD,
        agent("这款是羊毛的", at=120),
        ended=600,
        orders_known=True,
    ),
    case("silence: equality decides", hit("m1", agent=None), CARD, observed=120, orders_known=True),
    case(
        "an automatic reply is none",
        hit("m1", agent=None),
        CARD,
        auto_reply("稍后", at=1),
        ended=600,
        orders_known=True,
    ),
    case(
        "answered a thousandth late",
        hit("m1"),
        CARD,
        agent("这款是羊毛的", at=120.001),
        ended=600,
        orders_known=True,
    ),
    case(
        "a link message",
        hit("m1", agent=None),
        customer("https://x.cn/1", at=0, kind="link"),
        ended=600,
        orders_known=True,
    ),
]
LINKS = (
    "https://item.taobao.com/item.htm?id=652874751412",
    "https://detail.tmall.com/item.htm?id=1&skuId=2",
    "看下这个 https://m.tb.cn/h.UkXb3X 「羽绒服」",
    "https://e.tb.cn/h.abc",
    "https://item.jd.com/100012043978.html",
    "HTTPS://ITEM.M.JD.COM/product/1.html",
    "https://u.jd.com/abc",
    "https://mobile.yangkeduo.com/goods.html?goods_id=1",
    "https://detail.1688.com/offer/1.html",
    "https://haohuo.jinritemai.com/views/product/item2?id=1",
    "https://shop123.v.weidian.com/item.html?itemID=1",
    "https://weidian.com/item.html?itemID=1",
)
NO_LINKS = (
    "item.taobao",
    "https://shop123.taobao.com/",
    "https://www.jd.com/",
    "taobao.com/item.htm",
    "detail页面",
    "https://evil.example/?u=item",
    "https://notitem.jd.comx/1",
)


@pytest.mark.parametrize("row", FOLLOW_UP, ids=lambda row: row.name)
def test_missed_follow_up(row: Case) -> None:
    check("missed_follow_up", row)


@pytest.mark.parametrize("row", LINK, ids=lambda row: row.name)
def test_selling_point_not_presented(row: Case) -> None:
    check("selling_point_not_presented", row)


@pytest.mark.parametrize("text", LINKS)
def test_product_links_in_text(text: str) -> None:
    row = case(text, hit("m1", agent=None), customer(text, at=0), ended=600, orders_known=True)
    check("selling_point_not_presented", row)


@pytest.mark.parametrize("text", NO_LINKS)
def test_other_text_is_no_product_link(text: str) -> None:
    row = case(text, NOT_APPLICABLE, customer(text, at=0), ended=600, orders_known=True)
    check("selling_point_not_presented", row)
