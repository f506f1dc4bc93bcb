"""Labelled messages as the numbers a linear model is fitted on."""

from collections import Counter
from collections.abc import Sequence
from math import sqrt
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from calibration.baseline.examples import Example
from evaluators.judges.baseline.features import is_gram
from evaluators.judges.baseline.lexicon import load_lexicon

#: How far a feature moves a margin before any label is seen: grams (which share the length 1), word classes that
#: speak of the act and its typical wordings, other word classes, what the message answers, and what has to be said
#: before the act. Chosen on held-out dev cases.
GRAMS, LEADING, OTHERS, ANSWERED, EARLIER = 3.0, 2.0, 0.5, 0.15, 0.5
#: A feature that fewer labelled cases have says more about those cases than about the act.
LEAST_CASES = 3
#: Ordinary talk that nobody labelled weighs as much as so many times the labelled messages. In a shop nearly every
#: message is ordinary; everyday service, which is labelled, makes up for the rest of that.
BACKGROUND = 1.0

Floats = NDArray[np.float64]


class Labelled(NamedTuple):
    """Examples as numbers, `labelled` of them first. `weights`: as often as the judge meets such messages; `cases`
    are group numbers."""

    names: list[str]
    matrix: csr_matrix
    strengths: Floats
    target: NDArray[np.bool_]
    weights: Floats
    cases: NDArray[np.intp]
    labelled: int

    @property
    def balanced(self) -> Floats:
        """Weights with which acts weigh as much as everything else, on average 1."""
        weights = self.weights.copy()
        weights[self.target] *= weights[~self.target].sum() / weights[self.target].sum()
        balanced: Floats = weights * (len(weights) / weights.sum())
        return balanced


def numbers_of(act: str, labelled: Sequence[Example], examples: Sequence[Example]) -> Labelled:
    """The features enough labelled cases have; in each message grams share the length 1."""
    seen = {(each.case, feature) for each in labelled for feature in each.features}
    counts = Counter(feature for _, feature in seen if _concerns(feature, act))
    names = sorted(feature for feature, count in counts.items() if count >= LEAST_CASES)
    strengths = np.array([_strength(name, act) for name in names])
    ordinary = len(examples) - len(labelled)
    share = BACKGROUND * len(labelled) / ordinary if ordinary else 0.0
    weights = np.array([1.0 if each.labelled else share for each in examples])
    target = np.array([each.is_act for each in examples])
    _, cases = np.unique([each.case for each in examples], return_inverse=True)
    return Labelled(
        names, _matrix(names, strengths, examples), strengths, target, weights, cases, len(labelled)
    )


def _matrix(names: Sequence[str], strengths: Floats, examples: Sequence[Example]) -> csr_matrix:
    """A row per example, a column per name, in the strength of the feature."""
    places = {name: place for place, name in enumerate(names)}
    columns, values, starts = [], [], [0]
    for each in examples:
        gram = 1 / sqrt(max(sum(map(is_gram, each.features)), 1))
        known = sorted(places[feature] for feature in each.features if feature in places)
        columns += known
        values += [gram if is_gram(names[place]) else 1.0 for place in known]
        starts.append(len(columns))
    flat = np.array(columns, dtype=np.int64)
    return csr_matrix((np.array(values) * strengths[flat], flat, starts), shape=(len(examples), len(names)))


def _concerns(feature: str, act: str) -> bool:
    """What was said earlier speaks only for the acts that depend on it."""
    return not feature.startswith("earlier ") or feature in load_lexicon().before.get(act, ())


def _strength(feature: str, act: str) -> float:
    if feature.startswith("earlier "):
        return EARLIER
    if feature.startswith(("<", "after ")):
        return ANSWERED
    if is_gram(feature):
        return GRAMS
    kind, _, name = feature.partition(":")
    leads = kind == "cue" or name in load_lexicon().leading.get(act, ())
    return LEADING if leads else OTHERS
