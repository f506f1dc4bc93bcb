"""Corrected rates: by hand, against each other, and in seeded simulation (the whole table: `./dev bench intervals`)."""

import numpy as np
import pytest

from calibration.statistics.metrics import Matrix
from calibration.statistics.rates.cases import JudgedCase, cluster_sums, count, strata_sums
from calibration.statistics.rates.choosing import (
    choose_random,
    choose_stratified,
    expected_misses,
)
from calibration.statistics.rates.counts import Counts, counts_of
from calibration.statistics.rates.estimation import corrected_rate, second_opinion, stratified_quality
from calibration.statistics.rates.prediction_powered import tuned, tuned_in_clusters
from calibration.statistics.rates.rogan_gladen import published, rogan_gladen
from calibration.statistics.rates.stratified import stratified, stratified_recall
from tests.benchmarks.intervals import regimes
from tests.benchmarks.intervals.regimes import Judge, Regime, covers

BY_HAND = counts_of(Matrix(tp=18, fp=6, fn=2, tn=174), 1000, 130)


def cases(matrix: Matrix, pool: int, pool_hits: int, agents: int = 0) -> list[JudgedCase]:
    kinds = [(True, True)] * matrix.tp + [(True, False)] * matrix.fp + [(False, True)] * matrix.fn
    kinds += [(False, False)] * matrix.tn
    found = [JudgedCase(*each) for each in kinds]
    found += [JudgedCase(place < pool_hits) for place in range(pool)]
    if not agents:
        return found
    return [each._replace(cluster=f"a{place % agents}") for place, each in enumerate(found)]


def test_ppi_by_the_published_formula() -> None:
    labels = np.repeat([1.0, 0.0, 1.0, 0.0], [18, 6, 2, 174])
    told = np.repeat([1.0, 1.0, 0.0, 0.0], [18, 6, 2, 174])
    pool = np.repeat([1.0, 0.0], [130, 870])
    everything = np.concatenate([told, pool])
    covariance = np.cov(labels, told, bias=True)[0, 1]
    weight = covariance / (everything.var() * (1 + 200 / 1000))
    value = labels.mean() + weight * (pool.mean() - told.mean())
    variance = (labels - weight * told).var(ddof=1) / 200 + weight**2 * pool.var() / 1000
    found = tuned(BY_HAND)
    assert (found.weight, found.value, found.variance) == pytest.approx((weight, value, variance), abs=1e-9)


def test_without_other_judged_cases_the_labels_speak_alone() -> None:
    found = tuned(counts_of(Matrix(tp=18, fp=6, fn=2, tn=174), 0, 0))
    assert (float(found.value), float(found.weight)) == (0.1, 0.0)


def test_clusters_of_one_case_change_next_to_nothing() -> None:
    some = cases(Matrix(tp=18, fp=6, fn=2, tn=174), 1000, 130)
    plain, clustered = tuned(count(some)), tuned_in_clusters(cluster_sums(some))
    assert float(clustered.value) == pytest.approx(float(plain.value), abs=1e-3)
    assert float(clustered.variance) == pytest.approx(float(plain.variance), rel=0.02)


def test_stratified_by_hand() -> None:
    share = 154 / 1200
    limits = stratified(BY_HAND, 0.95)
    assert float(limits.value) == pytest.approx(share * 18 / 24 + (1 - share) * 2 / 176, abs=1e-9)
    assert limits.low < limits.value < limits.high


def test_recall_weighs_the_strata() -> None:
    share = 154 / 1200
    found, missed = share * 18 / 24, (1 - share) * 2 / 176
    assert float(stratified_recall(BY_HAND, 0.95).value) == pytest.approx(found / (found + missed), abs=1e-9)


def test_rogan_gladen_by_the_published_formula() -> None:
    specificity, sensitivity = 174 / 180, 18 / 20
    expected = (0.13 + specificity - 1) / (specificity + sensitivity - 1)
    assert float(published(np.asarray(0.13), BY_HAND)) == pytest.approx(expected, abs=1e-9)
    limits = rogan_gladen(BY_HAND, 0.95)
    assert limits.low < expected < limits.high


def test_rogan_gladen_refuses_a_judge_no_better_than_chance() -> None:
    rate = second_opinion(cases(Matrix(tp=5, fp=60, fn=5, tn=30), 300, 200), "random")
    assert (rate.value, rate.interval) == (None, None)
    assert "not better than chance" in rate.reason
    assert second_opinion(cases(Matrix(tp=5, fn=5), 300, 200), "random").interval is None


def test_a_second_opinion_needs_labels_at_random() -> None:
    some = cases(Matrix(tp=18, fp=6, fn=2, tn=174), 1000, 130)
    assert second_opinion(some, "random").value == pytest.approx(float(rogan_gladen(BY_HAND, 0.95).value))
    assert "stratified rate itself" in second_opinion(some, "stratified").reason


def test_the_estimator_is_named_and_says_why() -> None:
    good = Matrix(tp=18, fp=6, fn=2, tn=174)
    assert corrected_rate(cases(good, 1000, 130), "random").estimator == "PPI++"
    assert corrected_rate(cases(good, 1000, 130), "stratified").estimator == "stratified (MOVER)"
    assert corrected_rate(cases(good, 1000, 130, 25), "random").estimator == "PPI++, clustered"
    assert (
        corrected_rate(cases(good, 1000, 130, 25), "stratified").estimator == "stratified (MOVER), clustered"
    )


@pytest.mark.parametrize(
    ("matrix", "pool", "reason"),
    [
        (Matrix(tp=9, fp=3, fn=1, tn=37), 900, "below 100 labels"),
        (Matrix(tp=20, fp=1, fn=1, tn=178), 900, "fewer than 5"),
        (Matrix(tp=18, fp=6, fn=2, tn=174), 0, "no judged cases"),
    ],
)
def test_where_ppi_would_not_cover_the_labels_speak_alone(matrix: Matrix, pool: int, reason: str) -> None:
    rate = corrected_rate(cases(matrix, pool, pool // 10), "random")
    assert rate.estimator.startswith("labels only")
    assert reason in rate.reason
    assert rate.value == pytest.approx((matrix.tp + matrix.fn) / matrix.n)


def test_too_few_clusters_claim_nothing() -> None:
    rate = corrected_rate(cases(Matrix(tp=18, fp=6, fn=2, tn=174), 1000, 130, 10), "random")
    assert (rate.estimator, rate.interval) == ("none", None)
    assert "20 would" in rate.reason


def test_a_stratum_too_small_to_hold_a_miss_is_conservative_and_says_what_it_takes() -> None:
    rate = corrected_rate(cases(Matrix(tp=20, fp=30, fn=0, tn=50), 2000, 60), "stratified")
    assert rate.estimator.endswith("conservative")
    assert rate.labels_needed is not None
    assert rate.labels_needed > 100
    assert stratified_quality(count(cases(Matrix(tp=20, fp=30, tn=50), 2000, 60)), "recall").interval is None


def test_precision_and_recall_from_strata() -> None:
    precise = stratified_quality(BY_HAND, "precision")
    assert precise.value == pytest.approx(18 / 24)
    found = stratified_quality(BY_HAND, "recall")
    assert found.interval is not None
    assert found.value is not None
    assert found.interval.low < found.value < found.interval.high
    nothing = stratified_quality(counts_of(Matrix(tn=5), 10, 0), "precision")
    assert (nothing.value, nothing.interval) == (None, None)


@pytest.mark.parametrize(
    "regime",
    [
        Regime(0.1, 500, 5000, Judge(0.85, 0.97), "stratified"),
        Regime(0.3, 200, 1000, Judge(0.7, 0.85), "stratified"),
    ],
)
def test_recall_covers(regime: Regime) -> None:
    counts = regimes.stratified_labels(regime, 6000, np.random.default_rng(17))
    assert (expected_misses(counts) >= 0.75).mean() > 0.95
    assert 0.93 <= covers(stratified_recall(counts, 0.95), regime.judge.finds).mean() <= 0.97


def test_rogan_gladen_covers_with_many_labels() -> None:
    regime = Regime(0.1, 2000, 5000, Judge(0.85, 0.97), "random")
    counts = regimes.random_labels(regime, 4000, np.random.default_rng(18))
    assert 0.93 <= covers(rogan_gladen(counts, 0.95), 0.1).mean() <= 0.97


def test_no_label_no_rate() -> None:
    rate = corrected_rate(cases(Matrix(), 50, 5), "random")
    assert (rate.value, rate.raw, rate.labels) == (None, 0.1, 0)
    one_sided = corrected_rate(cases(Matrix(tp=3, fp=2), 50, 5), "stratified")
    assert "label both" in one_sided.reason
    never_flagged = corrected_rate(cases(Matrix(fn=1, tn=199), 800, 0), "stratified")
    assert never_flagged.value == pytest.approx(1 / 200)
    of_agents = corrected_rate(cases(Matrix(fn=20, tn=180), 800, 0, 40), "stratified")
    assert of_agents.value == pytest.approx(0.1)
    assert corrected_rate([], "random").raw is None


def test_impossible_pools_are_refused() -> None:
    with pytest.raises(ValueError, match="pool_hits"):
        counts_of(Matrix(), 3, 4)


def test_rates_of_many_at_once_equal_those_of_one() -> None:
    both = Counts(*(np.asarray([each, each]) for each in BY_HAND))
    for choose in (choose_random, choose_stratified):
        many, one = choose(both, 0.95).limits, choose(BY_HAND, 0.95).limits
        assert [float(each[1]) for each in many] == pytest.approx([float(each) for each in one])


def test_cases_and_sums_agree() -> None:
    some = cases(Matrix(tp=18, fp=6, fn=2, tn=174), 1000, 130, 25)
    strata, sums = strata_sums(some), cluster_sums(some)
    assert (strata.flagged.sum(), strata.unflagged_hits.sum(), strata.judged_flagged.sum()) == (24, 2, 154)
    assert (sums.labelled.sum(), sums.hits.sum(), sums.errors.sum(), sums.pool_hits.sum()) == (
        200,
        20,
        8,
        130,
    )
    assert float(expected_misses(count(some))) == pytest.approx(float(expected_misses(BY_HAND)))
