"""View models of the board: figures with what they are out of, and what to do next."""

from datetime import UTC, datetime

import msgspec
import pytest

from api.console.calibration.board import coverage_words, drift_words, next_step
from api.console.calibration.charts import as_judged, pictures_of, weekly_chart
from api.console.calibration.figures import (
    NOTHING,
    Split,
    ceiling_of,
    estimator_words,
    measure_of,
    rate_of,
    split_of,
    week_of,
)
from api.console.calibration.rule_page import coverage_lines, labels_of
from api.console.language import translator
from api.schemas.trust import WrongSplit
from calibration.reviewers import RuleAgreement
from calibration.statistics.certification import Threshold
from calibration.statistics.intervals import Interval
from calibration.statistics.metrics import Estimate
from calibration.statistics.rates.counts import Rate
from calibration.statistics.weighted import WeightedShare
from calibration.trust import SliceRate, measure
from storage.labels import JudgedCase
from storage.trust.drift import DriftRun
from storage.trust.flips import Flips

T, EN = translator("zh"), translator("en")
AT = datetime(2026, 11, 1, tzinfo=UTC)


def rate(value: float | None = 0.06, needed: int | None = None) -> SliceRate:
    made = Rate(
        estimator="stratified", reason="", value=value, raw=0.1, labels=60, judged=1000, labels_needed=needed,
        interval=None if value is None else Interval(0.03, 0.09, 0.95, "wilson"),
    )  # fmt: skip
    return SliceRate(slice=None, week="2026-11-02", rate=made, assumes="")


def share(low: float, high: float, labels: int = 35) -> WeightedShare:
    return WeightedShare((low + high) / 2, Interval(low, high, 0.95, "wilson"), labels, float(labels))


def run(rate: float | None) -> DriftRun:
    report = Flips(compared=20, flips=2, undecided=0, rate=rate, by_rule={"agent_abuse": (10, 2)}, flipped=())
    return DriftRun(
        number=2, job_id="j", cause="change", identity="", actor="li", started_at=AT, report=report
    )


def case(judged: str, probability: float | None, expected: str | None = "hit") -> JudgedCase:
    return JudgedCase(
        session_id="s", revision=1, rule_id="r", rule_version="v", inspection_id="i", said={}, sources=(),
        expected=expected, judged=judged, reason_code=None, probability=probability,
        inclusion_probability=0.5, shop=None, group=None, agent_id=None, started_at=AT, labelled_at=AT,
    )  # fmt: skip


def test_a_share_stands_with_interval_and_labels() -> None:
    found = measure_of(share(0.8, 0.9), T)
    assert (found.text, found.interval, found.of) == ("85.0%", "[80.0%, 90.0%]", "35 个抽样标注")
    assert measure_of(WeightedShare(None, None, 0, 0.0), T) == NOTHING == measure_of(None, T)


def test_the_ceiling_is_of_cases_that_two_reviewed() -> None:
    people = RuleAgreement(
        rule_id="r", cases=20, agreed=18, share=Estimate(0.9, 18, 20, Interval(0.7, 0.97, 0.95, "wilson")), kappa=0.7, ac1=0.81,
        disagreements=(),
    )  # fmt: skip
    assert ceiling_of(people, T).of == "20 个几人看过的会话 · AC1 0.81"
    assert ceiling_of(None, T) == NOTHING


def test_the_corrected_rate_stands_beside_the_raw_one_and_names_its_estimator() -> None:
    found = rate_of(rate(), T)
    assert found is not None
    assert (found.raw, found.corrected, found.estimator) == ("10.0%", "6.0%", "stratified，60 个标注")
    unknown = rate_of(rate(None, needed=120), T)
    assert unknown is not None
    assert (unknown.corrected, unknown.needed) == ("", "共需 120 个随机标注")


@pytest.mark.parametrize(
    ("low", "high", "known", "stale", "split", "expected"),
    [
        (0.8, 0.9, True, 3, None, "3 个标注已过时，先看结论变了的会话"),
        (0.8, 0.9, True, 0, Split(1, 0, 0, 2), "2 处分歧待裁定"),
        (0.8, 0.9, False, 0, None, "抽样标注"),
        (None, None, True, 0, None, "抽样里没有命中，从命中里抽"),
        (0.5, 0.9, True, 0, Split(1, 0, 0, 0), "区间宽 40 个百分点，再抽一批"),
        (0.8, 0.9, True, 0, None, ""),
    ],
)
def test_what_to_do_next(
    low: float | None, high: float | None, known: bool, stale: int, split: Split | None, expected: str
) -> None:
    precision = NOTHING if low is None or high is None else measure_of(share(low, high), T)
    assert next_step(precision, rate_of(rate(), T) if known else None, stale, split, T) == expected


def test_drift_is_flips_over_what_was_compared() -> None:
    assert drift_words("agent_abuse", run(0.1), T) == "2 / 10"
    assert drift_words("other", run(0.1), T) == ""
    assert drift_words("agent_abuse", run(None), T) == "" == drift_words("agent_abuse", None, T)


def split(bottleneck: str | None) -> WrongSplit:
    return WrongSplit(
        rule_id="r", judge_wrong=4, label_wrong=2, rule_unclear=3, waiting=1,
        bottleneck=bottleneck,  # type: ignore[arg-type]
    )  # fmt: skip


@pytest.mark.parametrize(
    ("bottleneck", "said"),
    [
        (None, ""), ("judge_wrong", "瓶颈是判断器"), ("label_wrong", "瓶颈是标注"), ("rule_unclear", "瓶颈是规则"),
    ],
)  # fmt: skip
def test_the_adjudication_split_counts_all_four_and_names_the_bottleneck(
    bottleneck: str | None, said: str
) -> None:
    found = split_of(split(bottleneck), T)
    assert found is not None
    assert (found.judge, found.label, found.rule, found.waiting, found.total) == (4, 2, 3, 1, 10)
    assert found.bottleneck.partition("：")[0] == said
    assert split_of(None, T) is None


def test_confidence_is_that_of_the_verdict_and_ties_are_left_out() -> None:
    cases = [case("hit", 0.9), case("no_hit", 0.2), case("no_hit", None), case("hit", 0.9, expected=None)]
    assert [each.confidence for each in as_judged(cases)] == [0.9, 0.8, None]


def test_a_week_is_named_by_its_days() -> None:
    assert week_of("2026-11-02") == "11-02 – 11-08"
    chart = weekly_chart([rate()], T)
    assert [len(each.points) for each in chart.series] == [1, 1]
    assert chart.ticks == ("11-02",)
    assert weekly_chart([], T).is_empty


def test_the_legend_names_only_what_is_drawn_in_its_colour() -> None:
    [both] = pictures_of([], [rate()], T)
    assert both.keys == ((0, "校正后"), (1, "判断器所说"))
    assert "95%" in both.note
    [raw] = pictures_of([], [rate(None)], T)
    assert raw.keys == ((1, "判断器所说"),)
    assert raw.note == "随机标注还不够校正。"


def test_what_could_not_be_corrected_names_no_estimator() -> None:
    found = rate(None)
    bare = msgspec.structs.replace(
        found, rate=msgspec.structs.replace(found.rate, estimator="none", labels=3)
    )
    assert rate_of(bare, T).estimator == "3 个标注，还不能校正"
    assert rate_of(bare, EN).estimator == "3 labels, not corrected yet"
    assert rate_of(rate(), T).estimator == "stratified，60 个标注"


def test_who_is_unsure_does_not_disagree() -> None:
    said = [{"li": "unsure"}, {"li": "unsure", "wu": "unsure"}, {"li": "hit", "wu": "no_hit"}, {"li": "hit"}]
    cases = [
        msgspec.structs.replace(case("hit", 0.9, "hit" if each == {"li": "hit"} else None), said=each)
        for each in said
    ]
    assert labels_of(cases, measure(cases), T).left_out == [("标注者不确定", "2"), ("标注者不一致", "1")]


def test_coverage_says_when_the_labels_prove_nothing() -> None:
    def found(confidence: float | None) -> Threshold:
        return Threshold(
            confidence=confidence, level=0.9, delta=0.05, n=50, agreed=49, coverage=0.5, needed=29
        )

    proven, open_ = coverage_lines({"hit": found(0.8), "no_hit": found(None)}, 0.9, T)
    assert proven == "命中：把握 ≥ 0.80 的与标注一致率至少 90%，占 50%（49 / 50）。"
    assert open_ == "未命中：现有标注还证明不了 90% 的一致率，至少要 29 个都一致的标注。"
    assert coverage_lines({}, 0.9, T) == ["随机抽样的标注里没有带概率的判断，谈不上覆盖率。"]
    assert coverage_words({"hit": found(0.8), "no_hit": found(None)}, T) == ["命中 50%", "未命中 证明不了"]


def test_an_estimator_is_said_in_the_language_of_the_page() -> None:
    assert estimator_words("stratified (MOVER)", T) == "分层估计"
    assert estimator_words("stratified (MOVER)", EN) == "stratified"
    assert estimator_words("PPI++", EN) == estimator_words("PPI++", T) == "PPI++"
