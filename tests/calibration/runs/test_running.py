"""A run judges every labelled case once; what is undecided is in no figure but its own."""

import asyncio
from pathlib import Path
from typing import Any

import pytest

from calibration.eval_sets import load_eval_set
from calibration.runs import RunReport, Setup, run_eval_set
from evaluators.catalogue.loading import load_catalogue
from evaluators.errors import RuleNotFound
from evaluators.judges.answers import Unanswered
from evaluators.judges.port import Judge
from evaluators.testing import ScriptedJudge
from tests.calibration.sets import ACT, case, write_set

CATALOGUE = load_catalogue()


def run(
    folder: Path, cases: list[dict[str, Any]], judge: Judge | None, rules: list[str] | None = None
) -> RunReport:
    loaded = load_eval_set(str(write_set(folder, cases)), "dev")
    return asyncio.run(run_eval_set(loaded, rules or [], Setup.of(CATALOGUE, judge)))


def test_a_rule_nobody_knows_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(RuleNotFound):
        run(tmp_path, [case("1", {ACT: "hit"})], None, ["nonsense"])


def test_without_a_judge_everything_is_undetermined_and_there_are_no_rates(tmp_path: Path) -> None:
    [figures] = run(tmp_path, [case("1", {ACT: "hit"}), case("2", {ACT: "no_hit"})], None).rules
    assert (figures.n, figures.undetermined) == (0, {"judge_unavailable": 2})
    assert (figures.precision.value, figures.recall.value, figures.kappa) == (None, None, None)


@pytest.mark.parametrize("reason", ["not_configured", "judge_timeout"])
def test_what_the_judge_could_not_say_is_counted_by_cause(reason: Any, tmp_path: Path) -> None:
    [figures] = run(
        tmp_path, [case("1", {ACT: "hit"})], ScriptedJudge({ACT: Unanswered(reason_code=reason)})
    ).rules
    assert (figures.labelled, figures.n, figures.undetermined) == (1, 0, {reason: 1})


def test_a_citation_that_does_not_exist_is_no_verdict(tmp_path: Path) -> None:
    [figures] = run(tmp_path, [case("1", {ACT: "hit"})], ScriptedJudge({ACT: ["m9"]})).rules
    assert figures.undetermined == {"evidence_unverified": 1}


def test_hits_and_misses_are_counted_against_the_labels(tmp_path: Path) -> None:
    cases = [case("1", {ACT: "hit"}), case("2", {ACT: "no_hit"}), case("3", {ACT: "not_applicable"})]
    [figures] = run(tmp_path, cases, ScriptedJudge({ACT: ["m2"]})).rules
    matrix = figures.matrix
    assert (matrix.tp, matrix.fp, matrix.fn, matrix.tn) == (1, 2, 0, 0)
    assert (figures.precision.numerator, figures.precision.denominator) == (1, 3)


def test_not_applicable_counts_as_no_hit(tmp_path: Path) -> None:
    [figures] = run(tmp_path, [case("1", {ACT: "not_applicable"})], ScriptedJudge({})).rules
    assert (figures.n, figures.matrix.tn) == (1, 1)


def test_labellers_without_a_majority_make_no_case(tmp_path: Path) -> None:
    split = [{"rule_id": ACT, "verdict": "hit"}, {"rule_id": ACT, "verdict": "no_hit", "labeller": "u"}]
    judge = ScriptedJudge({ACT: ["m2"]})
    [figures] = run(tmp_path, [case("1", split), case("2", {ACT: "hit"})], judge).rules
    assert (figures.labelled, len(judge.asked)) == (1, 1)


def test_the_report_pins_set_catalogue_and_judge_and_keeps_every_case(tmp_path: Path) -> None:
    report = run(tmp_path, [case("1", {ACT: "hit"})], ScriptedJudge({ACT: ["m2"]}, probability=0.8))
    assert report.set_version == load_eval_set(str(tmp_path / ACT), "dev").version
    assert report.catalogue_version == CATALOGUE.version
    assert [judge.name for judge in report.judges] == ["scripted"]
    [judged] = report.cases
    assert (judged.verdict, judged.message_ids, judged.confidence) == ("hit", ("m2",), 0.8)


def test_a_rule_is_judged_by_the_engine(tmp_path: Path) -> None:
    cases = [case("1", {"R32": "hit"}, "这款是全网最低"), case("2", {"R32": "no_hit"}, "这款不错")]
    for each in cases:
        each["labels"][0]["rule_id"] = CATALOGUE.find("R32").id
    [figures] = run(tmp_path, cases, None, ["R32"]).rules
    assert (figures.matrix.tp, figures.matrix.tn) == (1, 1)


def test_progress_counts_to_the_end(tmp_path: Path) -> None:
    loaded = load_eval_set(str(write_set(tmp_path, [case(str(n), {ACT: "hit"}) for n in range(3)])), "dev")
    told: list[tuple[int, int]] = []
    asyncio.run(run_eval_set(loaded, [], Setup.of(CATALOGUE, None), progress=lambda *each: told.append(each)))
    assert told == [(1, 3), (2, 3), (3, 3)]
