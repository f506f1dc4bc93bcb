"""The figures of a rule out of its judged cases, as a whole and slice by slice."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from msgspec import Struct

from calibration.runs.humans import Humans
from calibration.runs.judged import Judged
from calibration.runs.weighted import WeightedFigures, weighted_figures
from calibration.statistics.curves import Told
from calibration.statistics.metrics import (
    Estimate,
    Matrix,
    Pair,
    cohen_kappa,
    expected_calibration_error,
    f1,
    gwet_ac1,
    matrix_of,
    precision,
    recall,
)


class Figures(Struct, frozen=True, kw_only=True):
    """How verdicts agree with labels. `labelled`: cases with a majority label; `n` of them were decided.

    `flips`: with several votes, the mean probability that two attempts at a case differ. `weighted`: the same figures of
    the sessions the cases were drawn from, where that is known; what stands here counts every case once.
    """

    labelled: int
    expected_hits: int
    n: int
    hits: int
    no_hits: int
    undetermined: dict[str, int]
    matrix: Matrix
    precision: Estimate
    recall: Estimate
    f1: Estimate
    kappa: float | None
    ac1: float | None
    calibration_error: float | None
    flips: float | None = None
    weighted: WeightedFigures | None = None


class SliceFigures(Figures, frozen=True, kw_only=True):
    """The cases that have that value, e.g. `length`: `short`."""

    name: str
    value: str


class RuleFigures(Figures, frozen=True, kw_only=True):
    """How one rule did. `slices`: where the cases have more than one value. `humans`: where several people labelled a
    case."""

    rule_id: str
    rule_version: str
    slices: list[SliceFigures] = []
    humans: Humans | None = None


def figures_of(
    rule_id: str, version: str, cases: Iterable[Judged], humans: Humans | None = None
) -> RuleFigures:
    """The figures of one rule out of all judged cases."""
    own = [each for each in cases if each.rule_id == rule_id]
    return RuleFigures(
        rule_id=rule_id, rule_version=version, slices=_slices(own), humans=humans,
        **_figures(own),
    )  # fmt: skip


def pooled(cases: Sequence[Judged]) -> Figures:
    """All cases together, whatever their rule."""
    return Figures(**_figures(cases))


def told_by(cases: Iterable[Judged]) -> list[Told]:
    """The probability of each verdict that came with one, and whether labels confirm it."""
    return [
        Told(each.confidence, (each.verdict == "hit") == (each.expected == "hit"))
        for each in cases
        if each.confidence is not None and each.verdict != "undetermined"
    ]


def hits_told(cases: Iterable[Judged]) -> list[Told]:
    """The probability of a hit, and whether labels call it one."""
    return [
        Told(each.hit_probability, each.expected == "hit")
        for each in cases
        if each.hit_probability is not None
    ]


def _slices(cases: Sequence[Judged]) -> list[SliceFigures]:
    grouped: dict[str, dict[str, list[Judged]]] = defaultdict(lambda: defaultdict(list))
    for case in cases:
        for name, value in case.slices.items():
            grouped[name][value].append(case)
    return [
        SliceFigures(name=name, value=value, **_figures(values[value]))
        for name, values in sorted(grouped.items())
        if len(values) > 1
        for value in sorted(values)
    ]


def _figures(cases: Sequence[Judged]) -> dict[str, Any]:
    matrix = matrix_of(Pair(each.expected, each.verdict, each.reason_code) for each in cases)
    flips = [each.flips for each in cases if each.flips is not None]
    return {
        "labelled": len(cases), "expected_hits": sum(each.expected == "hit" for each in cases),
        "n": matrix.n, "hits": matrix.tp + matrix.fp, "no_hits": matrix.fn + matrix.tn,
        "undetermined": dict(matrix.undetermined), "matrix": matrix,
        "precision": precision(matrix), "recall": recall(matrix), "f1": f1(matrix),
        "kappa": cohen_kappa(matrix), "ac1": gwet_ac1(matrix),
        "calibration_error": expected_calibration_error(told_by(cases)),
        "flips": sum(flips) / len(flips) if flips else None, "weighted": weighted_figures(cases),
    }  # fmt: skip
