"""A session as a chat: pieces of text, order, days, silences and what happened in between."""

from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.console.desk.chat import Aside, Bubble, chat_of
from api.console.desk.marking import Piece, citations_of, keys_of, pieces_of
from api.console.language import translator
from evaluators.sessions import convert_session
from evaluators.types import Evidence, Outcome
from tests.api.building import a_session, said

SHANGHAI = ZoneInfo("Asia/Shanghai")


def cites(start: int, end: int, key: str = "f0") -> tuple[str, Evidence]:
    return key, Evidence("m1", "", start, end)


@pytest.mark.parametrize(
    ("text", "cited", "pieces"),
    [
        ("", [], []),
        ("在吗", [], [("在吗", "")]),
        ("在吗", [cites(0, 2)], [("在吗", "f0")]),
        ("您好在吗", [cites(2, 4)], [("您好", ""), ("在吗", "f0")]),
        ("一二三四", [cites(1, 2), cites(2, 3, "f1")], [("一", ""), ("二", "f0"), ("三", "f1"), ("四", "")]),
        ("一二三四", [cites(0, 3), cites(1, 4, "f1")], [("一", "f0"), ("二三", "f0 f1"), ("四", "f1")]),
        ("一二", [cites(0, 2), cites(0, 2)], [("一二", "f0")]),
        ("好👌的", [cites(1, 2)], [("好", ""), ("👌", "f0"), ("的", "")]),
        ("一二", [cites(1, 1)], [("一", ""), ("二", "")]),
    ],
)
def test_a_text_is_cut_where_quotes_begin_and_end(
    text: str, cited: list[tuple[str, Evidence]], pieces: list[tuple[str, str]]
) -> None:
    assert pieces_of(text, cited) == tuple(Piece(*each) for each in pieces)


_SPANS = st.lists(st.tuples(st.integers(0, 12), st.integers(0, 12)).map(sorted), max_size=5)


@given(text=st.text(max_size=12), spans=_SPANS)
def test_the_pieces_are_the_text_and_every_quote_is_whole(text: str, spans: list[list[int]]) -> None:
    cited = [cites(min(a, len(text)), min(b, len(text)), f"f{i}") for i, (a, b) in enumerate(spans)]
    pieces = pieces_of(text, cited)
    assert "".join(piece.text for piece in pieces) == text
    for key, evidence in cited:
        quoted = "".join(piece.text for piece in pieces if key in piece.hits.split())
        assert quoted == text[evidence.start : evidence.end]


def test_citations_are_gathered_by_message() -> None:
    def outcome(*message_ids: str) -> Outcome:
        evidence = tuple(Evidence(each, "a", 0, 1) for each in message_ids)
        return Outcome(session_id="s", rule_id="r", rule_version="v", verdict="hit", evidence=evidence)

    found = citations_of([("f0", outcome("m1", "m2")), ("f3", outcome("m2", "m2"))])
    assert keys_of(found["m1"]) == "f0"
    assert keys_of(found["m2"]) == "f0 f3"


def shown(document: dict[str, Any], code: str = "zh") -> list[str]:
    """One line per bubble or line between them."""
    lines = chat_of(convert_session(document), {}, SHANGHAI, translator(code))
    return [_line(each) for each in lines]


def _line(line: Bubble | Aside) -> str:
    if isinstance(line, Aside):
        return f"[{line.kind}] {line.text} {line.time}".rstrip()
    text = "".join(piece.text for piece in line.pieces)
    return f"{line.side} {line.time} {text}{line.card}{line.recalled}".rstrip()


def test_days_silences_and_events_stand_where_they_belong() -> None:
    document = a_session(
        "s-1",
        said("m1", "10:00:00", "在吗"),
        said("m2", "10:00:59", "在的", "agent"),
        said("m3", "10:03:00", "好", sender="customer"),
        events=[
            {"type": "order", "at": "2026-11-01T10:00:59+08:00", "state": "paid", "order_id": "o-1", "amount": "9.90"},
            {"type": "transfer", "at": "2026-11-01T10:01:00+08:00", "from_agent": "a-1"},
            {"type": "rating", "at": "2026-11-02T09:00:00+08:00", "level": 2, "agent_id": "a-1"},
            {"type": "end", "at": "2026-11-02T09:00:01+08:00"},
        ],
    )  # fmt: skip
    assert shown(document) == [
        "[day] 2026-11-01",
        "customer 10:00:00 在吗",
        "shop 10:00:59 在的",
        "[event] 订单 已付款 · o-1 · 9.90 10:00:59",
        "[event] 转接：a-1 → 未知 10:01:00",
        "[gap] 过了 2 分 1 秒",
        "customer 10:03:00 好",
        "[day] 2026-11-02",
        "[event] 评价 2/5 不满意 · a-1 09:00:00",
        "[event] 会话结束 09:00:01",
    ]


def test_the_day_is_that_of_the_shop() -> None:
    document = a_session("s-1", said("m1", "10:00:00", "在吗", sent_at="2026-10-31T16:30:00+00:00"))
    assert shown(document) == ["[day] 2026-11-01", "customer 00:30:00 在吗"]


def test_without_times_the_order_is_that_of_the_input() -> None:
    first = said("m1", "10:00:00", "先", sent_at=None)
    document = a_session("s-1", first, said("m2", "09:00:00", "后", "agent"))
    assert shown(document) == ["customer  先", "[day] 2026-11-01", "shop 09:00:00 后"]


def test_a_message_without_a_time_drives_no_event_from_its_place() -> None:
    untimed = [said(name, "", text, "agent", sent_at=None) for name, text in (("m0", "零"), ("m3", "三"))]
    document = a_session(
        "s-1", untimed[0], said("m1", "10:00:00", "一"), said("m2", "10:00:10", "二"), untimed[1], said("m4", "10:00:40", "四"),
        events=[{"type": "order", "at": "2026-11-01T10:00:20+08:00", "state": "paid"}],
    )  # fmt: skip
    assert shown(document) == [
        "shop  零", "[day] 2026-11-01", "customer 10:00:00 一", "customer 10:00:10 二", "shop  三",
        "[event] 订单 已付款 10:00:20", "customer 10:00:40 四",
    ]  # fmt: skip


def test_cards_and_recalled_messages_say_what_they_are() -> None:
    document = a_session(
        "s-1",
        said("m1", "10:00:00", "", content_type="image"),
        said("m2", "10:00:10", "保证最好", "agent", recalled_at="2026-11-01T10:00:30+08:00"),
        said("m3", "10:00:20", "", "system", content_type="rating_invite"),
    )
    assert shown(document, "en")[1:] == [
        "customer 10:00:00 Image",
        "shop 10:00:10 保证最好recalled at 10:00:30",
        "system 10:00:20 Rating invitation",
    ]
