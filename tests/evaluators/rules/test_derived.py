"""The second catalogue: alerts without points."""

import pytest

from tests.builders import MINUTE, agent, auto_reply, bot, customer, order
from tests.evaluators.rules.tables import NO_HIT, NOT_APPLICABLE, Case, case, check, hit, undetermined

PAID = order("paid", 0)
ROWS: list[tuple[str, Case]] = [
    ("opening_line_late", case("no customer", NOT_APPLICABLE, agent("您好", at=0), ended=60)),
    (
        "opening_line_late",
        case("exactly 30 s", NO_HIT, customer("在吗", at=0), auto_reply("欢迎光临", at=30)),
    ),
    ("opening_line_late", case("open", undetermined("window_open", 30), customer("在吗", at=0), observed=29)),
    (
        "opening_line_late",
        case(
            "only the first message counts",
            NO_HIT,
            customer("在吗", at=0),
            agent("您好", at=1),
            customer("多少钱", at=60),
            ended=900,
        ),
    ),
    ("opening_line_late", case("late", hit("m1"), customer("在吗", at=0), agent("您好", at=31))),
    ("closing_line_missing", case("open", undetermined("session_open"), agent("祝您愉快", at=0))),
    (
        "closing_line_missing",
        case(
            "third from the end", NO_HIT, agent("祝您愉快", at=0), agent("1", at=1), agent("2", at=2), ended=9
        ),
    ),
    (
        "closing_line_missing",
        case(
            "fourth",
            hit("m4"),
            agent("祝您愉快", at=0),
            agent("1", at=1),
            agent("2", at=2),
            agent("3", at=3),
            ended=9,
        ),
    ),
    (
        "no_greeting_after_silence",
        case(
            "exactly 10 min is no silence",
            NOT_APPLICABLE,
            agent("在", at=0),
            customer("还在吗", at=10 * MINUTE),
            ended=3600,
        ),
    ),
    (
        "no_greeting_after_silence",
        case(
            "greeted",
            NO_HIT,
            agent("再见", at=0),
            customer("还在吗", at=601),
            agent("在的亲", at=721),
            ended=3600,
        ),
    ),
    (
        "no_greeting_after_silence",
        case(
            "not greeted",
            hit("m2"),
            agent("再见", at=0),
            customer("还在吗", at=601),
            agent("99元", at=610),
            ended=3600,
        ),
    ),
    ("reply_reminder_due", case("exactly 20 s", NO_HIT, customer("在吗", at=0), agent("在", at=20))),
    (
        "reply_reminder_due",
        case(
            "bot does not count",
            hit("m1", "m3"),
            customer("在吗", at=0),
            bot("您好", at=1),
            agent("在", at=20.001),
        ),
    ),
    ("error_prone_wording", case("customer", NO_HIT, customer("支持无理由退货吗", at=0))),
    (
        "error_prone_wording",
        case("agent", hit("m1", quotes=("无理由退货",)), agent("支持7天无理由退货", at=0)),
    ),
    ("customer_doubts_answer", case("agent", NO_HIT, agent("不对吧", at=0))),
    (
        "customer_doubts_answer",
        case("customer", hit("m2"), agent("满300减50", at=0), customer("不对吧", at=1)),
    ),
    ("perfunctory_reply", case("more than that", NO_HIT, agent("嗯，这款有货", at=0))),
    ("perfunctory_reply", case("a bot", NO_HIT, bot("嗯", at=0))),
    (
        "perfunctory_reply",
        case("punctuation aside", hit("m1", "m2"), agent("嗯。", at=0), agent("哦~", at=1)),
    ),
    ("negative_emotion_word", case("agent", NO_HIT, agent("请不要差评", at=0))),
    (
        "negative_emotion_word",
        case("customer", hit("m2"), agent("在", at=0), customer("太坑了，再也不买了", at=1)),
    ),
    ("exaggerated_promise", case("innocent: 保证金", NO_HIT, agent("店铺交了保证金", at=0))),
    (
        "exaggerated_promise",
        case("promise", hit("m1", quotes=("绝对",)), agent("绝对不会坏，终身质保", at=0)),
    ),
    ("order_not_confirmed", case("not paid", NOT_APPLICABLE, order("created_unpaid", 0), ended=9)),
    (
        "order_not_confirmed",
        case("exactly one hour", NO_HIT, PAID, agent("跟您核对下地址", at=3600), ended=7200),
    ),
    (
        "order_not_confirmed",
        case("a card will do", NO_HIT, PAID, agent("", at=60, kind="order_card"), ended=7200),
    ),
    ("order_not_confirmed", case("open", undetermined("window_open", 3600), PAID, agent("在", at=1))),
    (
        "order_not_confirmed",
        case("an hour and a thousandth", hit(agent="a-1"), PAID, agent("核对地址", at=3600.001), ended=7200),
    ),
    (
        "slow_after_sales_reply",
        case("before payment", NOT_APPLICABLE, customer("坏了", at=0), ended=3600, orders_known=True),
    ),
    ("slow_after_sales_reply", case("a closer", NOT_APPLICABLE, PAID, customer("好的", at=1), ended=3600)),
    (
        "slow_after_sales_reply",
        case("exactly 15 min", NO_HIT, PAID, customer("坏了", at=1), agent("在", at=901), ended=3600),
    ),
    (
        "slow_after_sales_reply",
        case("unknown", undetermined("orders_unknown"), customer("坏了", at=0), ended=3600),
    ),
    (
        "slow_after_sales_reply",
        case("late", hit("m1"), PAID, customer("坏了", at=1), agent("在", at=901.001), ended=3600),
    ),
    ("deflecting_phrase", case("a question", NO_HIT, agent("不知道您喜欢什么颜色", at=0))),
    ("deflecting_phrase", case("deflected", hit("m1"), agent("不知道啊，你自己看详情页", at=0))),
    ("offline_deal_suggested", case("forbidding it", NO_HIT, agent("平台禁止线下交易哦", at=0))),
    ("offline_deal_suggested", case("customer", NO_HIT, customer("加微信吗", at=0))),
    ("offline_deal_suggested", case("suggested", hit("m1"), agent("可以加我微信转账", at=0))),
]


@pytest.mark.parametrize(
    ("rule_id", "row"), ROWS, ids=lambda part: part if isinstance(part, str) else part.name
)
def test_derived(rule_id: str, row: Case) -> None:
    check(rule_id, row)
