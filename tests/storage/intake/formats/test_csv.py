"""CSV: one row per message."""

from datetime import UTC, datetime

import pytest

from storage.errors import IntakeError
from tests.storage.intake.written_tables import EXPECTED, HEADER, ROWS, table, texts


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", "\t", ";", "|"])
@pytest.mark.parametrize("name", ["chats.csv", "chats.txt", "chats"])
def test_encodings_and_delimiters(read, encoding: str, delimiter: str, name: str) -> None:
    session = read.one(table(*ROWS, delimiter=delimiter).encode(encoding), name)
    assert texts(session) == EXPECTED
    assert session.messages[0].sent_at == datetime(2026, 11, 1, 2, tzinfo=UTC)


def test_a_late_gb18030_byte_is_found(read) -> None:
    rows = [[f"s{n}", "2026-11-01 10:00:00", "agent", "x" * 90] for n in range(1500)]
    text = table(
        *rows,
        ["s1", "2026-11-01 10:00:01", "客户", "你好"],
        header=["session_id", "sent_at", "sender", "text"],
    )
    sessions = read(text.encode("gb18030"), "chats.csv")
    assert texts(sessions[1])[1] == ("customer", "你好")


def test_rows_of_a_session_need_not_be_together(read) -> None:
    rows = [[f"s{n % 3}", f"2026-11-01 10:00:{n:02}", "买家", str(n)] for n in range(9)]
    sessions = read(table(*rows), "chats.csv")
    assert [session.session_id for session in sessions] == ["s0", "s1", "s2"]
    assert [message.text for message in sessions[1].messages] == ["1", "4", "7"]


def test_titles_above_the_header_and_empty_rows(read) -> None:
    text = "客服聊天记录,,,\n2026年11月,,,\n\n" + table(ROWS[0], ["", "", "", ""], ROWS[1])
    assert texts(read.one(text, "chats.csv")) == EXPECTED


@pytest.mark.parametrize(
    "header",
    [
        ["session_id", "sent_at", "sender", "text"],
        ["Session ID", "Sent-At", "SENDER", "Text"],
        ["会话id", "发送时间", "发送方", "内容"],
        ["对话编号", "时间", "角色", "聊天内容"],
        ["ｓｅｓｓｉｏｎ＿ｉｄ", "消息时间", "发送人", "消息"],
    ],
)
def test_names_of_columns(read, header: list[str]) -> None:
    assert texts(read.one(table(*ROWS, header=header), "chats.csv")) == EXPECTED


@pytest.mark.parametrize(
    ("word", "sender"),
    [
        ("买家", "customer"), ("客户", "customer"), ("顾客", "customer"), ("Customer", "customer"), (" 客服 ", "agent"),
        ("机器人", "bot"), ("自动回复", "auto_reply"), ("Auto-Reply", "auto_reply"), ("系统", "system"),
    ],
)  # fmt: skip
def test_words_for_senders(read, word: str, sender: str) -> None:
    assert read.one(table(["s1", "", word, "x"]), "chats.csv").messages[0].sender == sender


def test_a_sender_written_as_the_nick_of_either_side(read) -> None:
    header = [*HEADER, "买家昵称", "客服昵称"]
    rows = [["s1", "", "tb1", "在吗", "tb1", "店:小美"], ["s1", "", "店:小美", "在", "tb1", "店:小美"]]
    session = read.one(table(*rows, header=header), "chats.csv")
    assert [(m.sender, m.sender_id) for m in session.messages] == [
        ("customer", "tb1"),
        ("agent", "店:小美"),
    ]
    assert session.customer_id == "tb1"


def test_everything_a_row_may_say(read) -> None:
    header = [
        *HEADER, "消息ID", "发送者ID", "消息类型", "是否撤回",
        "平台", "店铺", "客服组", "买家", "会话结束时间", "满意度", "评价时间",
    ]  # fmt: skip
    session_cells = [
        "taobao",
        "甲店",
        "售前",
        "tb1",
        "2026-11-01 10:30:00",
        "不满意",
        "2026-11-01 10:31:00",
    ]
    rows = [
        [*ROWS[0], "m1", "tb1", "文本", "否", *session_cells],
        ["s1", "2026-11-01 10:00:09", "客服", "", "m2", "店:小美", "图片", "是", *session_cells],
    ]
    session = read.one(table(*rows, header=header), "chats.csv")
    first, second = session.messages
    assert (first.message_id, first.sender_id, first.content_type, first.recalled_at) == (
        "m1",
        "tb1",
        "text",
        None,
    )
    assert (second.content_type, second.recalled_at) == ("image", second.sent_at)
    assert (session.platform, session.shop, session.group) == ("taobao", "甲店", "售前")
    assert session.ended_at == datetime(2026, 11, 1, 2, 30, tzinfo=UTC)
    [rating] = session.events
    assert (rating.level, rating.at) == (2, datetime(2026, 11, 1, 2, 31, tzinfo=UTC))


def test_a_rating_without_time_is_as_late_as_the_session(read) -> None:
    rows = [[*row, "非常满意"] for row in ROWS]
    session = read.one(table(*rows, header=[*HEADER, "评价"]), "chats.csv")
    assert [(event.level, event.at) for event in session.events] == [(5, session.messages[1].sent_at)]


def test_a_rating_when_nothing_has_a_time(read) -> None:
    _, field, message = read.bad(table(["s1", "", "买家", "x", "5"], header=[*HEADER, "评价"]), "chats.csv")
    assert field == "rated_at"
    assert "no message has a time" in message


@pytest.mark.parametrize("cell", ["\t1234567890123456789", '="1234567890123456789"', " 1234567890123456789 "])
def test_ids_guarded_against_excel(read, cell: str) -> None:
    assert read.one(table([cell, *ROWS[0][1:]]), "chats.csv").session_id == "1234567890123456789"


def test_text_is_kept_as_it_is(read) -> None:
    text = '  "亲"，\t在的\n\n😀 ='
    assert read.one(table(["s1", "", "买家", text]), "chats.csv").messages[0].text == text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "a,b,c\n1,2,3\n",
            r"no header row with the columns session_id, sender, text .*\(found: a, b, c\)",
        ),
        ("会话ID,发送者\ns1,买家\n", r"no header row with the columns text .*\(found: 会话ID, 发送者\)"),
        (table(*ROWS) + '"never closed' + "x" * 200_000, "is a quote left open"),
    ],
)
def test_a_file_that_is_no_table(read, text: str, expected: str) -> None:
    with pytest.raises(IntakeError, match=expected):
        read(text, "chats.csv")


def test_neither_utf8_nor_gb18030(read) -> None:
    with pytest.raises(IntakeError, match=r"chats\.csv:3: neither UTF-8 nor GB18030"):
        read(table(*ROWS).encode().replace("在的".encode(), b"\xff\xff\x80"), "chats.csv")


def test_the_encoding_of_a_mapping_is_kept_to(read) -> None:
    with pytest.raises(IntakeError, match="not gb2312"):
        read(
            table(["s1", "2026-11-01 10:00:00", "买家", "\U0001f600"]),
            "chats.csv",
            mapping='encoding = "gb2312"\n',
        )
