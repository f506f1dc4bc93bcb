"""Certificates keep what they promise, expire when something changed, and do not when nothing did: seeded simulation."""

import numpy as np
import pytest

from calibration.statistics.certification import (
    Reviewed,
    cases_needed,
    certify_threshold,
)
from calibration.statistics.exchangeability import ExchangeabilityTest, begin_test


def judged(rng: np.random.Generator, n: int, honesty: float) -> list[Reviewed]:
    """Confidences between .5 and 1; reviewers agree as often as told, bent by `honesty` (1: as told)."""
    confidences = 0.5 + 0.5 * rng.beta(2, 1, n)
    agrees = rng.random(n) < confidences**honesty
    return [Reviewed(*each) for each in zip(confidences.tolist(), agrees.tolist(), strict=True)]


@pytest.mark.parametrize(("level", "honesty"), [(0.9, 1.0), (0.9, 0.7), (0.8, 1.5), (0.95, 0.5)])
def test_the_guarantee_is_broken_no_oftener_than_agreed(level: float, honesty: float) -> None:
    delta, rng, truth = 0.1, np.random.default_rng(11), judged(np.random.default_rng(12), 200_000, honesty)
    confidences = np.asarray([each.confidence for each in truth])
    agrees = np.asarray([each.agrees for each in truth])
    broken = certified = 0
    for _ in range(400):
        found = certify_threshold(judged(rng, 400, honesty), level, delta)
        if found.confidence is not None:
            certified += 1
            broken += agrees[confidences >= found.confidence].mean() < level
    assert broken / 400 <= delta + 0.025
    assert certified > 60


def test_a_judge_that_is_right_when_sure_is_certified_for_most_cases() -> None:
    cases = [Reviewed(0.99, True)] * 300 + [Reviewed(0.6, False)] * 40 + [Reviewed(0.6, True)] * 60
    found = certify_threshold(cases, 0.95, 0.05)
    assert (found.confidence, found.n, found.agreed, found.coverage) == (0.99, 300, 300, 0.75)


@pytest.mark.parametrize("count", [0, 1, 58])
def test_too_few_cases_prove_nothing_and_say_how_many_would(count: int) -> None:
    found = certify_threshold([Reviewed(0.9, True)] * count, 0.95, 0.05)
    assert (found.confidence, found.coverage, found.needed) == (None, 0.0, 59)
    assert certify_threshold([Reviewed(0.9, True)] * 59, 0.95, 0.05).confidence == 0.9


def test_equal_confidences_stand_or_fall_together() -> None:
    cases = [Reviewed(0.9, True)] * 100 + [Reviewed(0.9, False)] * 100
    assert certify_threshold(cases, 0.8).confidence is None


def test_impossible_levels_are_refused() -> None:
    with pytest.raises(ValueError, match="0 < level < 1"):
        certify_threshold([], 1.0)
    assert cases_needed(0.95, 0.05) == 59


def watched(reference: list[float], incoming: list[float], alpha: float, seed: int) -> ExchangeabilityTest:
    test = begin_test(reference, alpha=alpha, seed=seed)
    for value in incoming:
        test.see(value)
    return test


def draws(rng: np.random.Generator, n: int, ties: bool) -> list[float]:
    values = rng.beta(5, 1, n)
    return (np.round(values, 1) if ties else values).tolist()


@pytest.mark.parametrize("ties", [False, True])
def test_false_alarms_are_as_rare_as_asked_however_long_one_looks(ties: bool) -> None:
    rng = np.random.default_rng(21)
    alarms = sum(
        watched(draws(rng, 200, ties), draws(rng, 1000, ties), 0.05, each).alarmed_at is not None
        for each in range(200)
    )
    assert alarms / 200 <= 0.07


@pytest.mark.parametrize("changed", [(3.0, 1.0), (9.0, 1.0), (1.0, 0.2)])
def test_a_change_is_noticed(changed: tuple[float, float]) -> None:
    rng = np.random.default_rng(22)
    found = [
        watched(draws(rng, 300, False), rng.beta(*changed, 1500).tolist(), 0.01, each) for each in range(20)
    ]
    assert sum(each.alarmed_at is not None for each in found) >= 19


def test_nothing_came_in() -> None:
    test = watched([0.5], [], 0.01, 0)
    assert (test.values, test.capital, test.alarmed_at) == (0, 1.0, None)
