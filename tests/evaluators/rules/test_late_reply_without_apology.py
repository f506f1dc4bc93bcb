"""R05: after a reply later than three minutes, an apology within five messages."""

import pytest

from tests.builders import agent, auto_reply, bot, customer
from tests.evaluators.rules.tables import (
    NO_HIT,
    NOT_APPLICABLE,
    Case,
    case,
    check,
    hit,
    undetermined,
)

LATE = (customer("在吗", at=0), agent("在的", at=181))
ROWS = [
    case("no customer", NOT_APPLICABLE, agent("您好", at=0), ended=10),
    case("exactly 180 s is in time", NOT_APPLICABLE, customer("在吗", at=0), agent("在", at=180), ended=600),
    case("never answered: another rule's affair", NOT_APPLICABLE, customer("在吗", at=0), ended=600),
    case(
        "waiting for an answer to a closer is no waiting",
        NOT_APPLICABLE,
        customer("好的", at=0),
        agent("亲", at=900),
        ended=1000,
    ),
    case("the late reply itself apologises", NO_HIT, customer("在吗", at=0), agent("抱歉久等了", at=181)),
    case(
        "the fifth message apologises",
        NO_HIT,
        *LATE,
        agent("1", at=182),
        agent("2", at=183),
        agent("3", at=184),
        agent("不好意思哈", at=185),
        ended=600,
    ),
    case(
        "customers' messages are not counted",
        NO_HIT,
        *LATE,
        customer("嗯", at=182),
        customer("嗯", at=183),
        customer("嗯", at=184),
        customer("嗯", at=185),
        agent("对不起", at=186),
        ended=600,
    ),
    case("an automatic message may apologise", NO_HIT, *LATE, auto_reply("让您久等了", at=190), ended=600),
    case(
        "open, four messages so far",
        undetermined("session_open"),
        *LATE,
        agent("1", at=182),
        agent("2", at=183),
        agent("3", at=184),
    ),
    case(
        "no times, something was answered",
        undetermined("times_missing"),
        customer("在吗", at=None),
        agent("在", at=None),
    ),
    case(
        "the sixth is too late",
        hit("m1", "m2"),
        *LATE,
        agent("1", at=182),
        agent("2", at=183),
        agent("3", at=184),
        agent("4", at=185),
        agent("抱歉", at=186),
        ended=600,
    ),
    case(
        "five without: decided while open",
        hit("m1", "m2"),
        *LATE,
        agent("1", at=182),
        agent("2", at=183),
        agent("3", at=184),
        agent("4", at=185),
    ),
    case("over before five", hit("m1", "m2"), *LATE, ended=200),
    case(
        "a recalled apology is none, but counts among the five",
        hit("m1", "m2"),
        *LATE,
        agent("抱歉", at=182, recalled=183),
        agent("2", at=184),
        agent("3", at=185),
        agent("4", at=186),
        agent("抱歉", at=187),
    ),
    case(
        "an apology before the wait does not help",
        hit("m2", "m3"),
        agent("抱歉", at=0),
        customer("在吗", at=10),
        agent("在的", at=200),
        ended=600,
    ),
    case(
        "the sender of the late reply bears it",
        hit("m1", "m2", agent="a-2"),
        customer("在吗", at=0),
        agent("在", at=200, by="a-2"),
        agent("好", at=210, by="a-3"),
        ended=600,
    ),
    case(
        "the second of two turns",
        hit("m3", "m4"),
        customer("在吗", at=0),
        agent("抱歉久等", at=200),
        customer("多少钱", at=300),
        agent("99", at=600),
        ended=900,
    ),
    case(
        "a bot answered in time",
        NOT_APPLICABLE,
        customer("在吗", at=0),
        bot("您好", at=9),
        agent("在", at=200),
    ),
    case(
        "an automatic message is one of the five",
        hit("m1", "m2"),
        *LATE,
        auto_reply("1", at=182),
        agent("2", at=183),
        agent("3", at=184),
        agent("4", at=185),
        agent("抱歉", at=186),
    ),
]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_late_reply_without_apology(row: Case) -> None:
    check("late_reply_without_apology", row)
