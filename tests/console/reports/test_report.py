"""The report: every number that is a link leads to exactly as many sessions; shares have their denominators."""

import html
import io
import re
from datetime import date
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from python_calamine import CalamineWorkbook
from starlette.testclient import TestClient

from api.console.language import translator
from api.console.reports.agents import agent_table
from api.console.reports.checks import CheckedView, Checks
from api.console.reports.filters import Asked, weeks_of
from api.console.reports.report_page import figures_of, ratings_of, replies_of, rule_rows
from api.console.reports.types import trends_of, type_rows
from evaluators.catalogue.loading import load_catalogue
from storage.reports import Overview, ReplyTimeSummary, ReportFilters, RuleCounts, ScoreSummary
from tests.api.building import a_session, said

RULES = {rule.id: rule for rule in load_catalogue().rules}
ZH, EN = translator("zh"), translator("en")
ZONE = ZoneInfo("Asia/Shanghai")
_LINK = re.compile(r'<a href="(/desk\?[^"]*)">([\d,]+)</a>')
_ROW = re.compile(r"<tr data-row>")

#: A shop sets the standard of R02; R45 is what a judge has to learn.
BY_NUMBER = {str(rule.number): rule for rule in RULES.values()}


def counts(
    rule_id: str, agent: str | None = None, hit: int = 0, no_hit: int = 0, **causes: int
) -> RuleCounts:
    return RuleCounts(
        rule_id=rule_id, agent_id=agent, hit=hit, no_hit=no_hit, not_applicable=0, undetermined=causes
    )


def scores(agent: str, mean: float, sessions: int) -> ScoreSummary:
    return ScoreSummary(
        key=agent, sessions=sessions, mean_score=mean, lowest_score=mean, red_lines=0, bonus=0, deductions=0,
        undetermined=0,
    )  # fmt: skip


@pytest.mark.parametrize(
    "query",
    [
        "?to_day=2026-11-15",
        "?to_day=2026-11-11&from_day=2026-11-01",
        "?to_day=2026-11-15&agent=zl-01",
        "?to_day=2026-11-15&group=presale",
    ],
)
def test_a_number_leads_to_as_many_sessions(samples: TestClient, query: str) -> None:
    page = samples.get(f"/reports{query}")
    assert page.status_code == 200
    links = {(html.unescape(href), int(number.replace(",", ""))) for href, number in _LINK.findall(page.text)}
    assert len(links) > 10
    wrong = {}
    for href, number in links:
        listed = samples.get(f"{href}&limit=200")
        found = len(_ROW.findall(listed.text))
        if listed.status_code != 200 or found != number:
            wrong[href] = (number, found)
    assert wrong == {}


def test_reading_in_english(samples: TestClient) -> None:
    page = samples.get("/reports", headers={"Cookie": "mingjian_language=en"})
    assert "<h1>Reports</h1>" in page.text


@pytest.mark.parametrize("path", ["/reports?shop=nobody", "/reports?from_day=2030-01-01"])
def test_an_empty_report_says_what_to_do(samples: TestClient, path: str) -> None:
    page = samples.get(path)
    assert "没有符合条件的会话" in page.text
    assert 'href="/reports"' in page.text


@pytest.mark.parametrize(
    "query",
    ["to_day=tomorrow", "colour=red", "to_day=0001-01-01", "from_day=1969-12-31", "to_day=9999-12-31"],
)
def test_what_cannot_be_asked_is_refused(samples: TestClient, query: str) -> None:
    assert samples.get(f"/reports?{query}").status_code == 422


def test_shares_are_of_what_was_decided_and_the_open_stand_apart() -> None:
    found = [counts("prohibited_superlative", hit=3, no_hit=9, judge_timeout=2, session_open=1)]
    [row] = rule_rows(found, RULES, {}, EN)
    assert (row.hit, row.decided, row.share, row.open) == ("3", "12", "25.0%", "3")
    assert row.causes == "judge too slow 2, session still open 1"
    assert row.href == "/desk?rule_hit=prohibited_superlative"
    rows = rule_rows([counts(each, not_configured=1) for each in ("R02", "R45")], BY_NUMBER, {}, ZH)
    assert [each.causes for each in rows] == ["没有配置标准 1", "判断器没学过 1"]


def test_a_rule_that_only_passed_is_left_out_and_one_that_is_gone_has_no_list() -> None:
    rows = rule_rows([counts("missing_welcome", no_hit=5), counts("gone_rule", hit=1)], RULES, {}, ZH)
    assert [(row.pill.text, row.href) for row in rows] == [("gone_rule", "")]


def test_nothing_inspected_has_no_share() -> None:
    nothing = Overview(
        sessions=2,
        inspected=0,
        not_inspected=2,
        mean_score=None,
        red_line_sessions=0,
        sessions_with_undetermined=0,
    )
    unknown = CheckedView("", "", "", "", "太少")
    figures = figures_of(nothing, Checks(unknown, unknown), {}, ZH)
    assert [each.part for each in figures] == ["", "/ 2 · 0.0%", "取自 0 个会话", "/ 0 · —", "/ 0 · —"]


def test_each_mean_reply_time_is_out_of_the_sessions_that_have_one() -> None:
    times = ReplyTimeSummary(
        sessions=9, first_reply=4, first_replies=9, first_human_reply=60, first_human_replies=7,
        average_reply=None, average_replies=0,
    )  # fmt: skip
    found = [(each.number, each.part, each.out_of) for each in replies_of(times, ZH)]
    assert found == [
        ("4 秒", "平均值，9 个会话有回复", "/ 9"), ("1 分 0 秒", "平均值，7 个会话有回复", "/ 7"),
        ("—", "平均值，0 个会话有回复", "/ 0"),
    ]  # fmt: skip


def test_unrated_sessions_are_in_no_share_of_a_level() -> None:
    figures = ratings_of({1: 1, 2: 0, 3: 0, 4: 1, 5: 2, None: 6}, {"shop": "a"}, ZH)
    assert [each.part for each in figures] == [
        "/ 4 · 50.0%", "/ 4 · 25.0%", "/ 4 · 0.0%", "/ 4 · 0.0%", "/ 4 · 25.0%", "/ 10 · 60.0%",
    ]  # fmt: skip
    assert figures[0].href == "/desk?shop=a&satisfaction=5"


def test_agents_stand_beside_the_team_lowest_first() -> None:
    by_agent = [
        counts("missing_welcome", "b", hit=1, no_hit=1),
        counts("missing_welcome", "a", hit=2, no_hit=2, window_open=1),
        counts("missing_welcome", None, hit=7),
    ]
    table = agent_table(by_agent, [scores("a", 90, 3), scores("b", 70, 1)], RULES, {}, ZH)
    assert (table.columns, table.team, table.cards) == ([RULES["missing_welcome"].title], "85.0", "4")
    assert [(row.agent, row.difference) for row in table.rows] == [("b", "-15.0"), ("a", "+5.0")]
    [cell] = table.rows[1].cells
    assert cell is not None
    assert (cell.hit, cell.decided, cell.open) == ("2", "4", 1)
    assert cell.href == "/desk?rule_hit=missing_welcome&charged_to=a"


def test_three_weeks_end_with_the_last_day() -> None:
    weeks = weeks_of(Asked({}, ReportFilters(shop="s"), ZONE, None), date(2026, 11, 15))
    assert [(week.first.day, week.last.day) for week in weeks] == [(26, 1), (2, 8), (9, 15)]
    assert weeks[0].filters.shop == "s"
    for before, after in pairwise(weeks):
        assert before.filters.started_to == after.filters.started_from


def test_kinds_of_problems_are_shares_of_all_hits_of_faults() -> None:
    praise = next(rule.id for rule in RULES.values() if (rule.score or 0) > 0)
    found = [
        counts("prohibited_superlative", hit=6), counts("missing_welcome", hit=3), counts(praise, hit=50),
        counts("gone_rule", hit=9), counts("slow_first_reply", hit=0, no_hit=4),
    ]  # fmt: skip
    first, second = type_rows(found, RULES, ZH)
    assert (first.name, first.hits, first.part, first.bar) == (
        RULES["prohibited_superlative"].category, "6", "/ 9 · 66.7%", 100,
    )  # fmt: skip
    assert (second.name, second.part, second.bar) == (RULES["missing_welcome"].category, "/ 9 · 33.3%", 50)
    assert type_rows([], RULES, ZH) == []


def test_a_week_in_which_nothing_was_decided_is_no_zero() -> None:
    weeks = [[counts("a", hit=1, no_hit=3)], [counts("a", judge_timeout=2)], [counts("b", no_hit=1)]]
    assert trends_of(weeks) == {"a": "1/4 → — → —", "b": "— → — → 0/1"}


def test_the_workbook_has_the_numbers_of_the_page(samples: TestClient) -> None:
    query = "?group=presale&to_day=2026-11-15"
    page = samples.get(f"/reports{query}").text
    assert f'href="/reports/workbook{html.escape(query)}"' in page
    answer = samples.get(f"/reports/workbook{query}")
    assert 'filename="report.xlsx"' in answer.headers["content-disposition"]
    book = CalamineWorkbook.from_filelike(io.BytesIO(answer.content))
    assert book.sheet_names == ["总览", "三周走势", "问题类型", "客服与规则", "规则", "满意度", "响应时间"]
    overview = book.get_sheet_by_name("总览").to_python()
    number = re.search(r'<dt>会话</dt>\s*<dd><a href="[^"]*">(\d+)</a>', page)
    assert number is not None
    assert ["会话", int(number[1])] == overview[1][:2]
    assert overview[0][2:4] == ["共 /", "共 %"]
    assert [type(each) for each in overview[2][1:4]] == [float] * 3, "numbers and shares are numbers"
    assert any("分组 presale" in str(cell) for row in overview for cell in row)
    hits = {row[1]: row[2] for row in book.get_sheet_by_name("规则").to_python()[1:]}
    assert hits
    for title, hit in hits.items():
        assert re.search(rf"{re.escape(html.escape(str(title)))}</span>.*?>{int(hit)}<", page, re.DOTALL)


def test_without_days_a_report_is_of_three_weeks_up_to_the_newest_session(console: TestClient) -> None:
    chats = [
        a_session(
            f"s-{day}",
            said("m1", "10:00:00", "在吗"),
            started_at=f"{day}T10:00:00+08:00",
            ended_at=None,
            agents=[],
        )
        for day in ("2025-01-05", "2026-10-25", "2026-10-26", "2026-11-15")
    ]
    assert console.post("/v1/sessions", json=chats).status_code == 202
    page = console.get("/reports").text
    assert 'name="from_day" type="date" value="2026-10-26"' in page
    assert 'name="to_day" type="date" value="2026-11-15"' in page
    assert sessions_of(page) == 2
    [link] = re.findall(r'href="(/reports\?from_day=2025-01-05)"', page)
    assert sessions_of(console.get(link).text) == 4
    for query in ("?from_day=2026-10-01", "?to_day=2026-10-25"):
        assert "看全部时间" not in console.get(f"/reports{query}").text


def test_an_empty_service_has_an_empty_report(console: TestClient) -> None:
    page = console.get("/reports")
    assert (page.status_code, "看全部时间" in page.text) == (200, False)


def sessions_of(page: str) -> int:
    """The number of sessions that the report is about."""
    return int(re.findall(r"<dt>会话</dt>\s*<dd>(?:<a [^>]*>)?([\d,]+)", page)[0])
