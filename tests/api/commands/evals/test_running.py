"""`mingjian eval`: every set end to end, and what is wrong with a set is said with its place."""

import json
from pathlib import Path

import pytest

from api.cli import main
from api.commands.evals.options import SPLITS
from calibration.eval_sets import FOLDER, load_eval_set, set_names
from tests.calibration.sets import ACT, a_prompt, case, write_set


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--set", "nonsense"], "no eval set 'nonsense'"),
        (["--set", "agent_abuse", "--rules", "nonsense"], "no rule 'nonsense'"),
        (["--set", "agent_abuse", "--judge", "oracle"], "no judge 'oracle'"),
        (["--set", "agent_abuse", "--judge", "baseline", "--model", "x"], "no model to choose"),
        ([], "Missing option"),
    ],
)
def test_what_cannot_run_says_why_and_is_status_1(
    arguments: list[str], said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["eval", "run", *arguments, "-o", str(tmp_path / "report.json")]) == 1
    captured = capsys.readouterr()
    assert said in captured.err
    assert captured.out == ""
    assert not (tmp_path / "report.json").exists()
    assert list(Path.cwd().rglob("report.json")) == []


def test_a_broken_case_is_named_with_file_line_and_field(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    place = write_set(tmp_path, [case("1", {ACT: "hit"}), case("1", {ACT: "hit"})])
    assert main(["eval", "run", "--set", str(place)]) == 1
    assert f"{place}/dev.jsonl:2: case_id: " in capsys.readouterr().err


def test_every_set_is_listed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["eval", "list"]) == 0
    listed = [line.split("\t")[0] for line in capsys.readouterr().out.splitlines()[2:]]
    assert listed[: listed.index("") - 1] == set_names(FOLDER)


def test_all_sets_run_with_the_baseline_and_say_so(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    place = tmp_path / "report.json"
    assert main(["eval", "run", "--set", "all", "--split", "dev", "-o", str(place)]) == 0
    lines = capsys.readouterr().out.splitlines()
    rows = [line.split("\t") for line in lines if not line.startswith("#") and line][1:]
    assert {row[1] for row in rows} == {"constructed"}
    assert any(line.startswith("# 判断器 judge: baseline linear-") for line in lines)
    assert any("the baseline was fitted on these cases" in line for line in lines)
    reports = json.loads(place.read_bytes())
    assert [report["eval_set"] for report in reports] == set_names(FOLDER)
    told = {report["eval_set"]: {each["rule_id"] for each in report["rules"]} for report in reports}
    # Everyday service is about no act of its own; every other set is named after the act it is about.
    assert [name for name, acts in told.items() if name not in acts] == ["everyday_service"]
    figures = [each for report in reports for each in report["rules"]]
    assert [row[0] for row in rows] == [each["rule_id"] for each in figures]
    assert [int(row[2]) + _undetermined(row[5]) for row in rows] == [each["labelled"] for each in figures]
    assert sum(each["labelled"] for each in figures) == sum(len(report["cases"]) for report in reports)


def _undetermined(cell: str) -> int:
    return sum(int(each.split()[-1]) for each in cell.split(", "))


def test_the_report_can_be_printed_instead(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    place = tmp_path / "report.json"
    arguments = ["--set", "agent_abuse", "--split", "test", "--json", "-o", str(place)]
    assert main(["eval", "run", *arguments]) == 0
    assert json.loads(capsys.readouterr().out) == json.loads(place.read_bytes())


def test_a_second_run_asks_nobody_and_looks_at_test_are_shown(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = [
        "eval",
        "run",
        "--set",
        "agent_abuse",
        "--split",
        "test",
        "-o",
        str(tmp_path / "report.json"),
    ]
    dev, test = (len(load_eval_set("agent_abuse", split).cases) for split in SPLITS)
    assert main(arguments) == 0
    assert f"{test} judged, 0 as in earlier runs" in capsys.readouterr().err
    assert main([*arguments, "--slices"]) == 0
    captured = capsys.readouterr()
    assert f"0 judged, {test} as in earlier runs" in captured.err
    assert "# 看过测试集 looks at the test split: 2" in captured.out
    assert "agent_abuse\thard\tyes\t" in captured.out
    assert main(["eval", "runs"]) == 0
    rows = [line for line in capsys.readouterr().out.splitlines() if line.startswith("2")]
    assert [row.split("\t")[1:4] for row in rows] == [["agent_abuse", "test", rows[0].split("\t")[3]]] * 2
    assert main(["eval", "list"]) == 0
    assert f"agent_abuse\t{dev}\t{test}\t2\tconstructed" in capsys.readouterr().out


def test_a_run_over_a_code_rule_needs_no_judge(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    said = [("全网最低价", "hit"), ("这款不错", "no_hit")]
    cases = [case(text, {"prohibited_superlative": verdict}, text) for text, verdict in said]
    place = write_set(tmp_path, cases, "prohibited_superlative")
    assert main(["eval", "run", "--set", str(place), "--judge", "none", "--rules", "R32"]) == 0
    row = capsys.readouterr().out.splitlines()[2].split("\t")
    assert row[:6] == ["prohibited_superlative", "constructed", "2", "1", "1", "0"]


def test_a_draft_is_judged_in_the_place_of_what_is_published(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    a_prompt(tmp_path / "draft")
    place = write_set(tmp_path, [case("1", {ACT: "hit"})])
    arguments = ["eval", "run", "--set", str(place), "-o", str(tmp_path / "r.json")]
    assert main(arguments) == 0
    assert main([*arguments, "--draft", str(tmp_path / "draft")]) == 0
    captured = capsys.readouterr()
    assert f"{ACT}: nobody judged 1 of 1 cases (not_configured): " in captured.err
    rows = [line.split("\t") for line in captured.out.splitlines() if line.startswith(ACT)]
    assert [row[5] for row in rows] == ["0", "not_configured 1"], (
        "the baseline was not fitted to that wording"
    )
