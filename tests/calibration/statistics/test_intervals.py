"""Limits against scipy and statsmodels; coverage by enumeration and by seeded simulation."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binom
from statsmodels.stats.proportion import proportion_confint

from calibration.statistics.intervals import clopper_pearson, clustered_wilson, jeffreys, wilson
from calibration.statistics.limits import effective_trials, proportion_limits, quantile_of, score_limits


@given(st.integers(0, 400), st.integers(1, 400), st.sampled_from([0.8, 0.95, 0.99]))
def test_statsmodels_agrees(successes: int, more: int, level: float) -> None:
    trials = successes + more
    for ours, method in ((wilson, "wilson"), (clopper_pearson, "beta"), (jeffreys, "jeffreys")):
        interval = ours(successes, trials, level)
        low, high = proportion_confint(successes, trials, 1 - level, method)
        assert interval is not None
        if method == "jeffreys" and successes == 0:  # statsmodels leaves the lower limit a little above 0
            low = 0.0
        assert (interval.low, interval.high) == pytest.approx((low, high), abs=1e-9)


def test_without_trials_nothing_is_known() -> None:
    assert jeffreys(0, 0) is None
    assert clustered_wilson([0, 0], [0, 0]) is None
    assert clustered_wilson([3], [9]) is None


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


def test_clusters_of_one_case_are_independent_cases() -> None:
    many = clustered_wilson([1] * 90 + [0] * 210, [1] * 300)
    plain = wilson(90, 300)
    assert many is not None
    assert plain is not None
    assert (many.low, many.high) == pytest.approx((plain.low, plain.high), abs=0.002)


def test_cases_that_repeat_each_other_count_once() -> None:
    repeated = clustered_wilson([10] * 30 + [0] * 70, [10] * 100)
    once = clustered_wilson([1] * 30 + [0] * 70, [1] * 100)
    assert repeated is not None
    assert once is not None
    assert (repeated.low, repeated.high) == pytest.approx((once.low, once.high), abs=1e-9)


def test_without_a_success_each_cluster_counts_as_one_trial() -> None:
    found = clustered_wilson([0] * 20, [50] * 20)
    alone = score_limits(0.0, 20, quantile_of(0.95, 19))
    assert found is not None
    assert (found.low, found.high) == pytest.approx((0.0, float(alone.high)))


@pytest.mark.parametrize(("rate", "agents"), [(0.1, 20), (0.3, 20), (0.05, 40)])
def test_clustered_intervals_cover(rate: float, agents: int) -> None:
    rng = np.random.default_rng(4)
    shape = 1 / 0.05 - 1
    own = rng.beta(rate * shape, (1 - rate) * shape, (1500, agents))
    hits = rng.binomial(15, own)
    covered = 0
    for each in hits.tolist():
        interval = clustered_wilson(each, [15] * agents)
        assert interval is not None
        covered += interval.low <= rate <= interval.high
    assert 0.93 <= covered / len(hits) <= 0.97
