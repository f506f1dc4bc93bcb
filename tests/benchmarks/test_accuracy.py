"""The accuracy table on data whose figures can be worked out by hand."""

import json
from pathlib import Path
from typing import Any

import pytest

from evaluators.judges.answers import Unanswered
from evaluators.testing import ScriptedJudge
from tests.benchmarks.accuracy import constructed
from tests.benchmarks.accuracy.run import RARE, abuse, false_positives, measured, satisfaction
from tests.benchmarks.accuracy.table import Line, written


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("MINGJIAN_DATA", str(tmp_path))
    return tmp_path


def write(folder: Path, name: str, *labels: dict[str, Any]) -> None:
    lines = [
        json.dumps({"session_id": str(n), "messages": [{"role": "customer", "text": "滚"}], "labels": each})
        for n, each in enumerate(labels)
    ]
    folder.joinpath(f"{name}.jsonl").write_text("\n".join(lines), "utf-8")


def refusing(*acts: str) -> ScriptedJudge:
    return ScriptedJudge({act: Unanswered(reason_code="not_configured") for act in acts})


def figures(line: Line) -> tuple[float | None, int, int]:
    return line.value, line.n, line.undecided


def test_what_the_judge_leaves_open_is_undecided_and_in_no_figure(data: Path) -> None:
    write(data, "chineseharm_dev", {"category": "谩骂引战"}, {"category": "不违规"})
    for line in abuse(refusing("customer_abuse"), 9):
        assert figures(line) == (None, 0, 2)
    write(data, "stc3_dev", *[{"quality": {"S": {"mean": 1.0, "pos": 19, "neg": 0}}}] * 3)
    for line in satisfaction(refusing("customer_satisfied", "customer_grateful"), 9):
        assert figures(line) == (None, 0, 3)


def test_other_categories_are_not_asked_about(data: Path) -> None:
    write(data, "chineseharm_dev", {"category": "博彩"}, {"category": "谩骂引战"})
    judge = ScriptedJudge({})
    [_, recall, _] = abuse(judge, 9)
    assert (figures(recall), len(judge.asked)) == ((0.0, 1, 0), 1)


def test_signs_are_compared_where_raters_agree(data: Path) -> None:
    rated = [
        {"mean": 1.0, "pos": 13, "neg": 0},
        {"mean": -1.0, "pos": 0, "neg": 13},
        {"mean": 0.1, "pos": 12, "neg": 7},
    ]
    write(data, "stc3_dev", *({"quality": {"S": each}} for each in rated))
    [_, signs] = satisfaction(ScriptedJudge({"customer_grateful": ["m1"]}), 9)
    assert signs.n == 2


def test_sessions_hit_are_counted_per_act(data: Path) -> None:
    write(data, "jddc_unlabelled", {}, {})
    lines = {line.measure: figures(line) for line in false_positives(ScriptedJudge({}), 9)}
    assert lines == {f"{act} sessions hit": (0.0, 2, 0) for act in RARE}


def test_data_that_is_not_there_is_skipped_and_said(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    lines = list(measured(ScriptedJudge({}), 1))
    assert {line.data for line in lines} == {"constructed, test split"}
    said = capsys.readouterr().err.splitlines()
    assert [line.split("/")[-1].split(".")[0] for line in said] == [
        "stc3_dev",
        "stc3_dev",
        "chineseharm_dev",
        "jddc_unlabelled",
    ]


def test_a_judge_that_knows_nothing_does_not_beat_length() -> None:
    judged, length, beats, _ = constructed.measure(ScriptedJudge({}))
    assert judged.value == 0.5
    assert length.value is not None
    assert length.value > 0.5
    assert beats.value is not None
    assert beats.value < 0.5


def test_a_line_without_a_number_shows_none() -> None:
    [_, line] = written([Line("d", "m", None, None, None, 0, 3, "nothing decided")])
    assert line == "d\tm\t–\t–\t0\t3\tnothing decided"
