"""The human ceiling stands beside the judge's figures, cases on which people are split included."""

import asyncio
import json
import os
from pathlib import Path
from typing import Any

import pytest

from calibration.drafts import published
from calibration.eval_sets import load_eval_set
from calibration.runs import RuleFigures, Setup, run_eval_set
from evaluators.testing import ScriptedJudge
from tests.calibration.sets import ACT, case, write_cases

CATALOGUE, PROMPTS = published()
DATA = Path(os.environ.get("MINGJIAN_DATA", Path(__file__).parents[3] / "../shared/data")) / "stc3_dev.jsonl"


def figures(place: Path, judge: ScriptedJudge | None) -> RuleFigures:
    loaded = load_eval_set(str(place), "dev")
    return asyncio.run(run_eval_set(loaded, [ACT], Setup.of(CATALOGUE, judge))).rules[0]


def labels(*verdicts: str) -> list[dict[str, str]]:
    return [
        {"rule_id": ACT, "verdict": verdict, "labeller": f"l{number}"}
        for number, verdict in enumerate(verdicts)
    ]


def test_without_a_second_labeller_there_is_no_ceiling(tmp_path: Path) -> None:
    assert figures(write_cases(tmp_path / ACT, [case("1", {ACT: "hit"})]), None).humans is None


def test_people_who_agree_and_people_who_do_not(tmp_path: Path) -> None:
    agreeing = [
        case(str(n), labels(*["hit" if n % 2 else "not_applicable"] * 3), f"话{n}") for n in range(40)
    ]
    humans = figures(write_cases(tmp_path / "a", agreeing), ScriptedJudge({ACT: ["m2"]})).humans
    assert humans is not None
    assert (humans.labellers, humans.cases, humans.alpha, humans.ac1, humans.kappa) == (3, 40, 1.0, 1.0, 1.0)
    assert humans.replaceable.passes is False, "the judge calls everything a hit, which nobody here would"
    split = [case(str(n), labels("hit", "no_hit"), f"话{n}") for n in range(10)]
    humans = figures(write_cases(tmp_path / "b", split), None).humans
    assert humans is not None
    assert humans.cases == 10
    assert humans.alpha is not None
    assert humans.alpha < 0
    assert humans.replaceable.winning_rate is None
    assert "fewer than two labellers have 30 cases" in humans.replaceable.reason


def test_stale_labels_say_nothing_of_agreement(tmp_path: Path) -> None:
    place = write_cases(tmp_path / ACT, [case("1", labels("hit", "hit"))])
    entry = '[[change]]\nrule_id = "%s"\nversion = "%s"\nkind = "different"\nreason = "r"\nchanged_at = 2026-11-28T00:00:00Z\n'
    text = "".join(entry % (ACT, version) for version in ("a", "b"))
    (place / "changes.toml").write_text(text, "utf-8")
    assert figures(place, None).humans is None


@pytest.mark.skipif(not DATA.is_file(), reason=f"no {DATA} (MINGJIAN_DATA)")
def test_the_published_human_figures_of_stc3(tmp_path: Path) -> None:
    """19 raters of 1,112 help-desk dialogues: one against the other 18 (README of the data)."""
    rows: list[dict[str, Any]] = []
    for number, line in enumerate(DATA.read_text("utf-8").splitlines()):
        ratings = json.loads(line)["labels"]["quality"]["S"]["ratings"]
        said = ["hit" if rating < 0 else "no_hit" for rating in ratings]
        rows.append(case(str(number), labels(*said), f"话{number}"))
    humans = figures(write_cases(tmp_path / ACT, rows), None).humans
    assert humans is not None
    matrix = humans.against_rest
    precision, recall = matrix.tp / (matrix.tp + matrix.fp), matrix.tp / (matrix.tp + matrix.fn)
    assert (humans.labellers, humans.cases) == (19, 1112)
    assert [round(each or 0, 2) for each in (precision, recall, humans.f1.value)] == [
        pytest.approx(0.43, abs=0.015), pytest.approx(0.63, abs=0.015), pytest.approx(0.51, abs=0.015),
    ]  # fmt: skip
    assert humans.alpha == pytest.approx(0.18, abs=0.02)
