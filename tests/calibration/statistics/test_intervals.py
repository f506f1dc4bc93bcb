"""Limits against scipy and statsmodels; coverage by enumeration and by seeded simulation."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binom
from statsmodels.stats.proportion import proportion_confint

from calibration.statistics.intervals import clopper_pearson, wilson
from calibration.statistics.limits import (
    effective_trials,
    jeffreys_limits,
    proportion_limits,
    quantile_of,
    score_limits,
)


@given(st.integers(0, 400), st.integers(1, 400), st.sampled_from([0.8, 0.95, 0.99]))
def test_statsmodels_agrees(successes: int, more: int, level: float) -> None:
    trials = successes + more
    for ours, method in ((wilson, "wilson"), (clopper_pearson, "beta")):
        interval = ours(successes, trials, level)
        low, high = proportion_confint(successes, trials, 1 - level, method)
        assert interval is not None
        assert (interval.low, interval.high) == pytest.approx((low, high), abs=1e-9)


@given(st.integers(1, 400), st.integers(1, 400), st.sampled_from([0.8, 0.95, 0.99]))
def test_statsmodels_agrees_on_jeffreys_limits(successes: int, more: int, level: float) -> None:
    limits = jeffreys_limits(successes, successes + more, level)
    low, high = proportion_confint(successes, successes + more, 1 - level, "jeffreys")
    assert (float(limits.low), float(limits.high)) == pytest.approx((low, high), abs=1e-9)


def test_without_trials_nothing_is_known() -> None:
    assert wilson(0, 0) is None
    assert clopper_pearson(0, 0) is None


@pytest.mark.parametrize("rate", [0.02, 0.1, 0.3])
@pytest.mark.parametrize("trials", [100, 200, 300, 500, 1000, 2000])
def test_labels_alone_cover_as_often_as_they_say(rate: float, trials: int) -> None:
    counts = np.arange(trials + 1)
    limits = proportion_limits(counts, trials, 0.95)
    coverage = binom.pmf(counts, trials, rate)[(limits.low <= rate) & (rate <= limits.high)].sum()
    assert 0.93 <= coverage <= 0.97


@given(st.floats(0.01, 0.99), st.floats(5, 5000))
def test_effective_trials_undo_wilson(share: float, trials: float) -> None:
    limits = score_limits(share, trials, quantile_of(0.95))
    assert effective_trials(limits, 0.95) == pytest.approx(trials, rel=1e-6)
