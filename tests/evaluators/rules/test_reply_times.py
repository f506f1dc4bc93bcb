"""R53, R54 and R55: the average of a session, and turns left waiting."""

import pytest

from tests.builders import MINUTE, agent, auto_reply, bot, customer, transfer
from tests.evaluators.rules.tables import (
    NO_HIT,
    NOT_APPLICABLE,
    Case,
    case,
    check,
    hit,
    undetermined,
)

AVERAGE = [
    case("no customer", NOT_APPLICABLE, agent("您好", at=0), ended=60),
    case(
        "nothing was answered: the timers' affair", NOT_APPLICABLE, customer("在吗", at=0), ended=9 * MINUTE
    ),
    case("closers only", NOT_APPLICABLE, customer("好的", at=0), agent("亲", at=90), ended=100),
    case("only a bot answered", NOT_APPLICABLE, customer("在吗", at=0), bot("您好", at=90), ended=100),
    case("exactly 60 s", NO_HIT, customer("在吗", at=0), agent("在", at=60), ended=100),
    case(
        "30 s and 90 s average exactly 60 s",
        NO_HIT,
        customer("在吗", at=0),
        agent("在", at=30),
        customer("多少钱", at=100),
        agent("99", at=190),
        ended=200,
    ),
    case(
        "messages in a row are one turn",
        NO_HIT,
        customer("在吗", at=0),
        customer("多少钱", at=50),
        agent("99", at=60),
        ended=100,
    ),
    case(
        "an unanswered last turn is left out",
        NO_HIT,
        customer("在吗", at=0),
        agent("在", at=10),
        customer("多少钱", at=20),
        ended=20 * MINUTE,
    ),
    case("not over", undetermined("session_open"), customer("在吗", at=0), agent("在", at=90)),
    case(
        "no times, something was answered",
        undetermined("times_missing"),
        customer("在吗", at=None),
        agent("在", at=None),
    ),
    case("no times, nothing was answered, not over", undetermined("session_open"), customer("在吗", at=None)),
    case("just above", hit("m1", "m2"), customer("在吗", at=0), agent("在", at=60.001), ended=100),
    case(
        "the bot in between does not stop the clock",
        hit("m1", "m3"),
        customer("在吗", at=0),
        bot("您好", at=1),
        agent("在", at=61),
        ended=100,
    ),
    case(
        "the slowest turn is shown, the last human bears it",
        hit("m3", "m4", agent="a-2"),
        customer("在吗", at=0),
        agent("在", at=30),
        customer("多少钱", at=100),
        agent("99", at=191, by="a-2"),
        ended=200,
    ),
]
OVERDUE = [
    case("no customer", NOT_APPLICABLE, agent("您好", at=0)),
    case("a closer asks nothing", NOT_APPLICABLE, customer("好的，谢谢👌", at=0), observed=60 * MINUTE),
    case("an emoji asks nothing", NOT_APPLICABLE, customer("", at=0, kind="emoji"), observed=60 * MINUTE),
    case("exactly 6 min is in time", NO_HIT, customer("在吗", at=0), agent("在", at=6 * MINUTE)),
    case(
        "a bot's reply stops the clock",
        NO_HIT,
        customer("在吗", at=0),
        bot("您好", at=5),
        agent("在", at=7 * MINUTE),
    ),
    case(
        "a closer after the answer starts nothing",
        NO_HIT,
        customer("在吗", at=0),
        agent("在", at=5),
        customer("嗯嗯", at=10),
        observed=60 * MINUTE,
    ),
    case(
        "still waiting",
        undetermined("window_open", 6 * MINUTE),
        customer("在吗", at=0),
        observed=6 * MINUTE - 0.001,
    ),
    case(
        "the second turn is waiting",
        undetermined("window_open", 100 + 6 * MINUTE),
        customer("在吗", at=0),
        agent("在", at=5),
        customer("多少钱", at=100),
        observed=200,
    ),
    case("no times", undetermined("times_missing"), customer("在吗", at=None), agent("在", at=None)),
    case(
        "nobody by the end of the window: equality decides",
        hit("m1", agent=None),
        customer("在吗", at=0),
        observed=6 * MINUTE,
    ),
    case("a thousandth late", hit("m1", "m2"), customer("在吗", at=0), agent("在", at=6 * MINUTE + 0.001)),
    case(
        "the clock runs from the first of several messages",
        hit("m1", "m3"),
        customer("在吗", at=0),
        customer("人呢", at=200),
        agent("在", at=361),
    ),
    case(
        "an automatic reply is none",
        hit("m1", "m3"),
        customer("在吗", at=0),
        auto_reply("稍后", at=1),
        agent("在", at=361),
    ),
    case(
        "after asking for a human the bot no longer counts",
        hit("m1", "m3"),
        customer("我要转人工", at=0),
        bot("我可以帮您", at=2),
        agent("在", at=361),
    ),
    case(
        "two late turns, one hit",
        hit("m1", "m2", "m3", "m4"),
        customer("在吗", at=0),
        agent("在", at=361),
        customer("多少钱", at=400),
        agent("99", at=800),
    ),
    case(
        "who was on duty when the time was up",
        hit("m1", "m2", agent="a-2"),
        customer("在吗", at=0),
        agent("在", at=400, by="a-3"),
        transfer(100, "a-1", "a-2"),
    ),
]
SEVERE = [
    case("closers only", NOT_APPLICABLE, customer("谢谢", at=0), observed=60 * MINUTE),
    case("a thousandth below 30 min", NO_HIT, customer("在吗", at=0), agent("在", at=30 * MINUTE - 0.001)),
    case(
        "still waiting",
        undetermined("window_open", 30 * MINUTE),
        customer("在吗", at=0),
        observed=29 * MINUTE,
    ),
    case("exactly 30 min is too late", hit("m1", "m2"), customer("在吗", at=0), agent("在", at=30 * MINUTE)),
    case("nobody for 30 min", hit("m1", agent=None), customer("在吗", at=0), observed=30 * MINUTE),
]


@pytest.mark.parametrize("row", AVERAGE, ids=lambda row: row.name)
def test_slow_average_reply(row: Case) -> None:
    check("slow_average_reply", row)


@pytest.mark.parametrize("row", OVERDUE, ids=lambda row: row.name)
def test_reply_overdue(row: Case) -> None:
    check("reply_overdue", row)


@pytest.mark.parametrize("row", SEVERE, ids=lambda row: row.name)
def test_reply_severely_overdue(row: Case) -> None:
    check("reply_severely_overdue", row)
