"""Metrics against hand-computed values and scikit-learn."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest
from sklearn.metrics import cohen_kappa_score, f1_score, precision_score, recall_score

from calibration.statistics.intervals import clopper_pearson, f1_interval, wilson
from calibration.statistics.metrics import (
    Matrix,
    Pair,
    cohen_kappa,
    expected_calibration_error,
    f1,
    gwet_ac1,
    matrix_of,
    precision,
    recall,
    specificity,
)

VERDICTS = st.sampled_from(["hit", "no_hit", "not_applicable"])


def test_nothing_decided_is_nothing_claimed() -> None:
    matrix = matrix_of(
        [Pair("hit", "undetermined", "judge_timeout"), Pair("no_hit", "undetermined", "window_open")]
    )
    assert matrix == Matrix(undetermined={"judge_timeout": 1, "window_open": 1})
    assert precision(matrix).value is None
    assert recall(matrix).interval is None
    assert f1(matrix).value is None
    assert cohen_kappa(matrix) is None
    assert gwet_ac1(matrix) is None
    assert expected_calibration_error([]) is None


@pytest.mark.parametrize(
    ("matrix", "kappa", "ac1"),
    [
        # observed .85; chance .5*.55 + .5*.45 = .5 -> (.85-.5)/.5 = .7; mean .525 -> 2*.525*.475 = .49875
        (Matrix(tp=45, fp=10, fn=5, tn=40), 0.7, (0.85 - 0.49875) / (1 - 0.49875)),
        # always "no hit" on 2 % hits: observed .98, chance .98 -> 0; AC1: mean .01 -> chance .0198
        (Matrix(fn=2, tn=98), 0.0, (0.98 - 0.0198) / (1 - 0.0198)),
    ],
)
def test_agreement(matrix: Matrix, kappa: float, ac1: float) -> None:
    assert cohen_kappa(matrix) == pytest.approx(kappa, abs=1e-9)
    assert gwet_ac1(matrix) == pytest.approx(ac1, abs=1e-9)


@given(st.lists(st.tuples(VERDICTS, VERDICTS), min_size=1, max_size=60))
def test_scikit_learn_agrees(verdicts: list[tuple[str, str]]) -> None:
    expected = [each == "hit" for each, _ in verdicts]
    judged = [each == "hit" for _, each in verdicts]
    matrix = matrix_of(Pair(*each) for each in verdicts)
    for ours, theirs in ((precision, precision_score), (recall, recall_score), (f1, f1_score)):
        value = ours(matrix).value
        if value is not None:
            assert value == pytest.approx(theirs(expected, judged, zero_division=0.0), abs=1e-9)
    kappa = cohen_kappa(matrix)
    if kappa is not None:
        assert kappa == pytest.approx(cohen_kappa_score(expected, judged), abs=1e-9)
    assert specificity(matrix).denominator == expected.count(False)


@given(st.integers(0, 300), st.integers(1, 300), st.sampled_from([0.8, 0.9, 0.95, 0.99]))
def test_scipy_agrees_on_intervals(successes: int, more: int, level: float) -> None:
    trials = successes + more
    test = binomtest(successes, trials)
    for ours, method in ((wilson, "wilson"), (clopper_pearson, "exact")):
        interval = ours(successes, trials, level)
        theirs = test.proportion_ci(level, method)
        assert interval is not None
        assert (interval.low, interval.high) == pytest.approx((theirs.low, theirs.high), abs=1e-9)


def test_the_f1_interval_holds_f1() -> None:
    interval = f1_interval(30, 20)
    assert interval is not None
    assert interval.low < 60 / 80 < interval.high
    assert f1_interval(0, 0) is None


def test_calibration_error_is_the_weighted_gap() -> None:
    # one bin: told .9 and .9, one right -> |.9 - .5| = .4; other bin: told .6, right -> .4 ; (2*.4 + 1*.4) / 3
    assert expected_calibration_error([(0.9, True), (0.9, False), (0.6, True)]) == pytest.approx(0.4)


@pytest.mark.parametrize(("successes", "trials", "level"), [(3, 2, 0.95), (-1, 2, 0.95), (1, 2, 1.0)])
def test_impossible_counts_are_refused(successes: int, trials: int, level: float) -> None:
    with pytest.raises(ValueError, match="expected 0 ≤ successes"):
        wilson(successes, trials, level)
