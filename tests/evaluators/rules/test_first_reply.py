"""R51 and R52: the first reply within twenty seconds of the customer's first message."""

import pytest

from tests.builders import agent, auto_reply, bot, customer, system, transfer
from tests.evaluators.rules.tables import (
    NO_HIT,
    NOT_APPLICABLE,
    Case,
    case,
    check,
    hit,
    undetermined,
)

HUMAN = [
    case("nobody came in", NOT_APPLICABLE, agent("您好", at=0), ended=60),
    case("exactly 20 s is in time", NO_HIT, customer("在吗", at=0), agent("在的", at=20)),
    case(
        "a closer starts the clock too: it is the first message",
        NO_HIT,
        customer("好的", at=0),
        agent("您好", at=5),
    ),
    case(
        "the clock starts with the customer, not with the session",
        NO_HIT,
        customer("在吗", at=90),
        agent("在", at=110),
        started_at="2026-11-01T10:00:00+08:00",
    ),
    case(
        "a message before the customer's is no reply, one at the same instant is",
        NO_HIT,
        agent("欢迎光临", at=0),
        customer("在吗", at=10),
        agent("在的", at=10),
    ),
    case(
        "a recalled reply stopped the clock",
        NO_HIT,
        customer("在吗", at=0),
        agent("在", at=8, recalled=9),
        ended=60,
    ),
    case("still open", undetermined("window_open", 20), customer("在吗", at=0), observed=19.999),
    case(
        "only the bot so far",
        undetermined("window_open", 20),
        customer("在吗", at=0),
        bot("您好", at=3),
        observed=10,
    ),
    case("no times", undetermined("times_missing"), customer("在吗", at=None), agent("在", at=None)),
    case(
        "nobody by the end of the window: equality decides",
        hit("m1", agent=None),
        customer("在吗", at=0),
        observed=20,
    ),
    case("a thousandth late", hit("m1", "m2"), customer("在吗", at=0), agent("在的", at=20.001)),
    case(
        "bot and platform do not count",
        hit("m1", "m4"),
        customer("在吗", at=0),
        bot("您好", at=1),
        auto_reply("稍后回复", at=2),
        agent("在的", at=21),
    ),
    case(
        "whoever was on duty when the time was up bears it",
        hit("m1", "m2", agent="a-2"),
        customer("在吗", at=0),
        agent("您好", at=40, by="a-2"),
        transfer(5, "a-1", "a-2"),
    ),
    case("the order of input does not matter", hit("m2", "m1"), agent("在的", at=21), customer("在吗", at=0)),
]
ANY = [
    case("nobody came in", NOT_APPLICABLE, auto_reply("欢迎", at=0), ended=60),
    case(
        "the platform's automatic reply is a reply",
        NO_HIT,
        customer("在吗", at=0),
        auto_reply("稍后回复", at=20),
    ),
    case("so is the bot's", NO_HIT, customer("在吗", at=0), bot("您好", at=1)),
    case(
        "a system notice is not",
        hit("m1", "m3"),
        customer("在吗", at=0),
        system("客服已接入", at=1),
        agent("在", at=60),
    ),
    case("still open", undetermined("window_open", 20), customer("在吗", at=0), observed=5),
    case(
        "exactly at the deadline nobody",
        hit("m1", agent="b-9"),
        customer("在吗", at=0),
        observed=20,
        agents=[{"agent_id": "b-9", "kind": "human"}],
    ),
    case("late", hit("m1", "m2", agent="b-1"), customer("在吗", at=0), bot("您好", at=21)),
]


@pytest.mark.parametrize("row", HUMAN, ids=lambda row: row.name)
def test_slow_first_human_reply(row: Case) -> None:
    check("slow_first_human_reply", row)


@pytest.mark.parametrize("row", ANY, ids=lambda row: row.name)
def test_slow_first_reply(row: Case) -> None:
    check("slow_first_reply", row)
