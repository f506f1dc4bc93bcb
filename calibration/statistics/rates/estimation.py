"""The corrected rate of one rule from its labelled and judged cases: estimator chosen, named and explained."""

from collections.abc import Sequence
from math import ceil
from typing import Literal

import numpy as np

from calibration.statistics.intervals import Interval
from calibration.statistics.limits import Limits, effective_trials
from calibration.statistics.rates.cases import JudgedCase, cluster_sums, count, strata_sums
from calibration.statistics.rates.choosing import (
    FEWEST_ERRORS,
    FEWEST_LABELS,
    FEWEST_MISSES,
    RECALL,
    Chosen,
    Design,
    choose_random,
    choose_random_in_clusters,
    choose_stratified,
    choose_stratified_in_clusters,
    clusters_needed,
    expected_misses,
)
from calibration.statistics.rates.counts import Counts, Rate
from calibration.statistics.rates.rogan_gladen import rogan_gladen
from calibration.statistics.rates.stratified import stratified_precision, stratified_recall

_ROGAN_GLADEN = "Rogan–Gladen (Lang–Reiczigel)"


def corrected_rate(cases: Sequence[JudgedCase], design: Design, level: float = 0.95) -> Rate:
    """How often the behaviour really occurs among cases like these.

    `design`: how the labelled cases were drawn from the judged ones: all alike, or separately among flagged and
    unflagged ones. Cases chosen in another way (appeals, complaints) must not be among them.
    """
    counts = count(cases)
    if float(counts.n) == 0:
        return _refused(counts, "no label", FEWEST_LABELS)
    if design == "stratified" and counts.lacks_a_stratum:
        return _refused(counts, "a stratum has no label: label both flagged and unflagged cases", None)
    if any(case.cluster for case in cases):
        return _clustered(cases, counts, design, level)
    if design == "random":
        return _random(counts, choose_random(counts, level), level)
    return _stratified(counts, choose_stratified(counts, level), level)


def second_opinion(cases: Sequence[JudgedCase], design: Design, level: float = 0.95) -> Rate:
    """Rogan and Gladen's rate, from labels drawn at random. It assumes independent cases.

    With stratified labels, weighted as they must be, it would be the stratified rate once more.
    """
    counts = count(cases)
    if design == "stratified":
        return _refused(counts, "from stratified labels Rogan–Gladen is the stratified rate itself", None)
    if min(counts.hits, counts.n - counts.hits, counts.pool) == 0:
        return _refused(
            counts, "Rogan–Gladen needs labelled hits, labelled others and unlabelled cases", None
        )
    limits = rogan_gladen(counts, level)
    if np.isnan(limits.value):
        return _refused(counts, "on the labels the judge is not better than chance", None)
    return _rate(
        counts,
        limits,
        level,
        _ROGAN_GLADEN,
        "second opinion: trusts the judge's errors to be everywhere alike",
    )


def stratified_quality(counts: Counts, quantity: Literal["precision", "recall"], level: float = 0.95) -> Rate:
    """Precision or recall from labels drawn separately among flagged and unflagged cases."""
    if quantity == "precision":
        if float(counts.tp + counts.fp) == 0:
            return _refused(counts, "no flagged case has a label", None)
        limits = stratified_precision(counts, level)
        return _rate(
            counts, limits, level, "Wilson or Jeffreys among flagged labels", "flagged cases are one stratum"
        )
    if float(expected_misses(counts)) < FEWEST_MISSES:
        return _refused(counts, "too few unflagged labels to hold a miss", _needed_for_misses(counts))
    limits = stratified_recall(counts, level)
    return _rate(
        counts, limits, level, "weighted strata, Wilson on effective hits", "both strata have labels"
    )


def _random(counts: Counts, chosen: Chosen, level: float) -> Rate:
    if chosen.first:
        return _rate(
            counts, chosen.limits, level, "PPI++", "labels drawn at random, enough of them with errors"
        )
    if float(counts.n) < FEWEST_LABELS:
        reason, needed = f"below {FEWEST_LABELS} labels PPI++ covers too little", FEWEST_LABELS
    elif float(counts.pool) == 0:
        reason, needed = "there are no judged cases beside the labelled ones", None
    else:
        reason = (
            f"the judge errs in fewer than {FEWEST_ERRORS} labelled cases: PPI++ would believe it too much"
        )
        needed = ceil(float(counts.n * FEWEST_ERRORS / np.maximum(counts.errors, 1)))
    return _rate(counts, chosen.limits, level, "labels only (Wilson or Jeffreys)", reason, needed)


def _stratified(counts: Counts, chosen: Chosen, level: float) -> Rate:
    if chosen.nominal:
        return _rate(
            counts, chosen.limits, level, "stratified (MOVER)", "labels drawn among flagged and unflagged"
        )
    reason = (
        f"at a recall of {RECALL:.0%} the unflagged labels would hold no miss: covers more than {level:.0%}"
    )
    return _rate(
        counts, chosen.limits, level, "stratified (MOVER), conservative", reason, _needed_for_misses(counts)
    )


def _clustered(cases: Sequence[JudgedCase], counts: Counts, design: Design, level: float) -> Rate:
    if design == "random":
        sums = cluster_sums(cases)
        chosen, clusters = choose_random_in_clusters(sums, level), (sums.labelled > 0).sum()
        name = "PPI++, clustered" if chosen.first else "labels only, clustered Wilson"
    else:
        strata = strata_sums(cases)
        chosen, clusters = (
            choose_stratified_in_clusters(strata, level),
            ((strata.flagged + strata.unflagged) > 0).sum(),
        )
        name = "stratified (MOVER), clustered"
    if chosen.nominal:
        return _rate(
            counts, chosen.limits, level, name, f"{clusters} clusters whose cases resemble each other"
        )
    needed = int(clusters_needed(chosen.limits.value))
    if clusters >= needed:
        return _stratified(counts, chosen, level)
    return _refused(
        counts, f"{clusters} clusters with labels carry no interval at this rate; {needed} would", None
    )


def _needed_for_misses(counts: Counts) -> int | None:
    expected = float(expected_misses(counts))
    unflagged = float(counts.fn + counts.tn)
    if expected == 0:
        return None
    return ceil(float(counts.tp + counts.fp) + unflagged * FEWEST_MISSES / expected)


def _rate(
    counts: Counts, limits: Limits, level: float, estimator: str, reason: str, needed: int | None = None
) -> Rate:
    return Rate(
        estimator=estimator, reason=reason, value=float(limits.value),
        interval=Interval(float(limits.low), float(limits.high), level, estimator),
        raw=float(counts.flagged_share), labels=int(counts.n), judged=int(counts.n + counts.pool),
        effective_labels=float(effective_trials(limits, level)), labels_needed=needed,
    )  # fmt: skip


def _refused(counts: Counts, reason: str, needed: int | None) -> Rate:
    judged = int(counts.n + counts.pool)
    return Rate(
        estimator="none", reason=reason, value=None, interval=None, labels=int(counts.n), judged=judged,
        raw=float(counts.flagged_share) if judged else None, labels_needed=needed,
    )  # fmt: skip
