"""What the curves of a report show."""

from api.reporting.evals.curves import Past, trend_chart
from calibration.runs import Judged


def judged(number: int, expected: str, verdict: str) -> Judged:
    return Judged(case_id=str(number), rule_id="r", expected=expected, verdict=verdict)


def a_run(name: str) -> Past:
    told = [("hit", "hit"), ("hit", "no_hit"), ("no_hit", "hit"), ("no_hit", "no_hit")]
    return Past(name, [judged(number, *each) for number, each in enumerate(told * 5)])


def test_intervals_of_the_three_measures_stand_beside_each_other() -> None:
    chart = trend_chart([a_run("20261128T164747-a"), a_run("20261129T080000-b")])
    places = {each.name: [point.x for point in each.points] for each in chart.series}
    assert places == {"F1": [-0.03, 0.97], "精确率 precision": [0, 1], "召回率 recall": [0.03, 1.03]}
    assert chart.ticks == ("11-28 16:47", "11-29 08:00")


def test_one_run_is_no_trend() -> None:
    assert trend_chart([a_run("20261128T164747-a")]).is_empty
