"""Three-way adjudication and drift of anchors: counts, and when someone should look."""

import numpy as np
import pytest

from calibration.statistics.adjudication import Cause, adjudicate
from calibration.statistics.comparison import SelfFlips
from calibration.statistics.drift import measure_drift


def test_causes_are_counted_and_the_bottleneck_named_once_it_is_clear() -> None:
    causes: list[Cause | None] = (
        ["rule_unclear"] * 30 + ["judge_wrong"] * 10 + ["label_wrong"] * 2 + [None] * 5
    )
    found = adjudicate(causes)
    assert [(each.cause, each.count) for each in found.causes] == [
        ("rule_unclear", 30), ("judge_wrong", 10), ("label_wrong", 2),
    ]  # fmt: skip
    assert (found.settled, found.open, found.bottleneck) == (42, 5, "rule_unclear")
    assert found.causes[0].share == pytest.approx(30 / 42)


def test_what_is_not_clear_is_not_named() -> None:
    few: list[Cause | None] = ["judge_wrong", "judge_wrong", "label_wrong"]
    assert adjudicate(few).bottleneck is None
    nothing = adjudicate([None, None])
    assert (nothing.settled, nothing.open, nothing.bottleneck) == (0, 2, None)
    assert nothing.causes[0].share is None


def anchors(n: int, flipped: int) -> tuple[dict[str, str], dict[str, str]]:
    before = {f"a{place}": "no_hit" for place in range(n)}
    return before, before | {f"a{place}": "hit" for place in range(flipped)}


QUIET = SelfFlips(0.02, 4, 200, None)


@pytest.mark.parametrize(
    ("flipped", "own", "alert"),
    [
        (0, QUIET, ""),
        (4, QUIET, ""),
        (25, QUIET, "more than the judge flips by itself"),
        (3, None, "not known"),
        (0, None, ""),
    ],
)
def test_flips_are_weighed_against_the_judges_own(flipped: int, own: SelfFlips | None, alert: str) -> None:
    found = measure_drift(*anchors(200, flipped), own=own)
    assert (len(found.flipped), found.rate) == (flipped, flipped / 200)
    assert alert in found.alert
    assert bool(found.alert) == bool(alert)


def test_flips_that_leave_accuracy_unchanged_are_noticed() -> None:
    before = {f"a{n}": "hit" if n < 20 else "no_hit" for n in range(100)}
    after = {f"a{n}": "hit" if 10 <= n < 30 else "no_hit" for n in range(100)}
    expected = {f"a{n}": "hit" if 10 <= n < 20 or n == 0 else "no_hit" for n in range(100)}
    found = measure_drift(before, after, expected=expected, own=SelfFlips(0.01, 1, 100, None))
    assert abs(found.against_labels.loss) <= 0.02
    assert found.rate == 0.2
    assert "by itself" in found.alert


def test_a_fall_of_accuracy_says_so() -> None:
    before, after = anchors(100, 15)
    found = measure_drift(before, after, expected=before, own=QUIET)
    assert found.mcnemar.broken == 15
    assert "accuracy fell" in found.alert


def test_anchors_of_one_side_only_are_left_out() -> None:
    found = measure_drift({"a": "hit"}, {"b": "hit"})
    assert (found.n, found.rate, found.interval, found.alert) == (0, None, None, "")


def test_repeating_itself_seldom_alerts() -> None:
    rng, alerts = np.random.default_rng(5), 0
    for _ in range(300):
        flipped, itself = int(rng.binomial(200, 0.05)), int(rng.binomial(200, 0.05))
        own = SelfFlips(itself / 200, itself, 200, None)
        alerts += bool(measure_drift(*anchors(200, flipped), own=own).alert)
    assert alerts / 300 <= 0.02
