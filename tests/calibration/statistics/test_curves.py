"""Data of charts against scikit-learn and by hand."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import brier_score_loss, precision_score, recall_score

from calibration.statistics.curves import (
    MOST_POINTS,
    Told,
    agreement_by_coverage,
    brier_score,
    precision_recall,
    reliability,
)
from calibration.statistics.metrics import expected_calibration_error

TOLD = st.lists(
    st.builds(Told, st.integers(0, 20).map(lambda n: n / 20), st.booleans()), min_size=1, max_size=60
)


@given(TOLD)
def test_bins_hold_every_case_and_give_the_calibration_error(told: list[Told]) -> None:
    bins = reliability(told)
    assert sum(each.n for each in bins) == len(told)
    gap = sum(
        each.n * abs(each.mean - each.share)
        for each in bins
        if each.mean is not None and each.share is not None
    )
    assert gap / len(told) == pytest.approx(expected_calibration_error(told), abs=1e-9)


def test_a_bin_by_hand() -> None:
    [*_, last] = reliability([Told(1.0, True), Told(0.95, False), Told(0.05, False)])
    assert (last.low, last.high, last.n, last.share) == (0.9, 1.0, 2, 0.5)
    assert last.mean == pytest.approx(0.975)
    assert reliability([])[0].interval is None


@given(TOLD)
def test_scikit_learn_agrees_on_brier(told: list[Told]) -> None:
    theirs = brier_score_loss(
        [each.true for each in told], [each.probability for each in told], pos_label=True
    )
    assert brier_score(told) == pytest.approx(theirs, abs=1e-9)


def test_nothing_told_nothing_scored() -> None:
    assert brier_score([]) is None
    assert precision_recall([]) == precision_recall([Told(0.5, False)]) == []
    assert agreement_by_coverage([]) == []


@settings(max_examples=20)
@given(TOLD)
def test_each_point_is_what_its_threshold_gives(told: list[Told]) -> None:
    expected = [each.true for each in told]
    for point in precision_recall(told):
        called = [each.probability >= point.threshold for each in told]
        assert point.precision == pytest.approx(precision_score(expected, called), abs=1e-9)
        assert point.recall == pytest.approx(recall_score(expected, called), abs=1e-9)


def test_agreement_by_coverage_by_hand() -> None:
    points = agreement_by_coverage([Told(0.9, True), Told(0.6, False), Told(0.9, True), Told(0.7, True)])
    assert [(p.confidence, p.coverage, p.n, p.agreement) for p in points] == [
        (0.9, 0.5, 2, 1.0), (0.7, 0.75, 3, 1.0), (0.6, 1.0, 4, 0.75),
    ]  # fmt: skip


def test_long_curves_are_thinned_and_keep_their_ends() -> None:
    told = [Told(n / 1000, n % 3 == 0) for n in range(1000)]
    points = agreement_by_coverage(told)
    assert len(points) == MOST_POINTS
    assert (points[0].confidence, points[-1].coverage) == (0.999, 1.0)
