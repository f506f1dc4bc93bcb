"""R07 and R08: none, and more than one, among the last ten messages."""

import pytest

from tests.builders import agent, auto_reply, bot, customer, end, system
from tests.evaluators.rules.tables import (
    NO_HIT,
    NOT_APPLICABLE,
    Case,
    case,
    check,
    hit,
    undetermined,
)


def _chat(count: int, start: float = 1) -> list[dict[str, object]]:
    """That many messages of small talk, one a second."""
    return [
        customer(f"话{n}", at=start + n) if n % 2 else agent(f"答{n}", at=start + n) for n in range(count)
    ]


MISSING = [
    case("nobody of the shop wrote", NOT_APPLICABLE, customer("在吗", at=0), ended=60),
    case(
        "nobody wrote, a card was sent",
        NOT_APPLICABLE,
        customer("在吗", at=0),
        system("", at=1, kind="rating_invite"),
        ended=60,
    ),
    case("not over", undetermined("session_open"), customer("在吗", at=0), agent("请给个评价", at=5)),
    case("tenth from the end", NO_HIT, agent("请给个好评", at=0), *_chat(9), ended=60),
    case(
        "a card sent by the platform",
        NO_HIT,
        agent("在", at=0),
        system("", at=1, kind="rating_invite"),
        ended=60,
    ),
    case(
        "a card is among the ten, other notices are not",
        NO_HIT,
        agent("麻烦评价", at=0),
        *_chat(9),
        system("会话即将结束", at=30),
        ended=60,
    ),
    case("the bot invites", NO_HIT, agent("在", at=0), bot("请对我的服务评价", at=5), ended=60),
    case("eleventh from the end", hit("m11", agent="a-1"), agent("请给个好评", at=0), *_chat(10), ended=60),
    case(
        "the customer's word is no invitation",
        hit("m2"),
        agent("在", at=0),
        customer("我去评价了", at=5),
        ended=60,
    ),
    case("recalled", hit("m1"), agent("在", at=0), agent("给个好评", at=5, recalled=6), ended=60),
    case("after the end", hit("m1"), agent("在", at=0), agent("给个好评", at=61), ended=60),
    case(
        "ended_at wins over the event",
        hit("m1"),
        agent("在", at=0),
        agent("给个好评", at=30),
        end(40),
        ended=20,
    ),
    case(
        "the last human bears it",
        hit("m3", agent="a-2"),
        agent("在", at=0),
        agent("来了", at=1, by="a-2"),
        bot("再见", at=2),
        ended=60,
    ),
    case("an automatic message invites", NO_HIT, agent("在", at=0), auto_reply("请评价", at=5), ended=60),
    case(
        "only an automatic message, which invites nobody",
        hit("m1", agent=None),
        auto_reply("稍后", at=0),
        ended=60,
    ),
]
REPEATED = [
    case("nobody of the shop wrote", NOT_APPLICABLE, customer("评价评价", at=0), ended=60),
    case("not over", undetermined("session_open"), agent("评价", at=0), agent("好评", at=5)),
    case("none", NO_HIT, agent("在", at=0), ended=60),
    case("twice in one message", NO_HIT, agent("好评好评，【评价客服】", at=0), ended=60),
    case(
        "the first is eleventh from the end",
        NO_HIT,
        agent("好评", at=0),
        *_chat(9),
        agent("好评", at=20),
        ended=60,
    ),
    case("recalled", NO_HIT, agent("好评", at=0, recalled=1), agent("好评", at=5), ended=60),
    case(
        "the first is tenth from the end",
        hit("m1", "m10"),
        agent("好评", at=0),
        *_chat(8),
        agent("好评", at=20),
        ended=60,
    ),
    case(
        "the sender of the last bears it",
        hit("m1", "m3", agent="a-2"),
        agent("好评", at=0),
        customer("嗯", at=1),
        agent("满意度评价", at=5, by="a-2"),
        ended=60,
    ),
    case(
        "words and card",
        hit("m1", "m2"),
        agent("给个评价", at=0),
        agent("", at=1, kind="rating_invite"),
        ended=60,
    ),
]


@pytest.mark.parametrize("row", MISSING, ids=lambda row: row.name)
def test_missing_review_invitation(row: Case) -> None:
    check("missing_review_invitation", row)


@pytest.mark.parametrize("row", REPEATED, ids=lambda row: row.name)
def test_repeated_review_invitation(row: Case) -> None:
    check("repeated_review_invitation", row)
