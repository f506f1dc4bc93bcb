"""Measured trust: only labels drawn with a known probability count, and the estimator is named."""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from calibration.statistics.intervals import wilson
from calibration.trust import measure, rates
from storage.labels import JudgedCase
from storage.labels.population import Judged, Sizes

START = datetime(2026, 10, 26, 4, tzinfo=UTC)
SHANGHAI = ZoneInfo("Asia/Shanghai")


def a_case(
    number: int, expected: str | None, judged: str, probability: float | None = 1.0, **fields: Any
) -> JudgedCase:
    given = {
        "session_id": f"s-{number}", "revision": 1, "rule_id": "r", "rule_version": "v", "inspection_id": "i",
        "said": {}, "sources": ("human_random",), "expected": expected, "judged": judged, "reason_code": None,
        "probability": None, "inclusion_probability": probability, "shop": "shop-a", "group": None,
        "agent_id": None, "started_at": START, "labelled_at": START,
    }  # fmt: skip
    return JudgedCase(**given | fields)


def judged(number: int, hit: bool, shop: str = "shop-a", days: float = 0) -> Judged:
    return Judged(
        session_id=f"s-{number}", revision=1, inspection_id="i", hit=hit, shop=shop, group=None, agent_id="a-1",
        started_at=START + timedelta(days=days),
    )  # fmt: skip


def test_precision_of_labels_that_weigh_the_same_is_wilsons() -> None:
    cases = [a_case(n, "hit" if n < 18 else "no_hit", "hit") for n in range(20)]
    found = measure(cases).precision
    plain = wilson(18, 20)
    assert plain is not None
    assert found.interval is not None
    assert found.value == pytest.approx(0.9)
    assert (found.labels, found.effective_n) == (20, pytest.approx(20, rel=0.06))
    assert found.interval.low == pytest.approx(plain.low, abs=0.03)


def test_a_rare_draw_weighs_more() -> None:
    """9 of 10 flagged are right; 1 of 10 unflagged, drawn at 1 %, hides a hit: recall is far below 9 in 10."""
    flagged = [a_case(n, "hit" if n < 9 else "no_hit", "hit", 1.0) for n in range(10)]
    rest = [a_case(n, "hit" if n == 10 else "no_hit", "no_hit", 0.01) for n in range(10, 20)]
    found = measure([*flagged, *rest])
    assert found.precision.value == pytest.approx(0.9)
    assert found.recall.value == pytest.approx(9 / 109)


def test_what_cannot_count_is_told() -> None:
    cases = [
        a_case(1, "hit", "hit"),
        a_case(2, "hit", "hit", None),
        a_case(3, None, "hit"),
        a_case(4, "hit", "undetermined"),
    ]
    found = measure(cases)
    assert (found.drawn, found.undrawn, found.disputed, found.undetermined) == (1, 1, 1, 1)
    assert measure([]).precision.interval is None


def test_a_rate_per_shop_and_week_beside_the_raw_one() -> None:
    population = [judged(n, n % 10 == 0, days=7 * (n // 200)) for n in range(400)]
    population += [judged(n, False, shop="shop-b") for n in range(400, 410)]
    cases = [
        a_case(n, "hit" if n % 20 == 0 else "no_hit", "hit" if n % 10 == 0 else "no_hit", 0.5)
        for n in range(0, 400, 2)
    ]
    found = rates(population, cases, by="shop", weekly=True, timezone=SHANGHAI)
    assert [(each.slice, each.week) for each in found] == [
        ("shop-a", "2026-10-26"),
        ("shop-a", "2026-11-02"),
        ("shop-b", "2026-10-26"),
    ]
    first = found[0].rate
    assert (first.raw, first.labels, first.judged) == (0.1, 100, 200)
    assert first.interval is not None
    assert first.interval.low < 0.05 < first.interval.high
    assert found[2].rate.value is None, "nobody labelled anything there"


DESIGNS = [
    ({True: 0.5, False: 0.5}, "PPI"),
    ({True: 1.0, False: 0.2}, "stratified"),
]


@pytest.mark.parametrize(("probability", "estimator"), DESIGNS)
def test_the_estimator_follows_how_labels_were_drawn(probability: dict[bool, float], estimator: str) -> None:
    population = [judged(n, n % 4 == 0) for n in range(2000)]
    cases = [
        a_case(
            n, "hit" if n % 8 == 0 else "no_hit", "hit" if n % 4 == 0 else "no_hit", probability[n % 4 == 0]
        )
        for n in range(0, 400)
    ]
    [found] = rates(population, cases, timezone=SHANGHAI)
    assert found.rate.estimator.startswith(estimator)
    assert found.rate.interval is not None
    assert found.rate.interval.low < 0.125 < found.rate.interval.high
    assert "1 agents have labels" in found.assumes
    if estimator.startswith("stratified"):
        assert found.second is None, "Rogan–Gladen would be the same once more"
    else:
        assert found.second is not None
        assert found.second.estimator.startswith("Rogan–Gladen")
        assert found.second.interval is not None
        assert found.second.interval.low < 0.125 < found.second.interval.high


def test_labels_of_one_side_only_carry_no_rate() -> None:
    population = [judged(n, n % 4 == 0) for n in range(400)]
    cases = [a_case(n, "hit", "hit") for n in range(0, 200, 4)]
    [found] = rates(population, cases, timezone=SHANGHAI)
    assert (found.rate.value, found.rate.raw) == (None, 0.25)
    assert "stratum" in found.rate.reason


def test_labels_drawn_in_several_ways_go_by_their_weights() -> None:
    population = [judged(n, n % 2 == 0) for n in range(400)]
    cases = [
        a_case(n, "hit" if n % 2 == 0 else "no_hit", "hit" if n % 2 == 0 else "no_hit", 0.5 + n % 3 / 10)
        for n in range(100)
    ]
    [found] = rates(population, cases, timezone=SHANGHAI)
    assert found.rate.estimator == "Hájek, weighted"
    assert found.rate.value == pytest.approx(0.5, abs=0.05)


def two_draws() -> list[JudgedCase]:
    """35 of 200 flagged and 25 of 800 others; then 50 more of the others. 8 in 100 of these are missed hits."""
    flagged = [a_case(n, "hit", "hit", 35 / 200) for n in range(35)]
    first = [a_case(200 + n, "hit" if n < 2 else "no_hit", "no_hit", 25 / 800) for n in range(25)]
    second = [a_case(225 + n, "hit" if n < 4 else "no_hit", "no_hit", 75 / 800) for n in range(50)]
    return [*flagged, *first, *second]


def test_others_that_were_drawn_from_twice_are_not_counted_twice() -> None:
    population = [judged(n, n < 200) for n in range(1000)]
    [found] = rates(population, two_draws(), timezone=SHANGHAI)
    assert found.rate.value == pytest.approx(0.2 + 0.8 * 0.08)
    assert found.rate.estimator == "Hájek, weighted"


def test_recall_is_of_all_that_was_judged_however_often_it_was_drawn_from() -> None:
    found = measure(two_draws(), Sizes(200, 800)).recall
    assert found.value == pytest.approx(200 / (200 + 64))
    assert measure(two_draws()).recall.value == pytest.approx(200 / (200 + (2 * 32 + 4 * 800 / 75)))
    assert measure(two_draws(), Sizes(200, 800)).precision == measure(two_draws()).precision


def test_sizes_without_labels_change_nothing() -> None:
    cases = [a_case(n, "hit", "hit", 0.5) for n in range(4)]
    assert measure(cases, Sizes(0, 100)) == measure(cases)
