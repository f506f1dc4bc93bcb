"""Cases under a model that saw none of their messages, and the threshold that serves them best."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from calibration.baseline.examples import Example

#: Least share of confirmed hits among all, and where a hit is a red line and takes the whole score.
LEAST_PRECISION, RED_LINE_PRECISION = 0.6, 0.8
#: What is called a hit is more likely one than not.
LEAST_PROBABILITY = 0.5
#: Fewer confirmed hits than this prove no precision.
LEAST_FOUND = 5


class HeldOut(NamedTuple):
    """A case: whether it holds the act, whether labels say so, and the highest probability told of a message."""

    case: str
    is_hit: bool
    labelled: bool
    probability: float


def held_out_cases(examples: Sequence[Example], probabilities: NDArray[np.float64]) -> tuple[HeldOut, ...]:
    """The messages of a case taken together."""
    cases: dict[str, HeldOut] = {}
    for example, told in zip(examples, probabilities.tolist(), strict=True):
        known = cases.get(example.case, HeldOut(example.case, False, example.labelled, 0.0))
        cases[example.case] = known._replace(
            is_hit=known.is_hit or example.is_act, probability=max(known.probability, told)
        )
    return tuple(cases.values())


def best_threshold(
    told: Sequence[HeldOut], background: float, least_precision: float = LEAST_PRECISION
) -> float | None:
    """Half-way between two neighbouring probabilities: the place with the best F1 among those with enough precision.

    None where there is none. All cases that nobody labelled together count as `background` times the labelled
    ones. An embedded judge that accuses wrongly is worse than one that misses: precision comes first.
    """
    labelled = [each for each in told if each.labelled]
    hits = np.sort([each.probability for each in labelled if each.is_hit])
    negatives = np.sort([each.probability for each in labelled if not each.is_hit])
    ordinary = np.sort([each.probability for each in told if not each.labelled])
    weight = background * len(labelled) / len(ordinary) if len(ordinary) else 0.0
    best, chosen = 0.0, None
    levels = sorted({each.probability for each in labelled})
    for below, above in zip([0.0, *levels], levels, strict=False):
        candidate = round((below + above) / 2, 6)
        if candidate < LEAST_PROBABILITY:
            continue
        found = _from(hits, candidate)
        accused = _from(negatives, candidate) + weight * _from(ordinary, candidate)
        if found < LEAST_FOUND or found < least_precision * (found + accused):
            continue
        score = 2 * found / (found + accused + len(hits))
        if score > best:
            best, chosen = score, candidate
    return chosen


def _from(probabilities: NDArray[np.float64], level: float) -> int:
    """How many (sorted) reach the level."""
    return len(probabilities) - int(np.searchsorted(probabilities, level))
