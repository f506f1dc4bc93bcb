"""Do the intervals cover: `./dev bench intervals [--repetitions N] [--json]`.

Sessions with a known rate are judged by a judge with known errors, some are labelled, the rate is estimated as the
product does it, and it is counted how often the nominal 95 % interval holds the truth. Beside it: the judge's raw rate,
and judgy's published formula. `used`: regimes in which the interval is claimed to cover 95 %; `fallback`: those
in which most repetitions get a conservative interval or none, because no estimator would cover as often as it says.
Precision and recall come from the same stratified labels. `normal`: the same estimates with normal limits;
`unclustered`: agents ignored.
"""

import argparse
import json
import sys
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from calibration.statistics.limits import Floats, Limits
from calibration.statistics.rates.choosing import (
    FEWEST_MISSES,
    Chosen,
    choose_random,
    choose_random_in_clusters,
    choose_stratified,
    choose_stratified_in_clusters,
    expected_misses,
)
from calibration.statistics.rates.counts import Counts
from calibration.statistics.rates.stratified import stratified_precision, stratified_recall
from tests.benchmarks.intervals import others, regimes
from tests.benchmarks.intervals.regimes import Regime, covers

LEVEL = 0.95
SEED = 20261128
#: Least share of repetitions with a claimed interval for a regime to count as used.
_USED = 0.5
#: Groups of lines: ours, ours with a judge that hardly errs, and what is printed beside them.
OURS = ("used", "fallback", "precision", "recall")
GROUPS = (*OURS, "better judge", "normal", "unclustered", "raw", "judgy")
_FIRST = {"random": "PPI++", "stratified": "stratified (MOVER)"}


class Line(NamedTuple):
    """One regime under one estimator. `claimed`: share of repetitions with an interval said to cover 95 %."""

    regime: str
    estimator: str
    coverage: float
    width: float
    claimed: float = 1.0


def ours(regime: Regime, chosen: Chosen) -> tuple[str, Line]:
    """`used` or `fallback`, and the line. Coverage is that of the claimed intervals, else of all."""
    claimed = float(chosen.nominal.mean())
    used = claimed >= _USED
    kept = chosen.nominal if used else np.ones_like(chosen.nominal)
    name = _FIRST[regime.design] + (", clustered" if regime.agents else "")
    first = float(chosen.first[kept].mean())
    if first < 1:
        name = f"{name} {first:.0%}, else labels only" if first >= 0.005 else "labels only"
    if not used:
        name += ", conservative or refused"
    limits = Limits(*(each[kept] for each in chosen.limits))
    return "used" if used else "fallback", _line(regime.name, name, limits, regime.rate, claimed)


def measure(regime: Regime, repetitions: int, rng: np.random.Generator) -> Iterator[tuple[str, Line]]:
    """All lines of one regime, each with its group."""
    if regime.agents:
        sessions = regimes.sessions_of_agents(regime, repetitions, rng)
        if regime.design == "random":
            sums = regimes.random_labels_of_agents(regime, sessions, rng)
            yield ours(regime, choose_random_in_clusters(sums, LEVEL))
            blind = choose_random(others.without_clusters(sums), LEVEL).limits
            yield "unclustered", _line(regime.name, "clusters ignored", blind, regime.rate)
        else:
            strata = regimes.stratified_labels_of_agents(regime, sessions, rng)
            yield ours(regime, choose_stratified_in_clusters(strata, LEVEL))
    elif regime.design == "random":
        counts = regimes.random_labels(regime, repetitions, rng)
        yield ours(regime, choose_random(counts, LEVEL))
        yield "normal", _line(regime.name, "PPI++ ± 1.96 SE", others.normal_ppi(counts), regime.rate)
        yield "raw", _line(regime.name, "raw rate", others.raw(counts, LEVEL), regime.rate)
        some = Counts(*(each[:1000] for each in counts))
        yield "judgy", _line(regime.name, "judgy's formula", others.judgy(some, LEVEL, rng), regime.rate)
    else:
        counts = regimes.stratified_labels(regime, repetitions, rng)
        yield ours(regime, choose_stratified(counts, LEVEL))
        normal = others.normal_stratified(counts)
        yield "normal", _line(regime.name, "stratified ± 1.96 SE", normal, regime.rate)
        yield from quality(regime, counts)


def quality(regime: Regime, counts: Counts) -> Iterator[tuple[str, Line]]:
    """Precision and recall of the judge from the same stratified labels."""
    precision = stratified_precision(counts, LEVEL)
    truth = regime.cells[0] / sum(regime.cells[:2])
    yield "precision", _line(regime.name, "Wilson or Jeffreys", precision, truth)
    seen = expected_misses(counts) >= FEWEST_MISSES
    if seen.mean() >= _USED:
        recall = Limits(*(each[seen] for each in stratified_recall(counts, LEVEL)))
        line = _line(regime.name, "weighted strata", recall, regime.judge.finds, float(seen.mean()))
        yield "recall", line


def _line(regime: str, estimator: str, limits: Limits, truth: float, claimed: float = 1.0) -> Line:
    """Where there is no interval (NaN) nothing is covered."""
    width: Floats = limits.high - limits.low
    mean = float(np.nanmean(width)) if not np.isnan(width).all() else float("nan")
    return Line(
        regime, estimator, round(float(covers(limits, truth).mean()), 4), round(mean, 4), round(claimed, 3)
    )


def measured(repetitions: int) -> dict[str, list[Line]]:
    """Every regime, each with a seed of its own; clustered ones with fewer repetitions."""
    found: dict[str, list[Line]] = {group: [] for group in GROUPS}
    for number, regime in enumerate((*regimes.independent(), *regimes.clustered())):
        rng = np.random.default_rng((SEED, number))
        for group, line in measure(regime, repetitions if not regime.agents else repetitions // 2, rng):
            found[group].append(line)
    for number, regime in enumerate(regimes.better_judge()):
        rng = np.random.default_rng((SEED, 1000 + number))
        found["better judge"] += [line for group, line in measure(regime, repetitions, rng) if group in OURS]
    return found


def written(found: dict[str, list[Line]]) -> Iterator[str]:
    """The table, tab-separated."""
    yield "group\tregime\testimator\tcoverage\twidth\tclaimed"
    for group, lines in found.items():
        for line in lines:
            yield f"{group}\t{line.regime}\t{line.estimator}\t{line.coverage:.3f}\t{line.width:.3f}\t{line.claimed:.2f}"
    for group in found:
        yield _summary(group, [line.coverage for line in found[group]])


def _summary(group: str, coverages: list[float]) -> str:
    outside = sum(not 0.93 <= each <= 0.97 for each in coverages)
    return f"{group}: {len(coverages)} regimes, coverage {min(coverages):.3f} to {max(coverages):.3f}, {outside} outside .93–.97"


def main() -> int:
    """Prints the table; exit status 2 if a used interval covers less than 93 % or more than 97 %."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--repetitions", type=int, default=8000, help="per regime; clustered ones half as many"
    )
    parser.add_argument("--json", action="store_true", help="end with the lines as one line of JSON")
    options = parser.parse_args()
    found = measured(options.repetitions)
    print(*written(found), sep="\n")
    if options.json:
        print(json.dumps({group: [line._asdict() for line in lines] for group, lines in found.items()}))
    return 0 if all(0.93 <= line.coverage <= 0.97 for line in found["used"]) else 2


if __name__ == "__main__":
    sys.exit(main())
