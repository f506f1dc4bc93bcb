"""Stages: a table, and the path of a rule that gets better and worse."""

from typing import Any

import pytest

from calibration.statistics.intervals import wilson
from calibration.statistics.stages import Stage, StageDecision, StagePolicy, next_stage


def decided(stage: Stage, confirmed: int, refuted: int, **options: Any) -> StageDecision:
    """From counts of labels on hits."""
    return next_stage(stage, confirmed + refuted, bound(confirmed, refuted), **options)


def bound(confirmed: int, refuted: int) -> float | None:
    interval = wilson(confirmed, confirmed + refuted, 0.9)
    return None if interval is None else interval.low


LOOSE = StagePolicy(manual=0.6, automatic=0.9, slack=0.05, fewest=30)


@pytest.mark.parametrize(
    ("stage", "confirmed", "refuted", "certified", "then"),
    [
        ("shadow", 0, 0, False, "shadow"),
        ("shadow", 29, 0, True, "shadow"),  # too few labels, however good
        ("shadow", 28, 2, False, "manual"),
        ("shadow", 300, 0, True, "manual"),  # one step at a time
        ("manual", 100, 0, True, "automatic"),
        ("manual", 100, 0, False, "manual"),  # no certificate
        ("manual", 80, 20, True, "manual"),
        ("manual", 20, 80, True, "shadow"),
        ("automatic", 100, 0, True, "automatic"),
        ("automatic", 100, 0, False, "manual"),  # the certificate expired
        ("automatic", 80, 20, True, "manual"),
        ("automatic", 20, 80, True, "shadow"),
        ("automatic", 0, 0, True, "shadow"),  # nothing is known of it
    ],
)
def test_stages(stage: Stage, confirmed: int, refuted: int, certified: bool, then: Stage) -> None:
    assert decided(stage, confirmed, refuted, certified=certified, policy=LOOSE).stage == then


def test_between_the_bounds_a_rule_stays_where_it_is() -> None:
    lower = bound(182, 10)
    assert lower is not None
    assert LOOSE.automatic - LOOSE.slack < lower < LOOSE.automatic + LOOSE.slack
    lower = bound(176, 14)
    assert lower is not None
    assert LOOSE.automatic - LOOSE.slack < lower < LOOSE.automatic
    assert decided("manual", 176, 14, certified=True, policy=LOOSE).stage == "manual"
    assert decided("automatic", 176, 14, certified=True, policy=LOOSE).stage == "automatic"


def test_a_decision_says_why() -> None:
    assert "30" in decided("shadow", 3, 1, certified=False).reason
    assert "certificate" in decided("automatic", 100, 0, certified=False).reason
    assert "60%" in decided("shadow", 20, 15, certified=False).reason
