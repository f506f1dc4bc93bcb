"""How far a rule can be trusted, measured from stored labels: precision, recall, and its rate corrected by them.

Only labels with a recorded inclusion probability count: what somebody happened to open says nothing of the rest.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta, tzinfo
from typing import Literal, NamedTuple

from msgspec import Struct

from calibration.statistics.rates.cases import JudgedCase as RateCase
from calibration.statistics.rates.choosing import FEWEST_CLUSTERS, Design
from calibration.statistics.rates.counts import Rate
from calibration.statistics.rates.estimation import corrected_rate, second_opinion
from calibration.statistics.weighted import (
    WeightedLabel,
    WeightedShare,
    weighted_precision,
    weighted_prevalence,
    weighted_recall,
)
from storage.labels import JudgedCase
from storage.labels.population import Judged, Sizes

Slice = Literal["all", "shop", "group", "agent"]
#: Of labels drawn in several ways at once there is no design but the probabilities themselves.
_MIXED = "Hájek, weighted"
#: A random sample in which so many are expected has none with a probability below 1 %.
_EXPECTED = 5


class Measured(Struct, frozen=True, kw_only=True):
    """Precision and recall of a rule against labels, weighted by how probable it was to draw them.

    `drawn` labelled cases count; `undrawn` have no inclusion probability, `undetermined` no verdict, `disputed` no
    majority among their labellers: these do not.
    """

    precision: WeightedShare
    recall: WeightedShare
    drawn: int
    undrawn: int
    undetermined: int
    disputed: int


class SliceRate(Struct, frozen=True, kw_only=True):
    """The rate of one slice in one week (that begins on `week`, ISO date; None: of all time).

    `assumes`: what the interval takes for granted; "" if nothing beyond the drawing. `second`: Rogan and Gladen's rate of
    the same labels as a second opinion; None where it would be the same, or has no meaning.
    """

    slice: str | None
    week: str | None
    rate: Rate
    assumes: str
    second: Rate | None = None


def measure(cases: Iterable[JudgedCase], sizes: Sizes | None = None) -> Measured:
    """Of one rule. `sizes`: of what the labels were drawn from, where that is known; recall is of all of it."""
    drawn: list[WeightedLabel] = []
    undrawn = undetermined = disputed = 0
    for case in cases:
        if case.expected is None:
            disputed += 1
        elif case.judged == "undetermined":
            undetermined += 1
        elif case.inclusion_probability is None:
            undrawn += 1
        else:
            drawn.append(_weighted(case))
    if sizes is not None:
        drawn = standing_for(drawn, sizes)
    return Measured(
        precision=weighted_precision(drawn), recall=weighted_recall(drawn),
        drawn=len(drawn), undrawn=undrawn, undetermined=undetermined, disputed=disputed,
    )  # fmt: skip


def _weighted(case: JudgedCase) -> WeightedLabel:
    probability = case.inclusion_probability or 1.0
    return WeightedLabel(case.expected == "hit", case.judged == "hit", probability)


def standing_for(labels: Sequence[WeightedLabel], sizes: Sizes) -> list[WeightedLabel]:
    """The same labels, flagged ones together weighing as much as all flagged sessions, the others as all others.

    Drawn in several goes, the labels of each go stand for everything: without this, flagged and unflagged sessions would
    be counted as often as they were drawn from.
    """
    own: dict[bool, float] = {True: 0.0, False: 0.0}
    for each in labels:
        own[each.found] += 1 / each.probability
    wanted = {True: sizes.hits, False: sizes.others}
    return [
        each._replace(probability=each.probability * own[each.found] / wanted[each.found])
        if wanted[each.found]
        else each
        for each in labels
    ]


class _Labelled(NamedTuple):
    hit: bool
    probability: float


def rates(
    judged: Sequence[Judged],
    cases: Iterable[JudgedCase],
    *,
    by: Slice = "all",
    weekly: bool = False,
    timezone: tzinfo,
) -> tuple[SliceRate, ...]:
    """How often the behaviour really occurs, per slice and week, beside the raw rate; the estimator is named."""
    labels = {
        (case.session_id, case.revision): _Labelled(case.expected == "hit", case.inclusion_probability)
        for case in cases
        if case.expected is not None and case.inclusion_probability is not None
    }
    grouped: defaultdict[tuple[str, str], list[Judged]] = defaultdict(list)
    for each in judged:
        grouped[_slice(each, by), _week(each.started_at, timezone) if weekly else ""].append(each)
    found = []
    for (name, week), members in sorted(grouped.items()):
        rate, assumes, second = _rate(members, labels)
        found.append(
            SliceRate(slice=name or None, week=week or None, rate=rate, assumes=assumes, second=second)
        )
    return tuple(found)


def _slice(each: Judged, by: Slice) -> str:
    values = {"all": None, "shop": each.shop, "group": each.group, "agent": each.agent_id}
    return values[by] or ""


def _week(instant: datetime, timezone: tzinfo) -> str:
    day = instant.astimezone(timezone).date()
    return (day - timedelta(days=day.weekday())).isoformat()


def _rate(
    members: Sequence[Judged], labels: Mapping[tuple[str, int], _Labelled]
) -> tuple[Rate, str, Rate | None]:
    known = {each: labels.get((each.session_id, each.revision)) for each in members}
    flagged_share = sum(each.hit for each in members) / len(members)
    design = _design([(each.hit, label.probability) for each, label in known.items() if label], flagged_share)
    if design is None:
        return _by_weight(members, known), "cases are independent of each other", None
    agents = {each.agent_id for each, label in known.items() if label}
    clustered = len(agents) >= FEWEST_CLUSTERS
    cases = [
        RateCase(each.hit, label.hit if label else None, (each.agent_id or "") if clustered else "")
        for each, label in known.items()
    ]
    assumes = "" if clustered else f"cases of one agent are independent: {len(agents)} agents have labels"
    second = None if clustered or design == "stratified" else second_opinion(cases, design)
    return corrected_rate(cases, design), assumes, second if second and second.value is not None else None


def _design(drawn: Sequence[tuple[bool, float]], flagged_share: float) -> Design | None:
    """Drawn all alike, or alike among flagged and among unflagged cases; None: otherwise.

    Where one kind has no label although several would be expected of a random sample, it was not drawn from.
    """
    flagged = {probability for hit, probability in drawn if hit}
    rest = {probability for hit, probability in drawn if not hit}
    if len(flagged) > 1 or len(rest) > 1:
        return None
    if flagged and rest:
        return "random" if flagged == rest else "stratified"
    missing = flagged_share if rest else 1 - flagged_share
    return "stratified" if missing * len(drawn) >= _EXPECTED else "random"


def _by_weight(members: Sequence[Judged], known: Mapping[Judged, _Labelled | None]) -> Rate:
    hits = sum(each.hit for each in members)
    labels = [WeightedLabel(label.hit, each.hit, label.probability) for each, label in known.items() if label]
    drawn = standing_for(labels, Sizes(hits, len(members) - hits))
    share = weighted_prevalence(drawn)
    return Rate(
        estimator=_MIXED, reason="labels were drawn in several ways", value=share.value, interval=share.interval,
        raw=hits / len(members), labels=len(drawn), judged=len(members),
        effective_labels=share.effective_n, labels_needed=None,
    )  # fmt: skip
