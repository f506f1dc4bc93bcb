"""Cells of a report as numbers that a spreadsheet sorts and sums."""

import pytest

from api.reporting.cells import COUNT, DAYS, PLAIN, SHARE, columns_of, number_of


@pytest.mark.parametrize(
    ("cell", "number", "shown"),
    [
        ("7", 7, PLAIN), ("1,024", 1024, COUNT), ("-40", -40, PLAIN), ("+960", 960, PLAIN), ("87.5", 87.5, PLAIN),
        ("0", 0, PLAIN), ("24.4%", 0.244, SHARE), ("-1.5%", -0.015, SHARE), ("−3", -3, PLAIN),
        ("13秒", 13 / 86400, DAYS), ("1分20秒", 80 / 86400, DAYS), ("7小时2分45秒", 25365 / 86400, DAYS),
        ("3 分 20 秒", 200 / 86400, DAYS), ("2 小时 5 分", 7500 / 86400, DAYS), ("3 天", 3, DAYS),
        ("2 h 5 min", 7500 / 86400, DAYS), ("4.5 s", 4.5 / 86400, DAYS),
    ],
)  # fmt: skip
def test_what_is_a_number(cell: str, number: float, shown: str) -> None:
    found = number_of(cell)
    assert found is not None
    assert (found[0], found[1]) == (pytest.approx(number), shown)


@pytest.mark.parametrize(
    "cell",
    ["", "—", "007", "13800138000123456", "R51", "≤ 20秒", "1.2.3", "=1+1", "2026-11-01 10:05", "12秒钟"],
)
def test_what_is_none(cell: str) -> None:
    assert number_of(cell) is None


def test_a_number_out_of_others_is_columns_of_its_own() -> None:
    columns = columns_of("红线", ["8 / 119 · 6.7%", "—", "0 / 40 · 0.0%"], is_number=False)
    assert [(each.heading, each.values) for each in columns] == [
        ("红线", [8.0, "—", 0.0]),
        ("红线 /", [119.0, "", 40.0]),
        ("红线 %", [pytest.approx(0.067), "", 0.0]),
    ]


def test_what_stands_behind_a_number_is_split_too() -> None:
    columns = columns_of("共", ["/ 209 · 45.7%", "/ 1,209 · 13.4%"], is_number=False)
    assert [(each.heading, each.values) for each in columns] == [
        ("共 /", [209.0, 1209.0]),
        ("共 %", [pytest.approx(0.457), pytest.approx(0.134)]),
    ]


def test_ids_and_words_stay_what_they_are() -> None:
    [ids] = columns_of("会话", ["007", "12"], is_number=False)
    assert ids.values == ["007", "12"]
    [quotes] = columns_of("原话", ["24.4%", "全网最低"], is_number=False)
    assert quotes.values == ["24.4%", "全网最低"]
    [dates] = columns_of("日", ["1/2 见", "—"], is_number=False)
    assert dates.values == ["1/2 见", "—"]


def test_a_column_of_numbers_may_have_a_word_in_it() -> None:
    [limits] = columns_of("标准", ["≤ 20秒", "1分"], is_number=True)
    assert limits.values == ["≤ 20秒", pytest.approx(60 / 86400)]
