"""Curves agree with scikit-learn and with counting by hand."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import average_precision_score, precision_recall_curve

from calibration.runs import Judged
from calibration.runs.curves import bins_of, cuts_of, thresholds_of

TOLD = st.tuples(st.integers(0, 20).map(lambda each: each / 20), st.booleans())


def a_case(number: int, probability: float, is_hit: bool) -> Judged:
    verdict = "hit" if probability >= 0.5 else "no_hit"
    return Judged(
        case_id=str(number), rule_id="r", expected="hit" if is_hit else "no_hit", verdict=verdict,
        confidence=max(probability, 1 - probability),
    )  # fmt: skip


@given(st.lists(TOLD, min_size=1, max_size=60))
def test_scikit_learn_draws_the_same_curve(told: list[tuple[float, bool]]) -> None:
    points = thresholds_of([a_case(number, *each) for number, each in enumerate(told)])
    if not any(is_hit for _, is_hit in told):
        assert points == []
        return
    probabilities, hits = [probability for probability, _ in told], [is_hit for _, is_hit in told]
    precision, recall, thresholds = precision_recall_curve(hits, probabilities)
    theirs = dict(
        zip(thresholds.round(9).tolist(), zip(precision[:-1], recall[:-1], strict=True), strict=True)
    )
    ours = {round(each.probability, 9): (each.precision, each.recall) for each in points}
    assert ours.keys() == theirs.keys()
    for probability, both in ours.items():
        assert both == pytest.approx(theirs[probability], abs=1e-9)
    area = sum(
        (each.recall - before) * each.precision
        for before, each in zip([0.0, *(each.recall for each in points)], points, strict=False)
    )
    assert area == pytest.approx(average_precision_score(hits, probabilities), abs=1e-9)


def test_what_is_undecided_is_on_no_curve() -> None:
    undecided = Judged(case_id="u", rule_id="r", expected="hit", verdict="undetermined", confidence=0.9)
    assert thresholds_of([undecided]) == []


def test_bins_hold_every_verdict_once() -> None:
    bins = bins_of([(0.95, True), (0.91, False), (1.0, True), (0.55, True)])
    assert [(each.n, round(each.told, 4), round(each.right, 4)) for each in bins] == [
        (1, 0.55, 1.0), (3, 0.9533, 0.6667)
    ]  # fmt: skip
    assert bins[1].interval.low < 2 / 3 < bins[1].interval.high


def test_cuts_go_from_the_surest_to_all() -> None:
    cuts = cuts_of([(0.9, True), (0.9, False), (0.8, True), (0.6, False)])
    assert [(each.coverage, round(each.agreement, 4)) for each in cuts] == [
        (0.5, 0.5),
        (0.75, 0.6667),
        (1.0, 0.5),
    ]
