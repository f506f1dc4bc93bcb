"""R10 and R11: what an agent does before handing over."""

import pytest

from tests.builders import agent, auto_reply, bot, customer, transfer
from tests.evaluators.rules.tables import (
    NO_HIT,
    NOT_APPLICABLE,
    Case,
    case,
    check,
    hit,
    undetermined,
)

BOT = [{"agent_id": "b-1", "kind": "bot"}, {"agent_id": "a-1", "kind": "human"}]
ASKED = customer("尺码怎么选", at=0)
WITHOUT_REPLY = [
    case("no transfer", NOT_APPLICABLE, ASKED, ended=60),
    case("a bot hands over", NOT_APPLICABLE, ASKED, bot("您好", at=1), transfer(5, "b-1", "a-1"), agents=BOT),
    case("a listed bot that never wrote", NOT_APPLICABLE, ASKED, transfer(5, "b-1", "a-1"), agents=BOT),
    case("replied before", NO_HIT, ASKED, agent("稍等", at=3), transfer(5)),
    case("at the same instant counts as before", NO_HIT, ASKED, agent("帮您转", at=5), transfer(5)),
    case("a recalled reply was a reply", NO_HIT, ASKED, agent("稍等", at=3, recalled=4), transfer(5)),
    case(
        "no times",
        undetermined("times_missing"),
        customer("在吗", at=None),
        agent("在", at=None),
        transfer(5),
    ),
    case("never wrote", hit("m1", agent="a-1"), ASKED, transfer(5), agent("我来", at=9, by="a-2")),
    case("wrote only after", hit("m1", agent="a-1"), ASKED, transfer(5), agent("转好了", at=5.001)),
    case("an automatic reply is none", hit("m1", agent="a-1"), ASKED, auto_reply("您好", at=1), transfer(5)),
    case(
        "somebody else's reply is none",
        hit("m1", agent="a-2"),
        ASKED,
        agent("在", at=1),
        transfer(5),
        transfer(9, "a-2", "a-3"),
    ),
    case(
        "unnamed: the agent on duty",
        hit("m1", agent="a-2"),
        ASKED,
        agent("在", at=1),
        transfer(5),
        transfer(9, None, "a-3"),
    ),
    case("nobody asked anything", hit(agent="a-1"), transfer(5), agent("在", at=9, by="a-2")),
]
PHRASE = [
    case("no transfer", NOT_APPLICABLE, agent("给您转接售后", at=0), ended=60),
    case("never wrote: the other rule's affair", NOT_APPLICABLE, ASKED, transfer(5)),
    case("said so", NO_HIT, ASKED, agent("给您转接售后同事", at=3), transfer(5)),
    case("at the same instant", NO_HIT, ASKED, agent("转接售前", at=5), transfer(5)),
    case(
        "fifth from the end",
        NO_HIT,
        agent("转接对应同事", at=0),
        *(agent("嗯", at=n) for n in range(1, 5)),
        transfer(9),
    ),
    case("a bot may announce it", NO_HIT, bot("给您转接售前", at=1), transfer(5, "b-1", "a-1"), agents=BOT),
    case("no times", undetermined("times_missing"), agent("转接售前", at=None), transfer(5)),
    case(
        "sixth from the end",
        hit("m6"),
        agent("转接对应同事", at=0),
        *(agent("嗯", at=n) for n in range(1, 6)),
        transfer(9),
    ),
    case("afterwards is too late", hit("m1"), agent("稍等", at=1), transfer(5), agent("给您转接售后", at=6)),
    case("recalled", hit("m1"), agent("嗯", at=1), agent("转接售后", at=2, recalled=3), transfer(5)),
    case(
        "somebody else's words",
        hit("m2", agent="a-2"),
        agent("转接售后", at=1),
        agent("嗯", at=2, by="a-2"),
        transfer(5, "a-2", "a-3"),
    ),
    case(
        "the second transfer",
        hit("m2", agent="a-2"),
        agent("转接售后", at=1),
        agent("嗯", at=7, by="a-2"),
        transfer(5),
        transfer(9, "a-2", "a-3"),
    ),
    case(
        "a bot that does not",
        hit("m1", agent="b-1"),
        bot("您好", at=1),
        transfer(5, "b-1", "a-1"),
        agents=BOT,
    ),
]


@pytest.mark.parametrize("row", WITHOUT_REPLY, ids=lambda row: row.name)
def test_transfer_without_reply(row: Case) -> None:
    check("transfer_without_reply", row)


@pytest.mark.parametrize("row", PHRASE, ids=lambda row: row.name)
def test_nonstandard_transfer_phrase(row: Case) -> None:
    check("nonstandard_transfer_phrase", row)
