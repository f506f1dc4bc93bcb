"""R29, R30 and R31 without a judge: never by phrases alone."""

import pytest

from tests.builders import agent, auto_reply, bot, customer
from tests.evaluators.rules.tables import NO_HIT, NO_JUDGE, NOT_APPLICABLE, Case, case, check

CARRIERS = ("其他家具", "其他家庭", "其他家人", "其他家居", "其他家电", "其他家里", "其他家长", "其他家乡")
DIVERSION = [
    case("nothing said", NO_HIT, agent("您好", at=0)),
    case("the customer says it", NO_HIT, customer("那我去别家看看", at=0)),
    case("an automatic message", NO_HIT, auto_reply("去其他平台", at=0)),
    *(case(f"innocent: {word}", NO_HIT, agent(f"{word}也有", at=0)) for word in CARRIERS),
    case("phrase", NO_JUDGE, agent("那你去别家看看吧", at=0)),
    case("bot", NO_JUDGE, bot("去其他平台", at=0)),
    case("beside an innocent one", NO_JUDGE, agent("其他家具没有，其他家有", at=0)),
    case("recalled is said all the same", NO_JUDGE, agent("去别家看看", at=0, recalled=5), ended=9),
]
THREAT = customer("再不处理我就投诉你给差评", at=0)
FILLER = [agent("理解您", at=1), agent("我查一下", at=2)]
ENCOURAGED = [
    case("no customer", NOT_APPLICABLE, agent("随便你", at=0)),
    case("no listed phrase: nothing to ask", NOT_APPLICABLE, THREAT, agent("非常抱歉", at=1), ended=9),
    case(
        "the phrase came before",
        NOT_APPLICABLE,
        agent("随便", at=0),
        customer("我要投诉给差评", at=1),
        ended=9,
    ),
    case("the customer says it", NOT_APPLICABLE, THREAT, customer("随便", at=1), ended=9),
    case("after a closer only", NOT_APPLICABLE, customer("好的", at=0), agent("随便", at=1), ended=9),
    case("an automatic message", NOT_APPLICABLE, THREAT, auto_reply("都可以", at=1), ended=9),
    case(
        "the fourth service message",
        NOT_APPLICABLE,
        THREAT,
        *FILLER,
        agent("您看", at=3),
        agent("随便", at=4),
        ended=9,
    ),
    case("the third service message", NO_JUDGE, THREAT, *FILLER, agent("随便", at=3), ended=9),
    case("recalled is said all the same", NO_JUDGE, THREAT, agent("无所谓", at=1, recalled=2), ended=9),
    case("the bot", NO_JUDGE, THREAT, bot("好的", at=1), ended=9),
    case(
        "one customer message in between",
        NO_JUDGE,
        THREAT,
        customer("听到没", at=1),
        agent("随便", at=2),
        ended=9,
    ),
    case(
        "automatic messages are not among the three",
        NO_JUDGE,
        THREAT,
        auto_reply("1", at=1),
        *FILLER,
        agent("随便", at=4),
        ended=9,
    ),
]


@pytest.mark.parametrize("row", DIVERSION, ids=lambda row: row.name)
def test_diversion_to_other_shop(row: Case) -> None:
    check("diversion_to_other_shop", row)


@pytest.mark.parametrize("row", ENCOURAGED, ids=lambda row: row.name)
@pytest.mark.parametrize("rule_id", ["complaint_encouraged", "bad_review_encouraged"])
def test_encouraged(rule_id: str, row: Case) -> None:
    check(rule_id, row)


@pytest.mark.parametrize("rule_id", ["complaint_encouraged", "bad_review_encouraged"])
def test_only_the_last_two_customer_messages_can_be_what_was_answered(rule_id: str) -> None:
    """The closers in between are nothing to ask about, but they are messages."""
    things = (THREAT, customer("嗯", at=1), customer("嗯", at=2), agent("随便", at=3))
    check(rule_id, case("third from the end", NOT_APPLICABLE, *things, ended=9))
    check(rule_id, case("second from the end", NO_JUDGE, *things[:2], things[3], ended=9))


@pytest.mark.parametrize(
    ("rule_id", "other", "phrase"),
    [
        ("complaint_encouraged", "bad_review_encouraged", "没办法"),
        ("bad_review_encouraged", "complaint_encouraged", "随您"),
    ],
)
def test_each_has_its_own_phrases(rule_id: str, other: str, phrase: str) -> None:
    check(rule_id, case("own", NO_JUDGE, THREAT, agent(phrase, at=1), ended=9))
    check(other, case("other's", NOT_APPLICABLE, THREAT, agent(phrase, at=1), ended=9))
