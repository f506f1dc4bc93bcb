"""Labelled messages as the numbers a linear model is fitted on."""

from collections import Counter
from collections.abc import Sequence
from math import sqrt
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from calibration.baseline.examples import Example
from evaluators.judges.baseline.features import is_gram
from evaluators.judges.baseline.lexicon import load_lexicon

#: How far a feature moves a margin before any label is seen: grams (which share the length 1), word classes that
#: speak of the act and its typical wordings, other word classes, what the message answers. Chosen on held-out dev
#: cases.
GRAMS, LEADING, OTHERS, ANSWERED = 1.5, 2.0, 0.5, 0.15
#: A feature that fewer labelled cases have says more about those cases than about the act.
LEAST_CASES = 3
#: Ordinary talk weighs as much as so many times the labelled messages: in a shop nearly every message is ordinary,
#: in an eval set hardly one.
BACKGROUND = 3.0

Floats = NDArray[np.float64]


class Labelled(NamedTuple):
    """Examples as numbers, `labelled` of them first. `weights`: as often as the judge meets such messages; `cases`
    are group numbers."""

    names: list[str]
    matrix: Floats
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
    counts = Counter(feature for _, feature in seen)
    names = sorted(feature for feature, count in counts.items() if count >= LEAST_CASES)
    places = {name: place for place, name in enumerate(names)}
    matrix = np.zeros((len(examples), len(names)))
    for row, each in enumerate(examples):
        grams = [feature for feature in each.features if is_gram(feature)]
        matrix[row, [places[gram] for gram in grams if gram in places]] = 1 / sqrt(max(len(grams), 1))
        matrix[row, [places[sign] for sign in each.features.difference(grams) if sign in places]] = 1.0
    strengths = np.array([_strength(name, act) for name in names])
    ordinary = len(examples) - len(labelled)
    share = BACKGROUND * len(labelled) / ordinary if ordinary else 0.0
    weights = np.array([1.0 if each.labelled else share for each in examples])
    target = np.array([each.is_act for each in examples])
    _, cases = np.unique([each.case for each in examples], return_inverse=True)
    return Labelled(names, matrix * strengths, strengths, target, weights, cases, len(labelled))


def _strength(feature: str, act: str) -> float:
    if feature.startswith(("<", "after ")):
        return ANSWERED
    if is_gram(feature):
        return GRAMS
    kind, _, name = feature.partition(":")
    leads = kind == "cue" or name in load_lexicon().leading.get(act, ())
    return LEADING if leads else OTHERS
