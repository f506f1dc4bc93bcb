"""Sections on a terminal, in a pipe and in a workbook; the words of a report."""

import io
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from python_calamine import load_workbook
from rich.console import Console

from api.reporting.layout import lay_out
from api.reporting.rule_words import ROLES, how_it_decides
from api.reporting.section import Section, heads
from api.reporting.show import show_plain, show_tables
from api.reporting.tally import Tally
from api.reporting.wording import CAUSES, moment, seconds, share, what_decides
from api.reporting.workbook import write_workbook
from evaluators.catalogue.loading import load_catalogue
from evaluators.types import REASON_PRECEDENCE
from prompts.errors import FileError
from prompts.library import load_prompts

SECTION = Section(
    title="客服", english="Agents", columns=heads("客服 agent | 会话 sessions > | P90 >"),
    rows=(("小A [bold]", "1,024", "3秒"), ("带\t制表\n符", "7", "—")), notes=("注 note",),
)  # fmt: skip


def plain(*sections: Section) -> str:
    out = io.StringIO()
    show_plain(sections, out)
    return out.getvalue()


def test_headings_are_read_from_one_line() -> None:
    first, second, third = heads("客服 agent | 会话 sessions > | P90 >")
    assert (first.name, first.english, first.number) == ("客服", "agent", False)
    assert (second.name, second.english, second.number) == ("会话", "sessions", True)
    assert (third.name, third.english, third.number) == ("P90", "", True)


def test_in_a_pipe_a_row_is_a_line_and_a_cell_is_between_tabs() -> None:
    assert plain(SECTION) == (
        "# 客服 Agents\n客服 agent\t会话 sessions\tP90\n小A [bold]\t1,024\t3秒\n带 制表 符\t7\t—\n# 注 note\n\n"
    )


def test_on_a_terminal_nothing_of_the_text_is_read_as_markup() -> None:
    console = Console(file=io.StringIO(), width=100, force_terminal=False)
    show_tables([SECTION], console)
    shown = console.file.getvalue()  # type: ignore[attr-defined]
    assert "小A [bold]" in shown
    assert "注 note" in shown


def test_a_workbook_has_a_sheet_per_section_and_counts_as_numbers(tmp_path: Path) -> None:
    path = tmp_path / "report.xlsx"
    write_workbook([SECTION], path)
    sheet = load_workbook(path).get_sheet_by_name("客服")
    head, first, *_ = sheet.to_python()
    assert head == ["客服\nagent", "会话\nsessions", "P90"]
    assert first == ["小A [bold]", 1024.0, timedelta(seconds=3)]


def test_no_cell_of_a_workbook_is_a_formula(tmp_path: Path) -> None:
    path = tmp_path / "report.xlsx"
    said = '=HYPERLINK("http://x")'
    write_workbook([Section(title="红线", english="", columns=heads("原话"), rows=((said,),))], path)
    assert load_workbook(path).get_sheet_by_index(0).to_python()[1] == [said]


@pytest.mark.parametrize(
    ("name", "message"),
    [("report.pdf", "expected a name that ends in .xlsx"), ("no/x.xlsx", "cannot be written")],
)
def test_a_workbook_that_cannot_be_written_says_why(tmp_path: Path, name: str, message: str) -> None:
    with pytest.raises(FileError, match=message):
        write_workbook([SECTION], tmp_path / name)
    assert list(tmp_path.iterdir()) == []


def test_every_row_of_the_report_has_a_cell_per_column() -> None:
    for section in lay_out(Tally().report()):
        assert all(len(row) == len(section.columns) for row in section.rows)


def test_a_report_on_nothing_claims_nothing() -> None:
    text = plain(*lay_out(Tally().report()))
    assert "会话 sessions\t0" in text
    assert "0.0%" not in text
    assert "没有触犯红线" in text


@pytest.mark.parametrize(
    ("number", "total", "shown"),
    [(1, 8, "12.5%"), (0, 8, "0.0%"), (0, 0, "—"), (3, None, ""), (8, 8, "100.0%")],
)
def test_nothing_out_of_nothing_is_no_rate(number: int, total: int | None, shown: str) -> None:
    assert share(number, total) == shown


@pytest.mark.parametrize(
    ("wait", "shown"),
    [(0, "0秒"), (9, "9秒"), (9.26, "9.3秒"), (60, "1分"), (200, "3分20秒"), (3661, "1小时1分1秒")],
)
def test_waits_are_said_as_people_say_them(wait: float, shown: str) -> None:
    assert seconds(wait) == shown


def test_every_cause_says_what_would_decide_it() -> None:
    for cause in (*REASON_PRECEDENCE, "not_learned"):
        assert CAUSES[cause]
        assert what_decides(cause, None)


def test_an_open_window_says_when_it_closes() -> None:
    at = datetime.fromisoformat("2026-11-01T10:06:00+08:00")
    assert f"最早 {moment(at)}" in what_decides("window_open", at.isoformat())


TITLES = {prompt.id: prompt.title for prompt in load_prompts().values()}
RULES = load_catalogue(derived=True).rules


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_every_rule_says_how_it_decides(rule: object) -> None:
    said = how_it_decides(rule, TITLES)  # type: ignore[arg-type]
    assert said.endswith("即命中")
    assert "None" not in said
    assert not any(f"{role}的" in said for role in ROLES)


@pytest.mark.parametrize(
    ("number", "said"),
    [
        (
            "R01",
            "若有店铺侧的消息:店铺侧的前 3 条消息中没有出现店铺侧的消息(含任一「您好」「欢迎」「光临」「服务」「高兴」)即命中",
        ),
        ("R10", "人工客服转接时,转出的人此前没有人工客服的消息即命中"),
        ("R36", "客服收到的最后一次评价为“不满意”(2)即命中"),
        ("R51", "首次回复的等待时间(以人工客服的消息为回复)超过 20 秒即命中"),
        ("R55", "任一轮的回复时间(以客服的消息为回复)达到 30 分钟即命中"),
    ],
)
def test_how_a_rule_decides_is_one_sentence(number: str, said: str) -> None:
    assert how_it_decides(load_catalogue().find(number), TITLES) == said
