"""Does the gate catch a regression and let a harmless rewording pass: `./dev bench gate [--repetitions N] [--json]`.

Judges with known probabilities answer the same labelled cases with an old and a new prompt; the old one is asked three
times for its self-flips. Printed per change and number of cases: how often the gate failed, and how much sensitivity
was really lost.
"""

import argparse
import json
import sys
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from calibration.statistics.comparison import GatePolicy
from tests.benchmarks.gate.simulation import HARMLESS, REGRESSIONS, Change, repetition

SEED = 20261128


class Line(NamedTuple):
    """One change. `failed`: share of repetitions the gate stopped; `lost`: mean loss of sensitivity."""

    change: str
    cases: int
    repetitions: int
    failed: float
    lost: float
    self_flip_floor: float


def measure(change: Change, cases: int, repetitions: int) -> Line:
    """Seeded repetitions, each with new cases."""
    answers = [
        repetition(change, cases, GatePolicy(), np.random.default_rng((SEED, cases, each)))
        for each in range(repetitions)
    ]
    failed = float(np.mean([each.result.verdict == "fail" for each in answers]))
    floor = float(np.mean([each.result.floor or 0.0 for each in answers]))
    return Line(
        change.name, cases, repetitions, failed, float(np.mean([each.lost for each in answers])), floor
    )


def measured(repetitions: int) -> Iterator[Line]:
    """Every change at several sizes of the eval set."""
    for cases in (100, 200, 400):
        for change in (HARMLESS, *REGRESSIONS):
            yield measure(change, cases, repetitions)


def main() -> int:
    """Prints the error rates."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--repetitions", type=int, default=200)
    parser.add_argument("--json", action="store_true", help="end with the lines as one line of JSON")
    options = parser.parse_args()
    lines = list(measured(options.repetitions))
    print("change\tcases\trepetitions\tgate failed\tsensitivity lost\tself-flip floor")
    for line in lines:
        print(
            f"{line.change}\t{line.cases}\t{line.repetitions}\t{line.failed:.3f}\t{line.lost:.3f}\t{line.self_flip_floor:.3f}"
        )
    if options.json:
        print(json.dumps([line._asdict() for line in lines]))
    return 0


if __name__ == "__main__":
    sys.exit(main())
