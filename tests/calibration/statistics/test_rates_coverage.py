"""Whether intervals of corrected rates cover: in seeded simulation (the whole table: `./dev bench intervals`)."""

import numpy as np
import pytest

from calibration.statistics.rates.choosing import (
    choose_random,
    choose_random_in_clusters,
    choose_stratified,
    choose_stratified_in_clusters,
)
from tests.benchmarks.intervals import others, regimes
from tests.benchmarks.intervals.regimes import Judge, Regime, covers
from tests.benchmarks.intervals.run import measured, ours

REGIMES = [
    Regime(rate, labels, 2000, judge, design, agents)
    for rate in (0.02, 0.1, 0.3)
    for labels in (100, 500, 2000)
    for judge in (Judge(0.85, 0.97), Judge(0.7, 0.85))
    for design in ("random", "stratified")
    for agents in (0, 40)
    if not agents or (labels == 500 and judge.finds == 0.85)
]


@pytest.mark.parametrize("regime", REGIMES, ids=lambda regime: regime.name)
def test_claimed_intervals_cover_between_93_and_97_percent(regime: Regime) -> None:
    rng = np.random.default_rng((7, REGIMES.index(regime)))
    if regime.agents:
        sessions = regimes.sessions_of_agents(regime, 4000, rng)
        chosen = (
            choose_random_in_clusters(regimes.random_labels_of_agents(regime, sessions, rng), 0.95)
            if regime.design == "random"
            else choose_stratified_in_clusters(
                regimes.stratified_labels_of_agents(regime, sessions, rng), 0.95
            )
        )
    elif regime.design == "random":
        chosen = choose_random(regimes.random_labels(regime, 6000, rng), 0.95)
    else:
        chosen = choose_stratified(regimes.stratified_labels(regime, 6000, rng), 0.95)
    group, line = ours(regime, chosen)
    if group == "used":
        assert 0.93 <= line.coverage <= 0.97
    else:
        assert line.claimed < 0.5
        assert line.coverage >= 0.93


def test_normal_limits_would_not_cover_a_rare_rule() -> None:
    regime = Regime(0.02, 200, 5000, Judge(0.85, 0.97), "random")
    counts = regimes.random_labels(regime, 6000, np.random.default_rng(3))
    assert covers(others.normal_ppi(counts), regime.rate).mean() < 0.92
    assert covers(choose_random(counts, 0.95).limits, regime.rate).mean() >= 0.93


def test_ignored_clusters_cover_too_little() -> None:
    regime = Regime(0.1, 1000, 3000, Judge(0.85, 0.97), "random", 20)
    rng = np.random.default_rng(4)
    sums = regimes.random_labels_of_agents(regime, regimes.sessions_of_agents(regime, 1000, rng), rng)
    assert covers(choose_random(others.without_clusters(sums), 0.95).limits, regime.rate).mean() < 0.8


def test_the_raw_rate_and_judgys_formula_do_not_cover() -> None:
    regime = Regime(0.3, 150, 100, Judge(0.9, 0.85), "random")
    counts = regimes.random_labels(regime, 400, np.random.default_rng(5))
    assert covers(others.raw(counts, 0.95), 0.3).mean() < 0.7
    published_one = covers(others.judgy(counts, 0.95, np.random.default_rng(6)), 0.3).mean()
    assert published_one == pytest.approx(0.62, abs=0.06)  # measured with judgy itself: .62


def test_the_benchmark_has_every_group() -> None:
    found = measured(40)
    assert all(found.values())
    assert {"used", "fallback", "raw", "judgy"} < found.keys()
