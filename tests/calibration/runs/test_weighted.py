"""Figures of a run whose cases were drawn with known probabilities, against what they were drawn from."""

import random
from collections import Counter
from collections.abc import Sequence

import msgspec
import pytest

from calibration.runs.judged import Judged
from calibration.runs.weighted import WeightedFigures, drawing_of, weighted_figures
from calibration.statistics.metrics import Matrix, cohen_kappa, f1, precision, recall
from calibration.statistics.weighted import WeightedLabel

_REPEATED = 40


def case(number: int, expected: str, verdict: str, drawn_with: float | None) -> Judged:
    return Judged(case_id=str(number), rule_id="r", expected=expected, verdict=verdict, drawn_with=drawn_with)


def population(size: int = 20_000) -> list[tuple[bool, bool]]:
    """Hit and found: 10 % hits, a judge with sensitivity .8 and specificity .95."""
    chance = random.Random(3)
    hits = [chance.random() < 0.1 for _ in range(size)]
    return [(hit, chance.random() < (0.8 if hit else 0.05)) for hit in hits]


def drawn(
    whole: Sequence[tuple[bool, bool]], chances: tuple[float, float], spread: float = 1.0, seed: int = 0
) -> list[Judged]:
    """`chances`: for what the judge found, for the rest; every other case is `spread` times as likely."""
    chance = random.Random(1000 + seed)
    found = []
    for number, (hit, flagged) in enumerate(whole):
        probability = chances[0 if flagged else 1] * (spread if number % 2 else 1.0)
        if chance.random() < probability:
            verdict, expected = ("hit" if each else "no_hit" for each in (flagged, hit))
            found.append(case(number, expected, verdict, probability))
    return found


def truth(whole: Sequence[tuple[bool, bool]]) -> Matrix:
    counts = [
        sum(each == kind for each in whole)
        for kind in ((True, True), (False, True), (True, False), (False, False))
    ]
    return Matrix(*counts)


@pytest.mark.parametrize(
    ("chances", "spread", "drawing"),
    [((0.5, 0.04), 1.0, "stratified"), ((0.5, 0.04), 0.5, "unequal"), ((0.05, 0.05), 1.0, "alike")],
)
def test_the_intervals_hold_what_was_drawn_from(
    chances: tuple[float, float], spread: float, drawing: str
) -> None:
    whole = population()
    real = truth(whole)
    true = {
        "precision": precision(real).value, "recall": recall(real).value, "f1": f1(real).value,
        "prevalence": (real.tp + real.fn) / real.n,
    }  # fmt: skip
    covered: Counter[str] = Counter()
    for seed in range(_REPEATED):
        own = weighted_figures(drawn(whole, chances, spread, seed))
        assert own is not None
        assert own.drawing == drawing
        assert own.table.n == pytest.approx(len(whole), rel=0.2)
        assert own.judged_rate.value == pytest.approx((real.tp + real.fp) / real.n, abs=0.04)
        assert own.kappa.value == pytest.approx(cohen_kappa(real), abs=0.2)
        for name, value in true.items():
            spread_of = getattr(own, name).interval
            covered[name] += spread_of.low <= value <= spread_of.high
    assert min(covered[name] for name in true) >= 0.87 * _REPEATED


def test_unweighted_the_same_cases_would_mislead() -> None:
    whole = population()
    cases = drawn(whole, (0.5, 0.04))
    raw = recall(truth([(each.expected == "hit", each.verdict == "hit") for each in cases]))
    real, own = recall(truth(whole)), weighted_figures(cases)
    assert raw.interval is not None
    assert real.value is not None
    assert own is not None
    assert raw.interval.low > real.value
    assert own.recall.estimator == "weighted strata, Wilson on effective hits"


def test_only_decided_cases_that_were_drawn_count() -> None:
    assert weighted_figures([case(1, "hit", "hit", None), case(2, "hit", "undetermined", 0.5)]) is None
    own = weighted_figures([case(1, "hit", "hit", 0.5), case(2, "hit", "hit", None)])
    assert own is not None
    assert (own.labels, own.table.tp) == (1, 2.0)


def test_a_judge_that_found_other_cases_than_when_they_were_drawn_is_weighted_case_by_case() -> None:
    labels = [
        WeightedLabel(True, True, 0.5),
        WeightedLabel(True, True, 0.1),
        WeightedLabel(False, False, 0.1),
    ]
    assert drawing_of(labels) == "unequal"


def test_the_weighted_figures_of_an_earlier_release_can_still_be_read() -> None:
    share = {"value": 0.75, "interval": None, "labels": 8, "effective_n": 6.5}
    old = {"labels": 8, "prevalence": share, "precision": share, "recall": share}
    found = msgspec.convert(old, WeightedFigures)
    assert (found.precision.value, found.precision.estimator, found.drawing) == (0.75, "Hájek", "alike")
