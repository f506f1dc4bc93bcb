"""Rates of rules that ask a judge stand beside what labels make of them, or it is said why not."""

import io
import json
import re
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook
from starlette.testclient import TestClient

from api.app import create_app
from api.console.calibration.figures import estimator_words
from api.console.language import translator
from api.console.reports.rates import FEWEST, RuleRates, cell_of, corrections_of, overall_of, slice_lines
from api.settings import Settings
from calibration.trust import rates
from evaluators.catalogue.loading import load_catalogue
from storage.labels import JudgedCase
from storage.labels.population import Judged

RULES = {rule.id: rule for rule in load_catalogue().rules}
ZH = translator("zh")
JUDGED, PLAIN = "agent_abuse", "missing_welcome"
LABELLED = "promotion_presentation"
AT = datetime(2026, 11, 1, tzinfo=UTC)
WEEK = "?to_day=2026-11-15"


def _judged(number: int, shop: str | None = "s") -> Judged:
    return Judged(
        session_id=f"s-{number}", revision=1, inspection_id=f"i-{number}", hit=number % 4 == 0, shop=shop,
        group=None, agent_id="a", started_at=AT,
    )  # fmt: skip


def _case(number: int, expected: str) -> JudgedCase:
    return JudgedCase(
        session_id=f"s-{number}", revision=1, rule_id=JUDGED, rule_version="v", inspection_id=f"i-{number}",
        said={"li": expected}, sources=("human_random",), expected=expected, judged="hit", reason_code=None,
        probability=None, inclusion_probability=0.5, shop="s", group=None, agent_id="a", started_at=AT,
        labelled_at=AT,
    )  # fmt: skip


def test_a_cell_has_the_raw_rate_with_its_denominator_and_the_estimator_by_name() -> None:
    found = rates(
        [_judged(each) for each in range(20)], [_case(each, "hit") for each in range(9)], timezone=UTC
    )
    cell = cell_of(found[0], ZH)
    assert cell is not None
    assert (cell.raw, cell.corrected) == ("25.0% (5/20)", "100.0%")
    assert cell.interval.startswith("[")
    assert cell.estimator == f"{estimator_words(found[0].rate.estimator, ZH)}，9 个标注"
    assert cell_of(None, ZH) is None


@pytest.mark.parametrize("labels", [0, FEWEST - 1])
def test_too_few_labels_correct_nothing_and_say_how_many_there_are(labels: int) -> None:
    found = rates(
        [_judged(each) for each in range(20)], [_case(each, "hit") for each in range(labels)], timezone=UTC
    )
    cell = cell_of(found[0], ZH)
    assert cell is not None
    assert (cell.raw, cell.corrected, cell.interval) == ("25.0% (5/20)", "", "")
    assert cell.estimator == f"{labels} 个随机标注，太少，无法校正"
    assert cell.needed == "共需 100 个随机标注"


def test_slices_are_lined_up_over_the_periods() -> None:
    first = rates([_judged(0), _judged(1, None)], [], by="shop", timezone=UTC)
    second = rates([_judged(2)], [], by="shop", timezone=UTC)
    lines = slice_lines("shop", [first, second], ZH)
    assert [(line.kind, line.name, [cell and cell.raw for cell in line.cells]) for line in lines] == [
        ("店铺", "s", ["100.0% (1/1)", "0.0% (0/1)"]), ("店铺", "", ["0.0% (0/1)", None]),
    ]  # fmt: skip


def test_what_needs_no_correction_and_what_cannot_be_corrected_says_so() -> None:
    cell = cell_of(rates([_judged(0)], [], timezone=UTC)[0], ZH)
    lines = slice_lines("all", [rates([_judged(0)], [], timezone=UTC)], ZH)
    labelled = overall_of({LABELLED: RuleRates("R21", "", lines, 0)})
    found = corrections_of(RULES.values(), labelled, {"shop": "s"}, ZH)
    assert (found[PLAIN].note, found[PLAIN].href) == ("规则直接判定，无需校正", "")
    assert found[JUDGED].note == "0 个随机标注，太少，无法校正"
    assert found[JUDGED].href == f"/calibration/{JUDGED}#next"
    assert (found[LABELLED].rate, found[LABELLED].href) == (cell, f"/reports/rules/{LABELLED}?shop=s")


@pytest.fixture(scope="module")
def labelled(samples: TestClient, tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """The samples with 40 labels of a judged rule that were drawn at random: a hit in four was none."""
    url = samples.app.state.service.settings.database_url  # type: ignore[attr-defined]
    path = tmp_path_factory.mktemp("labelled") / "labelled.db"
    shutil.copy(Path(url.removeprefix("sqlite:///")), path)
    settings = Settings(database_url=f"sqlite:///{path}", judge="baseline", embedded_worker=False)
    with TestClient(create_app(settings), base_url="http://127.0.0.1") as client:
        lines = client.get("/v1/export/outcomes").text.splitlines()
        judged = [each for each in map(json.loads, lines) if each["rule_id"] == LABELLED]
        hits = [each["session_id"] for each in judged if each["verdict"] == "hit"]
        others = [each["session_id"] for each in judged if each["verdict"] in ("no_hit", "not_applicable")]
        said = [(each, "no_hit" if place % 4 == 0 else "hit") for place, each in enumerate(hits[:16])]
        said += [(each, "no_hit") for each in others[:24]]
        drawn = {"rule_id": LABELLED, "source": "human_random", "inclusion_probability": 0.3}
        labels = [drawn | {"session_id": session, "verdict": verdict} for session, verdict in said]
        assert client.post("/v1/labels", json=labels).status_code == 200
        yield client


def _text(page: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


def test_the_report_has_the_corrected_rate_of_the_period_and_of_each_week(labelled: TestClient) -> None:
    [over] = labelled.get(f"/v1/calibration/rules/{LABELLED}/rates").json()
    rate, spread = over["rate"], over["rate"]["interval"]
    named = estimator_words(rate["estimator"], ZH)
    shown = f"→ {rate['value']:.1%} [{spread['low']:.1%}, {spread['high']:.1%}] {named}，40 个标注"
    page = _text(labelled.get(f"/reports{WEEK}").text)
    assert page.count(shown) == 2, "beside the rule's share, and in the table of weeks"
    trends = page.partition("校正后的比率")[2].partition("满意度")[0]
    assert trends.count("→") == 4, "the period and three weeks"
    assert "规则直接判定，无需校正" in page
    assert "0 个随机标注，太少，无法校正" in page


def test_the_page_of_a_rule_has_every_slice_with_enough_labels_and_counts_the_rest(
    labelled: TestClient,
) -> None:
    page = _text(labelled.get(f"/reports/rules/{LABELLED}{WEEK}").text)
    for name in ("全部", "店铺 团子生活超市", "分组 presale"):
        assert name in page
    assert re.search(r"另有 \d+ 个店铺、分组或客服的随机标注太少", page)
    plain = _text(labelled.get(f"/reports/rules/{PLAIN}{WEEK}").text)
    assert "规则直接判定，无需校正" in plain
    assert "→" not in plain
    assert labelled.get("/reports/rules/nonsense").status_code == 422


def test_the_workbook_has_the_corrected_rates_by_slice_and_week(labelled: TestClient) -> None:
    content = labelled.get(f"/reports/workbook{WEEK}").content
    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    heads, *rows = book.get_sheet_by_name("校正后的比率").to_python()
    assert heads[2:11] == [
        "范围", "名称", "时段", "判断器所说", "判断器所说 /", "判断器所说 %", "校正后", "下限", "上限",
    ]  # fmt: skip
    found = [row for row in rows if row[2] == "全部"]
    assert [row[4] for row in found] == ["整个时段", "10-26 – 11-01", "11-02 – 11-08", "11-09 – 11-15"]
    assert all(isinstance(each, float) for each in found[0][5:11]), "numbers are numbers"
    assert {row[2] for row in rows if row[0]} >= {"全部", "店铺", "分组"}
    heads_of_rules = book.get_sheet_by_name("规则").to_python()[0]
    [of_rule] = [row for row in book.get_sheet_by_name("规则").to_python() if row[0] == "R21"]
    [plain] = [row for row in book.get_sheet_by_name("规则").to_python() if row[0] == RULES[PLAIN].number]
    assert 0 < float(str(of_rule[heads_of_rules.index("校正后")])) < 1
    assert plain[heads_of_rules.index("校正")] == "规则直接判定，无需校正"


def test_the_page_of_an_agent_has_their_corrected_rate_or_how_many_labels_there_are(
    labelled: TestClient,
) -> None:
    page = _text(labelled.get(f"/reports/agents/zl-01{WEEK}").text)
    assert "规则直接判定，无需校正" in page
    assert re.search(r"活动传达 .*?\(\d+/\d+\) → ", page)
