"""CSV and Excel: one row per message."""

import csv
import io
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from storage.errors import IntakeError
from storage.intake import BadRecord

HEADER = ["会话ID", "发送时间", "发送者", "消息内容"]
ROWS = [
    ["s1", "2026-11-01 10:00:00", "买家", "在吗"],
    ["s1", "2026-11-01 10:00:09", "客服", "在的，亲"],
]


def table(*rows: list[Any], header: list[str] | None = None, delimiter: str = ",") -> str:
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter).writerows([header or HEADER, *rows])
    return text.getvalue()


def workbook(path: Path, *sheets: list[list[Any]], titles: tuple[str, ...] = ()) -> Path:
    with xlsxwriter.Workbook(path, {"default_date_format": "yyyy-mm-dd hh:mm:ss"}) as book:
        for index, rows in enumerate(sheets):
            sheet = book.add_worksheet(titles[index] if titles else None)
            for number, row in enumerate(rows):
                for column, value in enumerate(row):
                    if isinstance(value, datetime):
                        sheet.write_datetime(number, column, value)
                    elif value is not None:
                        sheet.write(number, column, value)
    return path


def texts(session: Any) -> list[tuple[str, str]]:
    return [(message.sender, message.text) for message in session.messages]


EXPECTED = [("customer", "在吗"), ("agent", "在的，亲")]


class TestBadRows:
    @pytest.mark.parametrize(
        ("row", "field", "expected"),
        [
            (
                ["s1", "2026-11-01 10:00:00", "老板", "x"],
                "发送者",
                "'老板' is not known (known: customer, user",
            ),
            (["s1", "2026-11-01 10:00:00", "", "x"], "发送者", "required, but missing or empty"),
            (["s1", "昨天", "买家", "x"], "发送时间", "expected a time such as"),
            (["s1", "2026-11-01 10:00:00", "买家", ""], "消息内容", "expected a non-empty string"),
            (["s1", "2026-11-01 10:00:00", "买家"], "消息内容", "expected a non-empty string"),
        ],
    )
    def test_a_bad_row_gives_up_its_session_and_no_other(
        self, read, row: list[str], field: str, expected: str
    ) -> None:
        bad, good = read(table(ROWS[0], row, ["s2", *ROWS[0][1:]], ROWS[1]), "chats.csv")
        assert isinstance(bad, BadRecord)
        assert (bad.line, bad.field) == (3, field)
        assert expected in bad.message
        assert good.session_id == "s2"

    def test_a_row_without_session_is_bad_alone(self, read) -> None:
        bad, good = read(table(["", *ROWS[0][1:]], *ROWS), "chats.csv")
        assert (bad.line, bad.field, bad.message) == (2, "会话ID", "required, but missing or empty")
        assert texts(good) == EXPECTED

    def test_naive_times_name_their_row_and_column(self, read) -> None:
        rows = [["s1", "2026-11-01T10:00:00+08:00", "买家", "a"], ["s1", "2026-11-01 10:00:09", "客服", "b"]]
        line, field, message = read.bad(table(*rows), "chats.csv", timezone=None)
        assert (line, field) == (3, "发送时间")
        assert "--timezone" in message

    def test_one_message_id_twice_names_the_second_row(self, read) -> None:
        rows = [[*row, "m1"] for row in ROWS]
        line, field, message = read.bad(table(*rows, header=[*HEADER, "消息ID"]), "chats.csv")
        assert (line, field) == (3, "消息ID")
        assert "unique" in message

    def test_lines_are_counted_through_cells_of_several_lines(self, read) -> None:
        rows = [["s1", "2026-11-01 10:00:00", "买家", "一\n二\n三"], ["s2", "x", "买家", "四"]]
        good, bad = read(table(*rows), "chats.csv")
        assert good.messages[0].text == "一\n二\n三"
        assert (bad.line, bad.field) == (5, "发送时间")


class TestFilesThatAreNoTable:
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
    def test_csv(self, read, text: str, expected: str) -> None:
        with pytest.raises(IntakeError, match=expected):
            read(text, "chats.csv")

    def test_neither_utf8_nor_gb18030(self, read) -> None:
        with pytest.raises(IntakeError, match=r"chats\.csv:3: neither UTF-8 nor GB18030"):
            read(table(*ROWS).encode().replace("在的".encode(), b"\xff\xff\x80"), "chats.csv")

    def test_the_encoding_of_a_mapping_is_kept_to(self, read) -> None:
        with pytest.raises(IntakeError, match="not gb2312"):
            read(
                table(["s1", "2026-11-01 10:00:00", "买家", "\U0001f600"]),
                "chats.csv",
                mapping='encoding = "gb2312"\n',
            )

    def test_no_workbook(self, read) -> None:
        with pytest.raises(IntakeError, match="not a workbook that can be read"):
            read("text", "chats.xlsx")

    def test_a_workbook_without_the_columns(self, read, tmp_path: Path) -> None:
        path = workbook(tmp_path / "a.xlsx", [["a", "b"]], [["c"]])
        with pytest.raises(IntakeError, match="no header row with the columns session_id, sender, text"):
            read(path.read_bytes(), "chats.xlsx")


class TestCsv:
    @pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
    @pytest.mark.parametrize("delimiter", [",", "\t", ";", "|"])
    @pytest.mark.parametrize("name", ["chats.csv", "chats.txt", "chats"])
    def test_encodings_and_delimiters(self, read, encoding: str, delimiter: str, name: str) -> None:
        session = read.one(table(*ROWS, delimiter=delimiter).encode(encoding), name)
        assert texts(session) == EXPECTED
        assert session.messages[0].sent_at == datetime(2026, 11, 1, 2, tzinfo=UTC)

    def test_a_late_gb18030_byte_is_found(self, read) -> None:
        rows = [[f"s{n}", "2026-11-01 10:00:00", "agent", "x" * 90] for n in range(1500)]
        text = table(
            *rows,
            ["s1", "2026-11-01 10:00:01", "客户", "你好"],
            header=["session_id", "sent_at", "sender", "text"],
        )
        sessions = read(text.encode("gb18030"), "chats.csv")
        assert texts(sessions[1])[1] == ("customer", "你好")

    def test_rows_of_a_session_need_not_be_together(self, read) -> None:
        rows = [[f"s{n % 3}", f"2026-11-01 10:00:{n:02}", "买家", str(n)] for n in range(9)]
        sessions = read(table(*rows), "chats.csv")
        assert [session.session_id for session in sessions] == ["s0", "s1", "s2"]
        assert [message.text for message in sessions[1].messages] == ["1", "4", "7"]

    def test_titles_above_the_header_and_empty_rows(self, read) -> None:
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
    def test_names_of_columns(self, read, header: list[str]) -> None:
        assert texts(read.one(table(*ROWS, header=header), "chats.csv")) == EXPECTED

    @pytest.mark.parametrize(
        ("word", "sender"),
        [
            ("买家", "customer"), ("客户", "customer"), ("顾客", "customer"), ("Customer", "customer"), (" 客服 ", "agent"),
            ("机器人", "bot"), ("自动回复", "auto_reply"), ("Auto-Reply", "auto_reply"), ("系统", "system"),
        ],
    )  # fmt: skip
    def test_words_for_senders(self, read, word: str, sender: str) -> None:
        assert read.one(table(["s1", "", word, "x"]), "chats.csv").messages[0].sender == sender

    def test_a_sender_written_as_the_nick_of_either_side(self, read) -> None:
        header = [*HEADER, "买家昵称", "客服昵称"]
        rows = [["s1", "", "tb1", "在吗", "tb1", "店:小美"], ["s1", "", "店:小美", "在", "tb1", "店:小美"]]
        session = read.one(table(*rows, header=header), "chats.csv")
        assert [(m.sender, m.sender_id) for m in session.messages] == [
            ("customer", "tb1"),
            ("agent", "店:小美"),
        ]
        assert session.customer_id == "tb1"

    def test_everything_a_row_may_say(self, read) -> None:
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

    def test_a_rating_without_time_is_as_late_as_the_session(self, read) -> None:
        rows = [[*row, "非常满意"] for row in ROWS]
        session = read.one(table(*rows, header=[*HEADER, "评价"]), "chats.csv")
        assert [(event.level, event.at) for event in session.events] == [(5, session.messages[1].sent_at)]

    def test_a_rating_when_nothing_has_a_time(self, read) -> None:
        _, field, message = read.bad(
            table(["s1", "", "买家", "x", "5"], header=[*HEADER, "评价"]), "chats.csv"
        )
        assert field == "rated_at"
        assert "no message has a time" in message

    @pytest.mark.parametrize(
        "cell", ["\t1234567890123456789", '="1234567890123456789"', " 1234567890123456789 "]
    )
    def test_ids_guarded_against_excel(self, read, cell: str) -> None:
        assert read.one(table([cell, *ROWS[0][1:]]), "chats.csv").session_id == "1234567890123456789"

    def test_text_is_kept_as_it_is(self, read) -> None:
        text = '  "亲"，\t在的\n\n😀 ='
        assert read.one(table(["s1", "", "买家", text]), "chats.csv").messages[0].text == text


class TestExcel:
    def test_dates_numbers_and_text(self, read, tmp_path: Path) -> None:
        rows: list[list[Any]] = [
            HEADER,
            [10234567890123, datetime(2026, 11, 1, 10, 0, 0, 250_000), "买家", "在吗"],  # noqa: DTZ001
            [10234567890123, 46327.416678240741, "客服", "在的，亲"],
            [10234567890123, "2026/11/1 10:01", "买家", 12],
            [10234567890123, datetime(2026, 11, 2), "客服", "好"],  # noqa: DTZ001
        ]
        session = read.one(workbook(tmp_path / "a.xlsx", rows).read_bytes(), "chats.xlsx")
        assert session.session_id == "10234567890123"
        assert [m.sent_at.astimezone(UTC).isoformat() for m in session.messages] == [
            "2026-11-01T02:00:00.250000+00:00",
            "2026-11-01T02:00:01+00:00",
            "2026-11-01T02:01:00+00:00",
            "2026-11-01T16:00:00+00:00",
        ]
        assert session.messages[2].text == "12"

    def test_bad_cells_name_the_row_excel_shows(self, read, tmp_path: Path) -> None:
        rows = [["标题"], [], HEADER, ROWS[0], ["s2", 3, "客服", "x"]]
        good, bad = read(workbook(tmp_path / "a.xlsx", rows).read_bytes(), "chats.xlsx")
        assert texts(good) == EXPECTED[:1]
        assert (bad.line, bad.field) == (5, "发送时间")

    def test_sheets_without_the_columns_are_passed_over(self, read, tmp_path: Path) -> None:
        bad_row = ["s3", "", "老板", "x"]
        path = workbook(
            tmp_path / "a.xlsx",
            [["说明"]],
            [HEADER, *ROWS],
            [HEADER, ["s2", *ROWS[0][1:]], bad_row],
            titles=("说明", "一月", "二月"),
        )
        first, second, bad = read(path.read_bytes(), "chats.xlsx")
        assert (first.session_id, second.session_id) == ("s1", "s2")
        assert str(bad).startswith(f"{tmp_path / 'chats.xlsx'}#二月:3: 发送者: ")

    def test_merged_cells_count_for_all_their_rows(self, read, tmp_path: Path) -> None:
        path = tmp_path / "a.xlsx"
        with xlsxwriter.Workbook(path) as book:
            sheet = book.add_worksheet()
            sheet.write_row(1, 1, HEADER)
            for number, row in enumerate([*ROWS, ["", "2026-11-01 10:00:10", "买家", "好"]]):
                sheet.write_row(2 + number, 2, row[1:])
            sheet.merge_range(2, 1, 3, 1, "s1")
            sheet.write(4, 1, "s2")
        first, second = read(path.read_bytes(), "chats.xlsx")
        assert texts(first) == EXPECTED
        assert second.session_id == "s2"

    @pytest.mark.parametrize("name", ["chats", "chats.bin", "chats.xlsm"])
    def test_is_known_by_its_content(self, read, tmp_path: Path, name: str) -> None:
        assert texts(read.one(workbook(tmp_path / "a.xlsx", [HEADER, *ROWS]).read_bytes(), name)) == EXPECTED
