"""Citations are believed only if these words are in that message by that side."""

import pytest

from evaluators.judges.answers import Span
from evaluators.judges.vllm.quotes import Citation, Unverified, verify
from prompts.prompt_file import By
from tests.builders import a_session, agent, auto_reply, bot, customer, message

LONG = "开头" + "很长的话" * 400 + "结尾很重要"
MESSAGES = a_session(
    customer("你们这服务真是【绝了】", at=0),
    agent("亲，ＶＩＰ会员\u200b价是99元哦", at=1),
    bot("转人工请回复1", at=2),
    auto_reply("您好，在的", at=3),
    customer("", at=4, kind="image"),
    message("system", "会话结束", at=5),
    customer("嗯", at=6),
    customer(LONG, at=7),
).messages

TRUE: list[tuple[int, str, By, tuple[str, Span | None]]] = [
    (1, "真是【绝了】", "customer", ("m1", Span(5, 11))),
    (2, "VIP会员价", "service", ("m2", Span(2, 9))),
    (2, "vip会员价是99元", "human", ("m2", Span(2, 13))),
    (3, "请回复1", "bot", ("m3", Span(3, 7))),
    (4, "您好", "shop", ("m4", Span(0, 2))),
    (5, "", "customer", ("m5", None)),
    (5, "[图片]", "customer", ("m5", None)),
    (7, "嗯", "customer", ("m7", Span(0, 1))),
    (8, "结尾很重要", "customer", ("m8", Span(len(LONG) - 5, len(LONG)))),
    (1, "  你们这服务 ", "customer", ("m1", Span(0, 5))),
]


@pytest.mark.parametrize(("line", "quote", "by", "expected"), TRUE)
def test_true_citations_are_placed_in_the_original(
    line: int, quote: str, by: By, expected: tuple[str, Span | None]
) -> None:
    assert verify([Citation(line, quote)], MESSAGES, by) == dict([expected])


FALSE: list[tuple[int, str, By, str]] = [
    (0, "你们", "customer", "no line 0"),
    (9, "你们", "customer", "no line 9"),
    (-1, "嗯", "customer", "no line -1"),
    (1, "你们这服务", "service", "by customer"),
    (2, "会员价", "customer", "by agent"),
    (3, "转人工", "human", "by bot"),
    (4, "您好", "service", "by auto_reply"),
    (6, "会话结束", "shop", "by system"),
    (1, "你们的服务", "customer", "does not say"),
    (1, "你们…绝了", "customer", "does not say"),
    (2, "真是【绝了】", "service", "does not say"),
    (1, "", "customer", "too short"),
    (1, "。。。", "customer", "does not say"),
    (1, "你", "customer", "too short"),
    (5, "一张图片", "customer", "no text to quote"),
]


@pytest.mark.parametrize(("line", "quote", "by", "why"), FALSE)
def test_untrue_citations_are_refused(line: int, quote: str, by: By, why: str) -> None:
    with pytest.raises(Unverified, match=why):
        verify([Citation(line, quote)], MESSAGES, by)


def test_one_untrue_citation_spoils_the_true_ones() -> None:
    with pytest.raises(Unverified):
        verify([Citation(1, "你们这服务"), Citation(1, "非常糟糕")], MESSAGES, "customer")


def test_of_several_quotes_of_a_message_the_first_is_kept() -> None:
    found = verify([Citation(1, "绝了"), Citation(1, "你们这")], MESSAGES, "customer")
    assert found == {"m1": Span(8, 10)}


def test_no_citations_are_no_places() -> None:
    assert verify([], MESSAGES, "customer") == {}
