"""Excel: one row per message, on one sheet or several."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from storage.errors import IntakeError
from tests.storage.intake.written_tables import EXPECTED, HEADER, ROWS, texts


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


def test_dates_numbers_and_text(read, tmp_path: Path) -> None:
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


def test_bad_cells_name_the_row_excel_shows(read, tmp_path: Path) -> None:
    rows = [["标题"], [], HEADER, ROWS[0], ["s2", 3, "客服", "x"]]
    good, bad = read(workbook(tmp_path / "a.xlsx", rows).read_bytes(), "chats.xlsx")
    assert texts(good) == EXPECTED[:1]
    assert (bad.line, bad.field) == (5, "发送时间")


def test_sheets_without_the_columns_are_passed_over(read, tmp_path: Path) -> None:
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


def test_merged_cells_count_for_all_their_rows(read, tmp_path: Path) -> None:
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
def test_is_known_by_its_content(read, tmp_path: Path, name: str) -> None:
    assert texts(read.one(workbook(tmp_path / "a.xlsx", [HEADER, *ROWS]).read_bytes(), name)) == EXPECTED


def test_no_workbook(read) -> None:
    with pytest.raises(IntakeError, match="not a workbook that can be read"):
        read("text", "chats.xlsx")


def test_a_workbook_without_the_columns(read, tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsx", [["a", "b"]], [["c"]])
    with pytest.raises(IntakeError, match="no header row with the columns session_id, sender, text"):
        read(path.read_bytes(), "chats.xlsx")
