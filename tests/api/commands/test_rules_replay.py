"""`mingjian rules replay` on the sample sessions: hits that come, go, and what that costs agents."""

import json
from pathlib import Path

import pytest

from api.cli import main
from evaluators.catalogue.loading import BUILT_IN
from tests.calibration.sets import a_prompt

SAMPLES = str(BUILT_IN.parents[1] / "eval_sets" / "samples")
OUT = pytest.CaptureFixture[str]


@pytest.fixture
def draft(tmp_path: Path) -> Path:
    """R32 with another word that greeters like, instead of its own."""
    text = (BUILT_IN / "prohibited_superlative.toml").read_text("utf-8")
    head, _, _ = text.partition("says.any")
    folder = tmp_path / "draft"
    folder.mkdir()
    (folder / "prohibited_superlative.toml").write_text(f'{head}says.any = ["亲亲"]\n', "utf-8")
    return folder


def test_hits_and_scores_that_change_are_shown(draft: Path, tmp_path: Path, capsys: OUT) -> None:
    assert (
        main(["rules", "replay", str(draft), SAMPLES, "--show", "2", "-o", str(tmp_path / "all.json")]) == 0
    )
    shown = capsys.readouterr().out
    found = json.loads((tmp_path / "all.json").read_bytes())
    [rule] = found["rules"]
    assert (
        f"prohibited_superlative\t{rule['hits_before']}\t{rule['hits_after']}\t{rule['gained']}\t{rule['lost']}"
        in shown
    )
    assert (rule["gained"], rule["lost"]) == (4, 3)
    assert shown.count("新增 gained\tsample-") == 2
    assert "# 另有 5 个 more: --output FILE" in shown
    gained = [each for each in found["changes"] if each["after"] == "hit"]
    assert {quote for each in gained for quote in each["quotes"]} == {"亲亲"}
    costs = [agent for agent in found["agents"] if agent["after"] < agent["before"]]
    assert all(f"{agent['agent_id']}\t{agent['sessions']}\t" in shown for agent in costs)


def test_a_draft_of_a_prompt_is_replayed_with_its_own_wording(tmp_path: Path, capsys: OUT) -> None:
    a_prompt(tmp_path)
    assert (
        main(["rules", "replay", str(tmp_path), f"{SAMPLES}/tuanzi_groceries.jsonl", "--judge", "baseline"])
        == 0
    )
    row = next(line for line in capsys.readouterr().out.splitlines() if line.startswith("need_exploration"))
    assert row.split("\t")[2] == "0", "the baseline was not fitted to that wording: nothing is decided"


def test_a_draft_that_changes_nothing_says_so(tmp_path: Path, capsys: OUT) -> None:
    (tmp_path / "prohibited_superlative.toml").write_bytes(
        (BUILT_IN / "prohibited_superlative.toml").read_bytes()
    )
    assert main(["rules", "replay", str(tmp_path), SAMPLES]) == 0
    assert "no rule reads differently" in capsys.readouterr().err


def test_a_bad_record_is_skipped_and_said(draft: Path, tmp_path: Path, capsys: OUT) -> None:
    (tmp_path / "bad.jsonl").write_text('{"session_id": ""}\n')
    assert main(["rules", "replay", str(draft), str(tmp_path / "bad.jsonl")]) == 2
    assert "bad.jsonl:1" in capsys.readouterr().err
