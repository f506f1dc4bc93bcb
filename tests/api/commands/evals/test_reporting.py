"""`mingjian eval report`: the same run as tables, JSON, Markdown and a page that fetches nothing."""

import json
import re
from pathlib import Path

import pytest

from api.cli import main
from tests.calibration.sets import ACT, case, write_set

OUT = pytest.CaptureFixture[str]
EVIL = "<script>alert(1)</script>|`x`"


@pytest.fixture
def report_of(tmp_path: Path, capsys: OUT) -> Path:
    """A run in which a customer's words try to become markup: a rule of code calls a hit that labels deny."""
    labels = {"prohibited_superlative": "no_hit"}
    place = write_set(tmp_path, [case("1", labels, f"全网最{EVIL}"), case("2", labels, "这款不错")], "r32")
    assert (
        main(["eval", "run", "--set", str(place), "--judge", "none", "-o", str(tmp_path / "report.json")])
        == 0
    )
    capsys.readouterr()
    return tmp_path / "report.json"


def test_tables_by_default(report_of: Path, capsys: OUT) -> None:
    assert main(["eval", "report", str(report_of)]) == 0
    shown = capsys.readouterr().out
    assert "误报 false hit\tprohibited_superlative\t1\tno_hit\thit\t–\t全网最" in shown


def test_json_is_the_report_itself(report_of: Path, capsys: OUT) -> None:
    assert main(["eval", "report", "last", "--format", "json"]) == 0
    assert json.loads(capsys.readouterr().out) == json.loads(report_of.read_bytes())


@pytest.mark.parametrize("suffix", ["md", "html"])
def test_a_file_says_its_format_by_its_name(
    suffix: str, report_of: Path, tmp_path: Path, capsys: OUT
) -> None:
    place = tmp_path / f"out.{suffix}"
    assert main(["eval", "report", str(report_of), "-o", str(place)]) == 0
    told = place.read_text("utf-8")
    assert "<script>" not in told.replace(r"\<script\>", "")
    assert "prohibited_superlative" in told.replace("\\", "")


def test_text_goes_into_a_file_too_and_another_kind_of_file_is_refused(report_of: Path, capsys: OUT) -> None:
    assert main(["eval", "report", "last", "-o", "out.txt"]) == 0
    assert "prohibited_superlative" in Path("out.txt").read_text("utf-8")
    assert capsys.readouterr().out == ""
    assert main(["eval", "report", "last", "-o", "out.pdf"]) == 1
    told = capsys.readouterr().err
    assert "expected a file named .html, .md, .json, .txt, or --format, got 'out.pdf'" in told
    assert not Path("out.pdf").exists()
    assert main(["eval", "report", "last", "-o", "out.pdf", "--format", "md"]) == 0


def test_a_page_needs_nothing_but_itself(tmp_path: Path) -> None:
    arguments = ["eval", "run", "--set", "agent_abuse", "--split", "test", "-o", str(tmp_path / "r.json")]
    assert [main(arguments), main(arguments)] == [0, 0]
    assert main(["eval", "report", "last", "-o", "page.html"]) == 0
    page = Path("page.html").read_text("utf-8")
    assert re.findall(r"""(?:src|href)=|url\(|@import|https?:""", page) == []
    assert page.count("<svg viewBox") == 4, "precision-recall, reliability, agreement, trend over two runs"
    assert page.count("<title>") >= 5
    for word in ("精确率", "precision", "判错的用例", "依据", "sha256:", "baseline linear-"):
        assert word in page


def test_a_first_run_has_no_trend_and_without_a_judge_there_is_nothing_to_draw(
    report_of: Path, tmp_path: Path
) -> None:
    assert main(["eval", "report", str(report_of), "-o", "page.html"]) == 0
    assert "<svg" not in Path("page.html").read_text("utf-8")


def test_what_is_no_run_is_1(report_of: Path, capsys: OUT) -> None:
    assert main(["eval", "report", "nonsense"]) == 1
    assert "no such run or file; the latest runs here: 20" in capsys.readouterr().err


def test_labels_drawn_with_known_probabilities_are_weighted(tmp_path: Path, capsys: OUT) -> None:
    def a_case(name: str, verdict: str, text: str, probability: float) -> dict[str, object]:
        label = {
            "rule_id": ACT,
            "verdict": verdict,
            "source": "human_random",
            "inclusion_probability": probability,
        }
        return case(name, [{**label, "rule_id": "prohibited_superlative"}], text)

    flagged = [a_case(f"f{n}", "hit" if n else "no_hit", f"全网最好{n}", 1.0) for n in range(4)]
    others = [a_case(f"o{n}", "no_hit" if n else "hit", f"不错{n}", 0.1) for n in range(4)]
    place = write_set(tmp_path, [*flagged, *others], "r32")
    assert main(["eval", "run", "--set", str(place), "--judge", "none", "-o", str(tmp_path / "r.json")]) == 0
    lines = [
        each for each in capsys.readouterr().out.splitlines() if each.startswith("prohibited_superlative\t")
    ]
    [row] = [each for each in lines if each.startswith("prohibited_superlative\t8\t44\t")]
    cells = row.split("\t")[3:]
    judged, prevalence, precision, recall, f1, kappa, _ = (float(cell.split()[0]) for cell in cells)
    # Hits: 3 that stand for one each and one that stands for ten; all: 4 + 4 × 10.
    assert judged == pytest.approx(4 / 44, abs=1e-3)
    assert prevalence == pytest.approx(13 / 44, abs=1e-3)
    assert precision == pytest.approx(3 / 4, abs=1e-3)
    assert recall == pytest.approx(3 / 13, abs=1e-3)
    assert f1 == pytest.approx(2 * 3 / (2 * 3 + 1 + 10), abs=1e-3)
    by_chance = 13 / 44 * 4 / 44 + 31 / 44 * 40 / 44
    assert kappa == pytest.approx((33 / 44 - by_chance) / (1 - by_chance), abs=1e-3)
    assert [cell.partition(" [")[2].partition("] ")[2] or cell.partition(" ")[2] for cell in cells] == [
        "Hájek", "stratified (MOVER), conservative", "Wilson or Jeffreys among flagged labels",
        "Hájek, no interval: too few unflagged labels to hold a miss", "Hájek", "Hájek", "Hájek",
    ]  # fmt: skip
    headline = lines[0].split("\t")
    assert "3/4 Wilson or Jeffreys among flagged labels" in headline[6], (
        "the counts stand beside the estimate"
    )
    assert headline[9] == "0.25 Hájek"
