"""Weighted shares: unweighted ones are proportions, and intervals cover in seeded simulation."""

import numpy as np
import pytest

from calibration.statistics.intervals import wilson
from calibration.statistics.weighted import (
    WeightedLabel,
    effective_size,
    weighted_precision,
    weighted_prevalence,
    weighted_recall,
)


def test_equal_weights_change_nothing() -> None:
    kinds = [(True, True)] * 30 + [(False, True)] * 10 + [(True, False)] * 10 + [(False, False)] * 150
    labels = [WeightedLabel(*each, 0.25) for each in kinds]
    assert weighted_prevalence(labels).value == pytest.approx(0.2)
    assert weighted_precision(labels).value == pytest.approx(0.75)
    assert weighted_recall(labels).value == pytest.approx(0.75)
    share, plain = weighted_prevalence(labels), wilson(40, 200)
    assert share.interval is not None
    assert plain is not None
    assert (share.interval.low, share.interval.high) == pytest.approx((plain.low, plain.high), abs=0.002)


def test_nothing_found_is_nothing_known() -> None:
    share = weighted_precision([WeightedLabel(True, False, 0.5)])
    assert (share.value, share.interval, share.labels) == (None, None, 0)


def test_labels_that_all_agree_have_kishs_size() -> None:
    share = weighted_recall([WeightedLabel(True, True, each) for each in (0.1, 0.5, 0.5)])
    assert share.value == pytest.approx(1.0)
    assert share.effective_n == pytest.approx(effective_size([0.1, 0.5, 0.5])) == pytest.approx(14**2 / 108)
    assert effective_size([]) == 0.0


@pytest.mark.parametrize("clustered", [False, True])
def test_intervals_cover(clustered: bool) -> None:
    """Cases are drawn with probabilities that depend on how likely a hit they are."""
    rng, truth, covered = np.random.default_rng(9), 0.3, 0
    for _ in range(800):
        agents = rng.integers(0, 40, 3000)
        own = rng.beta(0.3 * 19, 0.7 * 19, 40)[agents] if clustered else np.full(3000, truth)
        hits = rng.random(3000) < own
        probabilities = np.where(hits ^ (rng.random(3000) < 0.3), 0.15, 0.05)
        drawn = rng.random(3000) < probabilities
        columns = (hits[drawn].tolist(), probabilities[drawn].tolist(), agents[drawn].tolist())
        labels = [
            WeightedLabel(hit, True, probability, f"a{agent}" if clustered else "")
            for hit, probability, agent in zip(*columns, strict=True)
        ]
        interval = weighted_prevalence(labels).interval
        assert interval is not None
        covered += interval.low <= truth <= interval.high
    assert 0.93 <= covered / 800 <= 0.97
