"""Rows that cannot be used: the row is named, and only its session is given up."""

import pytest

from storage.intake import BadRecord
from tests.storage.intake.written_tables import EXPECTED, HEADER, ROWS, table, texts


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
def test_a_bad_row_gives_up_its_session_and_no_other(read, row: list[str], field: str, expected: str) -> None:
    bad, good = read(table(ROWS[0], row, ["s2", *ROWS[0][1:]], ROWS[1]), "chats.csv")
    assert isinstance(bad, BadRecord)
    assert (bad.line, bad.field) == (3, field)
    assert expected in bad.message
    assert good.session_id == "s2"


def test_a_row_without_session_is_bad_alone(read) -> None:
    bad, good = read(table(["", *ROWS[0][1:]], *ROWS), "chats.csv")
    assert (bad.line, bad.field, bad.message) == (2, "会话ID", "required, but missing or empty")
    assert texts(good) == EXPECTED


def test_naive_times_name_their_row_and_column(read) -> None:
    rows = [["s1", "2026-11-01T10:00:00+08:00", "买家", "a"], ["s1", "2026-11-01 10:00:09", "客服", "b"]]
    line, field, message = read.bad(table(*rows), "chats.csv", timezone=None)
    assert (line, field) == (3, "发送时间")
    assert "--timezone" in message


def test_one_message_id_twice_names_the_second_row(read) -> None:
    rows = [[*row, "m1"] for row in ROWS]
    line, field, message = read.bad(table(*rows, header=[*HEADER, "消息ID"]), "chats.csv")
    assert (line, field) == (3, "消息ID")
    assert "unique" in message


def test_lines_are_counted_through_cells_of_several_lines(read) -> None:
    rows = [["s1", "2026-11-01 10:00:00", "买家", "一\n二\n三"], ["s2", "x", "买家", "四"]]
    good, bad = read(table(*rows), "chats.csv")
    assert good.messages[0].text == "一\n二\n三"
    assert (bad.line, bad.field) == (5, "发送时间")
