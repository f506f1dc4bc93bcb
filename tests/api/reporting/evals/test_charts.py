"""Charts are well-formed SVG that says where things are; nothing a customer wrote becomes markup."""

import xml.etree.ElementTree as ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.reporting.evals.charts import HEIGHT, WIDTH, Chart, Point, Series, nice_ticks, svg


def a_chart(*points: Point, **fields: object) -> Chart:
    series = (Series(name="<b>", points=points, dots=True),)
    return Chart(**{"title": "图<", "english": "&", "x": "x", "y": "y", "series": series, **fields})  # type: ignore[arg-type]


def test_points_are_where_they_belong() -> None:
    root = ElementTree.fromstring(svg(a_chart(Point(0, 0), Point(1, 1, low=0.5, high=1.0, note='"<&'))))
    circles = [(float(each.get("cx", "")), float(each.get("cy", ""))) for each in root.iter("circle")]
    assert circles == [(46.0, HEIGHT - 44.0), (WIDTH - 14.0, 14.0)]
    [interval] = [each for each in root.iter("line") if each.get("class") == "interval"]
    assert (interval.get("y1"), interval.get("y2")) == ("135.0", "14.0")
    assert [each.text for each in root.iter("title")] == ["图< &", '"<&']


def test_a_lone_point_is_seen_and_no_point_is_no_chart() -> None:
    lone = Chart(title="t", english="", x="", y="", series=(Series(name="s", points=(Point(0.5, 0.5),)),))
    assert svg(lone).count("<circle") == 1
    assert not lone.is_empty
    assert a_chart().is_empty


def test_many_names_do_not_run_into_each_other() -> None:
    chart = a_chart(Point(0, 0), ticks=tuple(f"run {number}" for number in range(30)), x_range=(0, 29))
    assert svg(chart).count(">run ") == 6


@pytest.mark.parametrize(
    ("low", "high", "ticks"),
    [(0, 1, [0, 0.2, 0.4, 0.6, 0.8, 1]), (0.5, 1, [0.5, 0.6, 0.7, 0.8, 0.9, 1]), (0, 37, [0, 10, 20, 30])],
)
def test_ticks_are_round(low: float, high: float, ticks: list[float]) -> None:
    assert nice_ticks(low, high) == ticks


@given(st.floats(-1e6, 1e6), st.floats(1e-3, 1e6))
def test_there_are_a_few_ticks_within_the_range(low: float, span: float) -> None:
    ticks = nice_ticks(low, low + span)
    assert 2 <= len(ticks) <= 7
    assert all(low - 1e-6 * span <= tick <= low + span * (1 + 1e-6) for tick in ticks)
