"""The report: every number that is a link leads to exactly as many sessions; shares have their denominators."""

import html
import re
from datetime import date
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from starlette.testclient import TestClient

from api.console.language import translator
from api.console.reports.agents import agent_table
from api.console.reports.filters import Asked, weeks_of
from api.console.reports.report_page import figures_of, ratings_of, rule_rows
from evaluators.catalogue.loading import load_catalogue
from storage.reports import Overview, ReportFilters, RuleCounts, ScoreSummary

RULES = {rule.id: rule for rule in load_catalogue().rules}
ZH, EN = translator("zh"), translator("en")
ZONE = ZoneInfo("Asia/Shanghai")
_LINK = re.compile(r'<a href="(/desk\?[^"]*)">([\d,]+)</a>')
_ROW = re.compile(r"<tr data-row>")


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


@pytest.mark.parametrize("query", ["to_day=tomorrow", "colour=red"])
def test_what_cannot_be_asked_is_refused(samples: TestClient, query: str) -> None:
    assert samples.get(f"/reports?{query}").status_code == 422


def test_shares_are_of_what_was_decided_and_the_open_stand_apart() -> None:
    found = [counts("prohibited_superlative", hit=3, no_hit=9, judge_timeout=2, session_open=1)]
    [row] = rule_rows(found, RULES, {}, EN)
    assert (row.hit, row.decided, row.share, row.open) == ("3", "12", "25.0%", "3")
    assert row.causes == "judge too slow 2, session still open 1"
    assert row.href == "/desk?rule_hit=prohibited_superlative"


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
    figures = figures_of(nothing, {}, ZH)
    assert [each.part for each in figures] == ["", "/ 2 · 0.0%", "取自 0 个会话", "/ 0 · —", "/ 0 · —"]


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
