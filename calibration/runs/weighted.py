"""Figures of cases that were drawn with known probabilities: of all sessions they were drawn from, not only of themselves.

Drawn alike among what the judge calls a hit, and alike among the rest, the strata are estimated apart, as
`rates.stratified` does; drawn in any other way, each case stands for 1 / its probability (Hájek).
"""

from collections.abc import Iterable, Sequence
from typing import Literal

from msgspec import Struct

from calibration.runs.judged import Judged
from calibration.statistics.intervals import Interval
from calibration.statistics.metrics import cohen_kappa, gwet_ac1
from calibration.statistics.rates.cases import JudgedCase, count
from calibration.statistics.rates.counts import Rate
from calibration.statistics.rates.estimation import corrected_rate, stratified_quality
from calibration.statistics.weighted import (
    WeightedLabel,
    WeightedShare,
    WeightedTable,
    weighted_f1,
    weighted_precision,
    weighted_prevalence,
    weighted_recall,
    weighted_table,
)

#: `alike`: every case was as likely; weights change nothing. `stratified`: alike among flagged, alike among the rest.
Drawing = Literal["alike", "stratified", "unequal"]
_HAJEK = "Hájek"


class WeightedFigure(Struct, frozen=True, kw_only=True):
    """A share with the estimator it comes from. `value` None: there is none, `estimator` says `none`. `interval` None:
    nothing is known of its precision. `effective`: labels drawn alike that would be as precise."""

    value: float | None
    interval: Interval | None
    estimator: str = _HAJEK
    effective: float | None = None


_NOTHING = WeightedFigure(value=None, interval=None, estimator="none")


class WeightedFigures(Struct, frozen=True, kw_only=True):
    """How the judge does among all sessions the cases were drawn from. `labels`: decided cases whose probability is
    known; `table`: what they stand for. `judged_rate`: hits as the judge tells them; `prevalence`: as labels do.

    What has a default is not in the reports of earlier releases.
    """

    labels: int
    prevalence: WeightedFigure
    precision: WeightedFigure
    recall: WeightedFigure
    drawing: Drawing = "alike"
    table: WeightedTable = WeightedTable(0, 0, 0, 0)
    judged_rate: WeightedFigure = _NOTHING
    f1: WeightedFigure = _NOTHING
    kappa: WeightedFigure = _NOTHING
    ac1: WeightedFigure = _NOTHING


def weighted_figures(cases: Iterable[Judged]) -> WeightedFigures | None:
    """None where no case was drawn with a known probability."""
    labels = [
        WeightedLabel(each.expected == "hit", each.verdict == "hit", each.drawn_with)
        for each in cases
        if each.drawn_with is not None and each.verdict != "undetermined"
    ]
    if not labels:
        return None
    drawing, table = drawing_of(labels), weighted_table(labels)
    prevalence, precision, recall = _stratified(labels) if drawing == "stratified" else _by_weight(labels)
    told = [each._replace(hit=each.found) for each in labels]
    return WeightedFigures(
        labels=len(labels), drawing=drawing, table=table, judged_rate=_of_share(weighted_prevalence(told)),
        prevalence=prevalence, precision=precision, recall=recall, f1=_of_share(weighted_f1(labels)),
        kappa=WeightedFigure(value=cohen_kappa(table), interval=None, estimator=_HAJEK),
        ac1=WeightedFigure(value=gwet_ac1(table), interval=None, estimator=_HAJEK),
    )  # fmt: skip


def drawing_of(labels: Sequence[WeightedLabel]) -> Drawing:
    """By the probabilities of what the judge found, and of the rest."""
    flagged = {each.probability for each in labels if each.found}
    rest = {each.probability for each in labels if not each.found}
    if len(flagged | rest) == 1:
        return "alike"
    return "stratified" if len(flagged) == len(rest) == 1 else "unequal"


def _by_weight(labels: Sequence[WeightedLabel]) -> tuple[WeightedFigure, WeightedFigure, WeightedFigure]:
    shares = (weighted_prevalence(labels), weighted_precision(labels), weighted_recall(labels))
    prevalence, precision, recall = map(_of_share, shares)
    return prevalence, precision, recall


def _stratified(labels: Sequence[WeightedLabel]) -> tuple[WeightedFigure, WeightedFigure, WeightedFigure]:
    """The cases nobody labelled are as many as the probabilities say."""
    cases = [JudgedCase(each.found, each.hit) for each in labels]
    for found in (True, False):
        own = [each.probability for each in labels if each.found == found]
        cases += [JudgedCase(found)] * round(sum(1 / each - 1 for each in own))
    counts = count(cases)
    return (
        _of_rate(corrected_rate(cases, "stratified"), weighted_prevalence(labels)),
        _of_rate(stratified_quality(counts, "precision"), weighted_precision(labels)),
        _of_rate(stratified_quality(counts, "recall"), weighted_recall(labels)),
    )


def _of_share(share: WeightedShare) -> WeightedFigure:
    estimator = "none" if share.value is None else _HAJEK
    return WeightedFigure(
        value=share.value, interval=share.interval, estimator=estimator, effective=share.effective_n
    )


def _of_rate(rate: Rate, share: WeightedShare) -> WeightedFigure:
    """Where the strata carry no interval, the weighted value alone: no other interval would be true either."""
    if rate.value is None:
        name = "none" if share.value is None else f"{_HAJEK}, no interval: {rate.reason}"
        return WeightedFigure(value=share.value, interval=None, estimator=name)
    return WeightedFigure(
        value=rate.value, interval=rate.interval, estimator=rate.estimator, effective=rate.effective_labels
    )
