"""Measured figures in words: a number never stands without what it is out of; where nothing is measured it says so."""

from datetime import date, timedelta
from typing import NamedTuple

from api.console.language import Translator, msg
from api.reporting.wording import count
from api.schemas.trust import WrongSplit
from calibration.reviewers import RuleAgreement
from calibration.statistics.adjudication import Cause
from calibration.statistics.metrics import Estimate
from calibration.statistics.rates.counts import Rate
from calibration.statistics.weighted import WeightedShare
from calibration.trust import SliceRate
from storage.trust.stages import Purpose, Stage

PURPOSES: dict[Purpose, str] = {"notification": msg("告警"), "scoring": msg("计分")}
STAGES: dict[Stage, str] = {"shadow": msg("影子"), "manual": msg("人工"), "automatic": msg("自动")}
#: What a stage of a purpose does.
EFFECTS: dict[tuple[Purpose, Stage], str] = {
    ("notification", "shadow"): msg("不通知任何人"),
    ("notification", "manual"): msg("先由人确认再通知"),
    ("notification", "automatic"): msg("自动通知"),
    ("scoring", "shadow"): msg("命中不扣分"),
    ("scoring", "manual"): msg("多数复核员确认后才计分"),
    ("scoring", "automatic"): msg("命中即计分"),
}
SOURCES = {
    "human_random": msg("随机抽样"), "human_flagged": msg("复核命中"), "appeal": msg("申诉"),
    "constructed": msg("构造"),
}  # fmt: skip


class Measure(NamedTuple):
    """A share. `text` empty: not measured. `low`, `value`, `high`: 0 to 100, for the bar."""

    text: str
    interval: str
    of: str
    low: float = 0
    value: float = 0
    high: float = 0


NOTHING = Measure("", "", "")


def measure_of(share: WeightedShare | None, t: Translator) -> Measure:
    """Weighted by how probable it was to draw each label."""
    if share is None or share.value is None or share.interval is None:
        return NOTHING
    of = t("{count} 个抽样标注", count=count(share.labels))
    return _measure(share.value, share.interval.low, share.interval.high, of)


def estimate_of(share: Estimate | None, t: Translator) -> Measure:
    """A plain share with its denominator."""
    if share is None or share.value is None or share.interval is None:
        return NOTHING
    return _measure(
        share.value, share.interval.low, share.interval.high, f"{share.numerator} / {share.denominator}"
    )


def _measure(value: float, low: float, high: float, of: str) -> Measure:
    spread = f"[{low:.1%}, {high:.1%}]"
    return Measure(
        f"{value:.1%}", spread, of, round(low * 100, 1), round(value * 100, 1), round(high * 100, 1)
    )


def ceiling_of(people: RuleAgreement | None, t: Translator) -> Measure:
    """How far reviewers of the same case agree: no judge can be measured to be better."""
    if people is None:
        return NOTHING
    found = estimate_of(people.share, t)
    beyond = "" if people.ac1 is None else f" · AC1 {people.ac1:.2f}"
    return found._replace(of=t("{count} 个几人看过的会话", count=people.cases) + beyond)


class RateView(NamedTuple):
    """How often the behaviour occurs: what the judge says, and what labels make of it. Empty texts: unknown.

    `second`: what another estimator makes of the same labels.
    """

    raw: str
    judged: str
    corrected: str
    interval: str
    estimator: str
    needed: str
    second: str = ""


def rate_of(found: SliceRate | None, t: Translator) -> RateView | None:
    """None where no label was drawn at random."""
    if found is None:
        return None
    view = _rate(found.rate, t)
    return view if found.second is None else view._replace(second=_second(found.second, t))


def _second(rate: Rate, t: Translator) -> str:
    told = _rate(rate, t)
    return t(
        "另一种估计：{rate}", rate=f"{told.corrected} {told.interval} · {estimator_words(rate.estimator, t)}"
    )


def _rate(rate: Rate, t: Translator) -> RateView:
    spread = rate.interval
    needed = t("共需 {count} 个随机标注", count=count(rate.labels_needed)) if rate.labels_needed else ""
    return RateView(
        raw="—" if rate.raw is None else f"{rate.raw:.1%}",
        judged=t("{count} 个会话", count=count(rate.judged)),
        corrected="" if rate.value is None else f"{rate.value:.1%}",
        interval="" if spread is None else f"[{spread.low:.1%}, {spread.high:.1%}]",
        estimator=_estimator(rate, t),
        needed=needed,
    )


#: What an estimator does, by its name; the others are called alike everywhere.
ESTIMATORS = {
    "labels only (Wilson or Jeffreys)": msg("只按标注估计"), "labels only, clustered Wilson": msg("只按标注估计，按客服聚类"),
    "stratified (MOVER)": msg("分层估计"), "stratified (MOVER), conservative": msg("分层估计，偏保守"),
    "stratified (MOVER), clustered": msg("分层估计，按客服聚类"), "PPI++, clustered": msg("PPI++，按客服聚类"),
    "Hájek, weighted": msg("按抽中概率加权"),
}  # fmt: skip


def estimator_words(name: str, t: Translator) -> str:
    """What an estimator does, in a few words."""
    return t(ESTIMATORS[name]) if name in ESTIMATORS else name


def _estimator(rate: Rate, t: Translator) -> str:
    if rate.value is None:
        return t("{count} 个标注，还不能校正", count=count(rate.labels))
    return t("{name}，{count} 个标注", name=estimator_words(rate.estimator, t), count=count(rate.labels))


BOTTLENECKS: dict[Cause, str] = {
    "judge_wrong": msg("瓶颈是判断器：改提示词，或换模型"),
    "label_wrong": msg("瓶颈是标注：先和复核员统一标准"),
    "rule_unclear": msg("瓶颈是规则：先把规则写清楚"),
}


class Split(NamedTuple):
    """Who was wrong where label and verdict differ. `bottleneck`: which of the three is certainly the most frequent, and what
    that asks for; empty: not clear."""

    judge: int
    label: int
    rule: int
    waiting: int
    bottleneck: str = ""

    @property
    def total(self) -> int:
        """All disagreements."""
        return self.judge + self.label + self.rule + self.waiting


def split_of(found: WrongSplit | None, t: Translator) -> Split | None:
    """None: label and verdict never differed."""
    if found is None:
        return None
    told = "" if found.bottleneck is None else t(BOTTLENECKS[found.bottleneck])
    return Split(found.judge_wrong, found.label_wrong, found.rule_unclear, found.waiting, told)


def week_of(first: str) -> str:
    """`11-02 – 11-08` of the Monday `2026-11-02`."""
    start = date.fromisoformat(first)
    return f"{start:%m-%d} – {start + timedelta(days=6):%m-%d}"
