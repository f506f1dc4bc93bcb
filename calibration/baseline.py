"""Fits the baseline judge from labelled eval sets: seconds for the whole catalogue, coefficients stored as data."""

from collections import Counter
from collections.abc import Sequence
from itertools import chain
from math import sqrt
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold
from threadpoolctl import threadpool_limits

from calibration.eval_sets import FOLDER, EvalSet, load_eval_set, set_names
from calibration.examples import Example, Examples
from calibration.held_out import LEAST_PRECISION, RED_LINE_PRECISION, HeldOut, best_threshold, held_out_cases
from evaluators.catalogue.loading import load_catalogue
from evaluators.grammar.walk import acts_of
from evaluators.judges.baseline.features import is_gram
from evaluators.judges.baseline.lexicon import lexicon_version, load_lexicon
from evaluators.judges.baseline.model import ActModel, BaselineModels
from prompts.library import load_prompts

_FOLDS = 5
#: How far a feature moves a margin before any label is seen: grams (which share the length 1), word classes that
#: speak of the act and its typical wordings, other word classes, what the message answers. Chosen on held-out dev
#: cases.
GRAMS, LEADING, OTHERS, ANSWERED = 1.5, 2.0, 0.5, 0.15
#: A feature that fewer labelled cases have says more about those cases than about the act.
LEAST_CASES = 3
#: Ordinary talk weighs as much as so many times the labelled messages: in a shop nearly every message is ordinary,
#: in an eval set hardly one.
BACKGROUND = 3.0
#: Weights below this move no probability by a visible amount and are dropped.
_NEGLIGIBLE = 1e-2

Floats = NDArray[np.float64]


class Fit(NamedTuple):
    """A model, and what it says of cases held out of it."""

    model: ActModel
    held_out: tuple[HeldOut, ...]


class _Data(NamedTuple):
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


def fit_baseline(folder: Path = FOLDER) -> BaselineModels:
    """One model per act that has an eval set, from the dev splits only."""
    sets = load_dev_sets(folder)
    return BaselineModels(
        acts={act: fit.model for act, fit in fit_acts(sets).items()},
        fitted_on={each.name: each.version for each in sets},
        lexicon=lexicon_version(),
    )


def load_dev_sets(folder: Path = FOLDER) -> list[EvalSet]:
    """The dev split of every set, without stale labels."""
    return [load_eval_set(name, "dev", folder).fresh() for name in set_names(folder)]


def fit_acts(sets: Sequence[EvalSet]) -> dict[str, Fit]:
    """A fit for every act that has both kinds of messages."""
    prompts, examples = load_prompts(), Examples(sets)
    fits = {}
    # The matrices are small: several threads would only wait for each other.
    with threadpool_limits(1):
        red_lines = _red_line_acts()
        for act in (each for each in examples.acts() if each in prompts):
            labelled = examples.labelled(act, prompts[act])
            both = {example.is_act for example in labelled}
            if len(both) == 2:
                ordinary = examples.background(act, prompts[act])
                least = RED_LINE_PRECISION if act in red_lines else LEAST_PRECISION
                fits[act] = fit_act(act, labelled, ordinary, prompts[act].version, least)
    return fits


def find_stale(models: BaselineModels, folder: Path = FOLDER) -> list[str]:
    """Why the models should be fitted anew, one line per reason; nothing if they are up to date."""
    now = {each.name: each.version for each in load_dev_sets(folder)}
    changed = sorted(name for name in now | models.fitted_on if now.get(name) != models.fitted_on.get(name))
    found = [f"{name}: the eval set has changed since the models were fitted" for name in changed]
    if models.lexicon != lexicon_version():
        found.append("lexicon.toml: the word classes have changed since the models were fitted")
    prompts = load_prompts()
    for act, model in models.acts.items():
        if act not in prompts or prompts[act].version != model.prompt_version:
            found.append(f"{act}: the prompt has changed since the model was fitted")
    return found


def _red_line_acts() -> frozenset[str]:
    rules = load_catalogue().rules
    return frozenset(chain.from_iterable(acts_of(rule) for rule in rules if rule.red_line))


def fit_act(
    act: str,
    labelled: Sequence[Example],
    ordinary: Sequence[Example],
    prompt_version: str,
    least_precision: float = LEAST_PRECISION,
) -> Fit:
    """A calibrated logistic model. `labelled` must hold both kinds."""
    examples = [*labelled, *ordinary]
    data = _data(act, labelled, examples)
    margins = _held_out_margins(data).reshape(-1, 1)
    calibration = LogisticRegression(C=1e3).fit(margins, data.target, sample_weight=data.weights)
    told = held_out_cases(examples, calibration.predict_proba(margins)[:, 1])
    model = _fitted(data.matrix, data.target, data.balanced)
    weights = {
        name: round(float(weight), 3)
        for name, weight in zip(data.names, model.coef_[0] * data.strengths, strict=True)
        if abs(weight) >= _NEGLIGIBLE
    }
    positives = sum(example.is_act for example in labelled)
    fitted = ActModel(
        act=act, intercept=round(float(model.intercept_[0]), 4), weights=weights,
        slope=round(float(calibration.coef_[0][0]), 4), offset=round(float(calibration.intercept_[0]), 4),
        threshold=best_threshold(told, BACKGROUND, least_precision), positives=positives, negatives=len(labelled) - positives,
        prompt_version=prompt_version,
    )  # fmt: skip
    return Fit(fitted, told)


def _data(act: str, labelled: Sequence[Example], examples: Sequence[Example]) -> _Data:
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
    return _Data(names, matrix * strengths, strengths, target, weights, cases, len(labelled))


def _strength(feature: str, act: str) -> float:
    if feature.startswith(("<", "after ")):
        return ANSWERED
    if is_gram(feature):
        return GRAMS
    kind, _, name = feature.partition(":")
    leads = kind == "cue" or name in load_lexicon().leading.get(act, ())
    return LEADING if leads else OTHERS


def _fitted(matrix: Floats, target: NDArray[np.bool_], weights: Floats) -> LogisticRegression:
    return LogisticRegression(C=1.0, max_iter=1000).fit(matrix, target, sample_weight=weights)


def _held_out_margins(data: _Data) -> Floats:
    """The margin of each message under a model that saw no message of its case, its choice of features included."""
    margins = np.zeros(len(data.target))
    present = np.zeros((data.cases.max() + 1, len(data.names)), dtype=bool)
    for row in range(data.labelled):
        present[data.cases[row]] |= data.matrix[row] > 0
    weights = data.balanced
    for train, held_out in GroupKFold(min(_FOLDS, len(present))).split(data.matrix, data.target, data.cases):
        matrix = data.matrix[:, present[np.unique(data.cases[train])].sum(axis=0) >= LEAST_CASES]
        target = data.target[train]
        if target.any() and not target.all() and matrix.shape[1]:
            model = _fitted(matrix[train], target, weights[train])
            margins[held_out] = model.decision_function(matrix[held_out])
    return margins
