"""Three-way adjudication: counts, and the bottleneck once it is clear."""

import pytest

from calibration.statistics.adjudication import Cause, adjudicate


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
