"""Comparison and gate: by hand, against statsmodels, and the error rates of the gate over seeded repetitions."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.stats.contingency_tables import mcnemar as their_mcnemar

from calibration.statistics.comparison import (
    Flips,
    GatePolicy,
    SelfFlips,
    flips,
    gate,
    mcnemar,
    noise_floor,
    self_flips,
)
from tests.benchmarks.gate.run import measure
from tests.benchmarks.gate.simulation import HARMLESS, REGRESSIONS

QUIET = SelfFlips(0.0, 0, 100, None)


def flipped(fixed: int, broken: int, n: int) -> Flips:
    return Flips(tuple(f"f{i}" for i in range(fixed)), tuple(f"b{i}" for i in range(broken)), (), n)


@given(st.integers(0, 60), st.integers(0, 60))
def test_statsmodels_agrees_on_mcnemar(fixed: int, broken: int) -> None:
    theirs = their_mcnemar([[5, broken], [fixed, 5]], exact=True).pvalue if fixed + broken else 1.0
    assert mcnemar(fixed, broken).p_value == pytest.approx(min(theirs, 1.0), abs=1e-9)


def test_cases_are_sorted_into_fixed_broken_and_changed() -> None:
    expected = {"a": "hit", "b": "hit", "c": "no_hit", "d": "hit", "e": "hit"}
    before = {"a": "no_hit", "b": "hit", "c": "hit", "d": "hit"}
    after = {"a": "hit", "b": "undetermined", "c": "not_applicable", "d": "hit", "e": "hit"}
    found = flips(expected, before, after)
    assert (found.fixed, found.broken, found.changed, found.n) == (("a",), ("b",), ("c",), 4)
    assert found.loss == 0.0


def test_self_flips_are_counted_over_pairs() -> None:
    own = self_flips({"a": ["hit", "hit", "no_hit"], "b": ["hit", "hit", "hit"], "c": ["hit"]})
    assert own.rate == pytest.approx((2 / 3 + 0) / 2)
    assert (own.unstable, own.n) == (1, 2)
    assert self_flips({"a": ["hit"]}).rate is None


@pytest.mark.parametrize(
    ("found", "own", "verdict", "reason"),
    [
        (flipped(0, 1, 200), QUIET, "pass", "within the tolerance"),
        (flipped(3, 7, 200), QUIET, "pass", "not significant"),
        (flipped(2, 20, 200), None, "undetermined", "not known"),
        (flipped(2, 20, 200), SelfFlips(0.9, 190, 200, None), "pass", "asking again"),
        (flipped(2, 20, 200), QUIET, "fail", "above the tolerance"),
        (flipped(20, 2, 200), None, "pass", "within the tolerance"),
        (flipped(0, 0, 0), QUIET, "undetermined", "in common"),
    ],
)
def test_the_gate_fails_only_for_all_three(
    found: Flips, own: SelfFlips | None, verdict: str, reason: str
) -> None:
    result = gate(found, own, GatePolicy(tolerance=0.01))
    assert result.verdict == verdict
    assert reason in result.reason


def test_two_repetitions_of_one_judge_stay_below_the_floor() -> None:
    rng = np.random.default_rng(8)
    says = rng.beta(0.5, 0.5, 300)
    rate = float(np.mean(2 * says * (1 - says)))
    floor = noise_floor(SelfFlips(rate, 0, 300, None), 300)
    losses = (rng.random((4000, 300)) < says).mean(1) - (rng.random((4000, 300)) < says).mean(1)
    assert floor is not None
    assert np.mean(losses > floor) <= 0.06


def test_a_planted_regression_is_caught_and_a_harmless_rewording_is_not() -> None:
    caught, alarms = measure(REGRESSIONS[1], 200, 200), measure(HARMLESS, 200, 200)
    assert caught.failed >= 0.98
    assert alarms.failed <= 0.05
