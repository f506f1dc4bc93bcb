"""An agent beside the team: every linked number leads to exactly as many sessions, week by week."""

import html
import re
from datetime import date

import pytest
from starlette.testclient import TestClient

from api.console.language import translator
from api.console.reports.agent_page import Read, rule_lines, week_lines
from api.console.reports.filters import Week
from evaluators.catalogue.loading import load_catalogue
from storage.reports import ReportFilters, RuleCounts, ScoreSummary

RULES = {rule.id: rule for rule in load_catalogue().rules}
ZH = translator("zh")
FAULT, OTHER = "missing_welcome", "slow_first_reply"
PRAISE = next(rule.id for rule in RULES.values() if (rule.score or 0) > 0)
_LINK = re.compile(r'<a href="(/desk\?[^"]*)">([\d,]+)</a>')
_ROW = re.compile(r"<tr data-row>")


def _counts(rule_id: str, agent: str | None, hit: int, no_hit: int = 0, **causes: int) -> RuleCounts:
    return RuleCounts(
        rule_id=rule_id, agent_id=agent, hit=hit, no_hit=no_hit, not_applicable=0, undetermined=causes
    )


def _card(agent: str | None, mean: float, sessions: int, red_lines: int = 0) -> ScoreSummary:
    return ScoreSummary(
        key=agent, sessions=sessions, mean_score=mean, lowest_score=mean, red_lines=red_lines, bonus=0,
        deductions=0, undetermined=0,
    )  # fmt: skip


def _read(first_day: int, cards: list[ScoreSummary], counts: list[RuleCounts], sessions: int = 4) -> Read:
    week = Week(date(2026, 11, first_day), date(2026, 11, first_day + 6), ReportFilters())
    return Read(week, sessions, cards, counts)


def test_a_week_has_the_agent_beside_the_team_each_with_what_it_is_out_of() -> None:
    worked = _read(1, [_card("a", 60, 1, red_lines=1), _card("b", 90, 2)], [])
    away = _read(8, [_card("b", 90, 2)], [], sessions=0)
    first, second = week_lines([worked, away], "a", {"shop": "s", "to_day": "2026-12-01"})
    assert (first.mean, first.cards, first.team, first.team_cards, first.difference, first.red_lines) == (
        "60.0", "1", "80.0", "3", "-20.0", "1",
    )  # fmt: skip
    assert first.href == "/desk?shop=s&to_day=2026-11-07&from_day=2026-11-01&agent=a"
    assert (second.mean, second.cards, second.team, second.difference, second.bar) == (
        "—",
        "0",
        "90.0",
        "—",
        0,
    )


def test_rules_stand_against_the_team_over_the_weeks_together_faults_first() -> None:
    one = [
        _counts(FAULT, "a", 1, 1),
        _counts(FAULT, "b", 0, 6),
        _counts(OTHER, "a", 0, 2),
        _counts(OTHER, "b", 1),
    ]
    two = [
        _counts(FAULT, "a", 2, 0, window_open=1), _counts(PRAISE, "a", 1), _counts(FAULT, None, 9),
        _counts("gone_rule", "a", 1),
    ]  # fmt: skip
    lines = rule_lines([_read(1, [], one), _read(8, [], two)], "a", RULES, {"to_day": "2026-11-14"}, ZH)
    assert [line.rule_id for line in lines] == [FAULT, "gone_rule", OTHER, PRAISE]
    fault = lines[0]
    assert (fault.own.hit, fault.own.decided, fault.own.share, fault.own.open) == ("3", "4", "75.0%", 1)
    assert (fault.team.hit, fault.team.decided, fault.apart) == ("3", "10", "+45.0")
    assert [(week.hit, week.decided) for week in fault.weeks] == [("1", "2"), ("2", "2")]
    wanted = f"rule_hit={FAULT}&charged_to=a"
    assert fault.own.href == f"/desk?to_day=2026-11-14&{wanted}&from_day=2026-11-01"
    assert fault.weeks[0].href == f"/desk?to_day=2026-11-07&{wanted}&from_day=2026-11-01"
    assert lines[1].own.href == lines[1].weeks[1].href == "", "a rule that is gone has no list"


def test_a_rule_that_was_never_decided_for_the_agent_is_left_out() -> None:
    found = [_counts(FAULT, "a", 0, 0, judge_timeout=3), _counts(FAULT, "b", 5), _counts(OTHER, "a", 0, 3)]
    assert rule_lines([_read(1, [], found)], "a", RULES, {}, ZH) == []


@pytest.mark.parametrize(
    ("agent", "query"),
    [
        ("tz-03", "?to_day=2026-11-15"), ("zl-01", "?to_day=2026-11-11"), ("lx-bot", "?to_day=2026-11-15"),
        ("zl-01", "?to_day=2026-11-15&group=presale"),
    ],
)  # fmt: skip
def test_every_number_leads_to_as_many_sessions(samples: TestClient, agent: str, query: str) -> None:
    page = samples.get(f"/reports/agents/{agent}{query}")
    assert page.status_code == 200
    links = {(html.unescape(href), int(number.replace(",", ""))) for href, number in _LINK.findall(page.text)}
    assert len(links) > 3
    found = {
        (href, len(_ROW.findall(samples.get(f"{href}&limit=200").text))) for href, _ in links
    }  # fmt: skip
    assert found == links


def test_the_report_leads_to_the_agent_under_the_same_conditions(samples: TestClient) -> None:
    page = samples.get("/reports?to_day=2026-11-15&group=presale").text
    [href] = set(re.findall(r'href="(/reports/agents/zl-01[^"]*)"', page))
    shown = samples.get(html.unescape(href)).text
    assert "<h1>小柚 zl-01</h1>" in shown
    assert 'name="group" type="text" value="presale"' in shown


def test_an_agent_who_did_nothing_is_told_so(samples: TestClient) -> None:
    page = samples.get("/reports/agents/nobody?to_day=2026-11-15")
    assert (page.status_code, "这三周没有命中" in page.text) == (200, True)
