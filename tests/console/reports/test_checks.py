"""Scores and red lines stand beside what checked sessions make of them, or it is said why not."""

import html
import io
import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from python_calamine import CalamineWorkbook
from starlette.testclient import TestClient

from api.app import create_app
from api.console.language import translator
from api.console.reports.checks import checks_of
from api.schemas.reporting import CorrectedScores
from api.settings import Settings
from calibration.statistics.checked_sessions import CheckedFigure
from calibration.statistics.intervals import Interval

ZH = translator("zh")
PERIOD = "?to_day=2026-11-15"


def _figure(value: float | None, low: float = 0, high: float = 0, **fields: Any) -> CheckedFigure:
    interval = None if value is None else Interval(low, high, 0.95, "m")
    given: dict[str, Any] = {
        "estimator": "checked sessions only",
        "judged": 0.5,
        "sessions": 200,
        "checked": 40,
        "changed": 6,
    } | fields
    return CheckedFigure(value=value, interval=interval, **given)


def _found(score: CheckedFigure, red: CheckedFigure, **fields: int) -> CorrectedScores:
    return CorrectedScores(score=score, red_lines=red, **{"disputed": 0, "lost": 0} | fields)


def test_a_corrected_figure_has_its_interval_its_denominator_and_how_many_were_checked() -> None:
    found = _found(_figure(84.25, 80.04, 88.06), _figure(0.051, 0.026, 0.104))
    score, red = checks_of(found, 200, ZH)
    assert (score.corrected, score.interval, score.part) == ("84.2", "[80.0, 88.1]", "")
    assert (red.corrected, red.interval, red.part) == ("10", "[5, 21]", "/ 200 · 5.1%")
    assert score.note == red.note == "抽检 40 / 200 个会话，6 个有变 · 只按抽检"


def test_sessions_out_of_range_and_disputed_checks_are_told() -> None:
    found = _found(_figure(84.25, 80, 88), _figure(0.05, 0.02, 0.1), disputed=2)
    note = checks_of(found, 230, ZH).score.note
    assert note.endswith("只按抽检 · 另有 30 个会话不在抽检范围 · 2 个抽检有争议，没有计入")


@pytest.mark.parametrize(
    ("fields", "note", "href"),
    [
        ({}, "整个会话的随机抽检 3 个，太少，无法校正 · 共需 30 个", "/review"),
        ({"lost": 4}, "4 个抽检会话改判的规则已经变了，没法重新计分，无法校正", ""),
    ],
)
def test_what_cannot_be_corrected_says_why(fields: dict[str, int], note: str, href: str) -> None:
    few = _figure(None, checked=3, checks_needed=30)
    for view in checks_of(_found(few, few, **fields), 200, ZH):
        assert (view.corrected, view.interval, view.note, view.href) == ("", "", note, href)


def _text(page: str) -> str:
    return html.unescape(" ".join(re.sub(r"<[^>]+>", " ", page).split()))


def test_without_checks_the_report_leads_to_where_they_are_drawn(samples: TestClient) -> None:
    page = samples.get(f"/reports{PERIOD}").text
    assert _text(page).count("整个会话的随机抽检 0 个，太少，无法校正 · 共需 30 个") == 2
    assert '<a href="/review">抽检整个会话</a>' in page


@pytest.fixture(scope="module")
def checked(samples: TestClient, tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """The samples, of which 36 were drawn as a whole and confirmed as they are."""
    url = samples.app.state.service.settings.database_url  # type: ignore[attr-defined]
    path = tmp_path_factory.mktemp("checked") / "checked.db"
    shutil.copy(Path(url.removeprefix("sqlite:///")), path)
    settings = Settings(database_url=f"sqlite:///{path}", judge="baseline", embedded_worker=False)
    with TestClient(create_app(settings), base_url="http://127.0.0.1") as client:
        plan = {"title": "抽检", "what": "random", "size": 36, "seed": 5}
        assert client.post("/v1/review/plans", json=plan).status_code < 300
        while (view := client.post("/v1/review/next").json().get("view")) is not None:
            case = view["case"]
            answer = {"answer": "confirm", "round": case["round"]}
            assert client.post(f"/v1/review/cases/{case['case_id']}/decide", json=answer).status_code < 300
        yield client


def test_page_workbook_and_rest_say_the_same(checked: TestClient) -> None:
    found = checked.get("/v1/reports/corrected").json()
    score, red = found["score"], found["red_lines"]
    overview = checked.get("/v1/reports/overview").json()
    assert (score["sessions"], score["checked"], score["changed"]) == (overview["inspected"], 36, 0)
    assert score["judged"] == pytest.approx(overview["mean_score"])
    assert score["interval"]["low"] < score["value"] < score["interval"]["high"]
    page = _text(checked.get(f"/reports{PERIOD}").text)
    spread = f"[{score['interval']['low']:.1f}, {score['interval']['high']:.1f}]"
    assert f"→ {score['value']:.1f} {spread}" in page
    assert f"→ {round(red['value'] * red['sessions'])} [" in page
    book = CalamineWorkbook.from_filelike(io.BytesIO(checked.get(f"/reports/workbook{PERIOD}").content))
    heads, *rows = book.get_sheet_by_name("总览").to_python()
    line = dict(zip(heads, next(row for row in rows if row[0] == "会话平均分"), strict=True))
    assert [line[name] for name in ("校正后", "下限", "上限")] == [
        pytest.approx(each, abs=0.051)
        for each in (score["value"], *map(score["interval"].get, ("low", "high")))
    ]
    assert "抽检 36 / 119 个会话" in str(line["校正"])


def test_a_week_with_too_few_checks_has_no_corrected_figure(checked: TestClient) -> None:
    weeks = checked.get(f"/reports{PERIOD}").text.partition("三周走势")[2].partition("</section>")[0]
    assert "→" not in weeks
    book = CalamineWorkbook.from_filelike(io.BytesIO(checked.get(f"/reports/workbook{PERIOD}").content))
    heads, *rows = book.get_sheet_by_name("三周走势").to_python()
    reasons = [row[heads.index("平均分 校正")] for row in rows[:3]]
    assert all("太少" in str(each) for each in reasons)


def test_confirmed_sessions_correct_the_rates_of_rules_to_about_what_was_judged(checked: TestClient) -> None:
    """Only hits are labelled by such checks: without what was left as it was, every labelled session would be one."""
    lines = map(json.loads, checked.get("/v1/export/outcomes").text.splitlines())
    hits: dict[str, int] = {}
    for each in lines:
        hits[each["rule_id"]] = hits.get(each["rule_id"], 0) + (each["verdict"] == "hit")
    for rule_id in ("promotion_presentation", "need_exploration"):
        [found] = checked.get(f"/v1/calibration/rules/{rule_id}/rates").json()
        assert found["rate"]["labels"] >= 30
        assert found["rate"]["interval"]["low"] <= found["rate"]["raw"] <= found["rate"]["interval"]["high"]
        assert hits[rule_id] == round(found["rate"]["raw"] * found["rate"]["judged"])
