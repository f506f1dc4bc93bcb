"""Figures from checked sessions: unbiased and covering by simulation, refused where checks are too few."""

from typing import NamedTuple

import numpy as np
import pytest

from calibration.statistics.checked_sessions import (
    FEWEST_CHECKS,
    Checked,
    Worth,
    corrected_red_lines,
    corrected_score,
)
from calibration.statistics.limits import Floats

REPETITIONS = 400
#: Points of rules that a judge decides, and in how large a share of sessions they really hit.
RULES = [(-5, 0.05), (-10, 0.1), (-3, 0.02), (-5, 0.1), (5, 0.2), (5, 0.2)]
#: Sessions, sensitivity and specificity of the judge, share of red lines.
REGIMES = [
    (400, 0.85, 0.97, 0.02), (400, 0.95, 0.995, 0.08), (3000, 0.85, 0.97, 0.003), (3000, 0.85, 0.97, 0.08),
    (3000, 0.95, 0.995, 0.02), (3000, 0.85, 0.999, 0.02),
]  # fmt: skip


class Sessions(NamedTuple):
    """Columns: score, score without veto, red line; true and judged."""

    true: Floats
    judged: Floats


def _sessions(chance: np.random.Generator, number: int, sens: float, spec: float, red: float) -> Sessions:
    """Scores have a cap at 100, so that points of rules do not simply add up."""

    def told(really: np.ndarray) -> np.ndarray:
        return np.where(really, chance.random(number) < sens, chance.random(number) > spec)

    base = chance.choice([0, 0, 0, 3, 5, 10, 20], size=number)
    red_line = chance.random(number) < red
    points = np.asarray([100.0 - base, 100.0 - base])
    for score, share in RULES:
        really = chance.random(number) < share
        points += score * np.asarray([really, told(really)])
    unvetoed = np.clip(points, 0, 100)
    reds = np.asarray([red_line, told(red_line)], dtype=float)
    true, judged = np.stack([unvetoed * (1 - reds), unvetoed, reds], axis=-1)
    return Sessions(true, judged)


def _checked(sessions: Sessions, places: np.ndarray, weights: Floats | None = None) -> list[Checked]:
    weight = np.ones(len(sessions.true)) if weights is None else weights
    return [
        Checked(Worth(*sessions.true[at]), Worth(*sessions.judged[at]), float(weight[at])) for at in places
    ]


def _means(sessions: Sessions) -> Worth:
    return Worth(*map(float, sessions.judged.mean(axis=0)))


@pytest.mark.parametrize("checks", [30, 100, 300])
@pytest.mark.parametrize("regime", REGIMES)
def test_intervals_cover_and_estimates_are_unbiased(
    regime: tuple[int, float, float, float], checks: int
) -> None:
    chance = np.random.default_rng(7)
    sessions = _sessions(chance, *regime)
    judged, (score, _, red) = _means(sessions), sessions.true.mean(axis=0)
    errors, covered = [], []
    for _ in range(REPETITIONS):
        drawn = _checked(sessions, chance.choice(regime[0], checks, replace=False))
        of_score, of_red = (
            corrected_score(drawn, judged, regime[0]),
            corrected_red_lines(drawn, judged, regime[0]),
        )
        assert of_score.value is not None
        assert of_score.interval is not None
        assert of_red.value is not None
        assert of_red.interval is not None
        errors.append((of_score.value - score, of_red.value - red))
        covered.append((
            of_score.interval.low <= score <= of_score.interval.high,
            of_red.interval.low <= red <= of_red.interval.high,
        ))  # fmt: skip
    # 400 repetitions of .95 are below .918 in one of a thousand; few red lines jump in steps of one session.
    assert np.mean(covered, axis=0).min() >= 0.915
    spread = np.std(errors, axis=0) / np.sqrt(REPETITIONS)
    assert (np.abs(np.mean(errors, axis=0)) < 4 * spread + [0.1, 0.001]).all()


def test_the_judged_mean_is_off_where_the_corrected_one_is_not() -> None:
    chance = np.random.default_rng(3)
    sessions = _sessions(chance, 3000, 0.85, 0.97, 0.003)
    found = corrected_score(_checked(sessions, np.arange(400)), _means(sessions), 3000)
    truth = float(sessions.true[:, 0].mean())
    assert found.judged is not None
    assert found.value is not None
    assert abs(found.judged - truth) > 2
    assert abs(found.value - truth) < 1


def test_unequal_chances_are_weighed_and_the_interval_still_covers() -> None:
    """One session in four is drawn five times as often, and these are the worse ones."""
    chance = np.random.default_rng(11)
    sessions = _sessions(chance, 2000, 0.9, 0.98, 0.03)
    worse = sessions.judged[:, 0] <= np.quantile(sessions.judged[:, 0], 0.25)
    judged, truth = _means(sessions), float(sessions.true[:, 0].mean())
    weights = np.where(worse, worse.sum() / 150, (~worse).sum() / 60)
    covered, values = [], []
    for _ in range(REPETITIONS):
        some = [
            chance.choice(np.flatnonzero(which), size, replace=False)
            for which, size in ((worse, 150), (~worse, 60))
        ]
        found = corrected_score(_checked(sessions, np.concatenate(some), weights), judged, 2000)
        assert found.value is not None
        assert found.interval is not None
        values.append(found.value)
        covered.append(found.interval.low <= truth <= found.interval.high)
    assert np.mean(covered) >= 0.915
    assert np.mean(values) == pytest.approx(truth, abs=0.2)


def test_too_few_checks_correct_nothing_and_say_how_many_it_takes() -> None:
    some = [Checked(Worth(90, 90, 0), Worth(0, 90, 1))] * (FEWEST_CHECKS - 1)
    for found in (
        corrected_score(some, Worth(0, 90, 1), 500),
        corrected_red_lines(some, Worth(0, 90, 1), 500),
    ):
        assert (found.value, found.interval, found.checked, found.changed) == (None, None, 29, 29)
        assert found.checks_needed == FEWEST_CHECKS
    assert corrected_score([], None, 0).value is None
    assert corrected_score([], Worth(50, 50, 0), 12).checks_needed == 12


def test_all_sessions_checked_leave_nothing_open() -> None:
    some = [Checked(Worth(100 - each, 100 - each, 0), Worth(80, 80, 0)) for each in range(20)]
    found = corrected_score(some, Worth(80, 80, 0), 20)
    assert found.value == pytest.approx(90.5)
    assert found.interval is not None
    assert (found.interval.low, found.interval.high) == pytest.approx((90.5, 90.5))


def test_no_red_line_among_the_checked_is_no_proof_that_there_is_none() -> None:
    none = [Checked(Worth(100, 100, 0), Worth(100, 100, 0))] * 100
    found = corrected_red_lines(none, Worth(100, 100, 0), 5000)
    assert found.value == 0
    assert found.interval is not None
    assert 0.03 < found.interval.high < 0.05
    of_score = corrected_score(none, Worth(100, 100, 0), 5000)
    assert of_score.value == 100
    assert of_score.interval is not None
    assert of_score.interval.low < 96
