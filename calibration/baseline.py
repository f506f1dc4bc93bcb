"""Fits the baseline judge from labelled eval sets: seconds for the whole catalogue, coefficients stored as data."""

from collections import Counter
from collections.abc import Mapping, Sequence
from math import sqrt
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold
from threadpoolctl import threadpool_limits

from calibration.eval_sets import FOLDER, EvalSet, load_eval_set, set_names
from calibration.examples import Example, Floats, HeldOut, best_threshold, examples_of, held_out_cases
from evaluators.judges.baseline.model import ActModel, BaselineModels
from prompts.library import load_prompts

_FOLDS = 5
#: A feature that fewer cases have says more about those cases than about the act.
LEAST_CASES = 3
#: Weights below this move no probability by a visible amount and are dropped.
_NEGLIGIBLE = 1e-2

Booleans = NDArray[np.bool_]


class Fit(NamedTuple):
    """A model, and what it is worth on cases held out of it."""

    model: ActModel
    held_out: tuple[HeldOut, ...]


def fit_baseline(folder: Path = FOLDER) -> BaselineModels:
    """One model per act that has an eval set, from the dev splits only."""
    sets = load_dev_sets(folder)
    fits = fit_acts(sets)
    return BaselineModels(
        acts={act: fit.model for act, fit in fits.items()},
        fitted_on={each.name: each.version for each in sets},
    )


def load_dev_sets(folder: Path = FOLDER) -> list[EvalSet]:
    """The dev split of every set."""
    return [load_eval_set(name, "dev", folder) for name in set_names(folder)]


def fit_acts(sets: Sequence[EvalSet]) -> dict[str, Fit]:
    """A fit for every act that has both kinds of messages."""
    prompts = load_prompts()
    fits = {}
    for act in sorted({rule for each in sets for rule in each.rules()} & set(prompts)):
        examples = [example for each in sets for example in examples_of(each, act, prompts[act])]
        # The matrices are small: several threads would only wait for each other.
        with threadpool_limits(1):
            fit = fit_act(act, examples, prompts[act].version)
        if fit is not None:
            fits[act] = fit
    return fits


def find_stale(models: BaselineModels, folder: Path = FOLDER) -> list[str]:
    """Why the models should be fitted anew, one line per reason; nothing if they are up to date."""
    now = {each.name: each.version for each in load_dev_sets(folder)}
    changed = sorted(name for name in now | models.fitted_on if now.get(name) != models.fitted_on.get(name))
    found = [f"{name}: the eval set has changed since the models were fitted" for name in changed]
    prompts = load_prompts()
    for act, model in models.acts.items():
        if act not in prompts or prompts[act].version != model.prompt_version:
            found.append(f"{act}: the prompt has changed since the model was fitted")
    return found


def fit_act(act: str, examples: list[Example], prompt_version: str) -> Fit | None:
    """A calibrated logistic model, or None where all examples are of one kind."""
    target = np.array([example.is_act for example in examples])
    if not target.any() or target.all():
        return None
    names, matrix = _matrix(examples)
    margins = _held_out_margins(matrix, target, [example.case for example in examples])
    calibration = LogisticRegression(C=1e3).fit(margins.reshape(-1, 1), target)
    told = held_out_cases(examples, calibration.predict_proba(margins.reshape(-1, 1))[:, 1])
    model = _logistic().fit(matrix, target)
    weights = {
        name: round(float(weight), 3)
        for name, weight in zip(names, model.coef_[0], strict=True)
        if abs(weight) >= _NEGLIGIBLE
    }
    fitted = ActModel(
        act=act, intercept=round(float(model.intercept_[0]), 4), weights=weights,
        slope=round(float(calibration.coef_[0][0]), 4), offset=round(float(calibration.intercept_[0]), 4),
        threshold=best_threshold(told), positives=int(target.sum()), negatives=int((~target).sum()),
        prompt_version=prompt_version,
    )  # fmt: skip
    return Fit(fitted, told)


def _matrix(examples: Sequence[Example]) -> tuple[list[str], Floats]:
    """The features enough cases have, and per message its share of them, scaled by all features it has."""
    cases: Mapping[str, int] = Counter(
        feature for _, feature in {(each.case, feature) for each in examples for feature in each.features}
    )
    names = sorted(feature for feature, count in cases.items() if count >= LEAST_CASES)
    places = {name: place for place, name in enumerate(names)}
    matrix = np.zeros((len(examples), len(names)))
    for row, each in enumerate(examples):
        known = [places[feature] for feature in each.features if feature in places]
        matrix[row, known] = 1 / sqrt(max(len(each.features), 1))
    return names, matrix


def _logistic() -> LogisticRegression:
    return LogisticRegression(C=10.0, class_weight="balanced", max_iter=1000)


def _held_out_margins(matrix: Floats, target: Booleans, cases: list[str]) -> Floats:
    """The margin of each message under a model that saw no message of its case, its choice of features included."""
    margins = np.zeros(len(target))
    _, places = np.unique(cases, return_inverse=True)
    present = np.zeros((places.max() + 1, matrix.shape[1]), dtype=bool)
    np.logical_or.at(present, places, matrix > 0)
    for train, held_out in GroupKFold(min(_FOLDS, len(set(cases)))).split(matrix, target, cases):
        seen = matrix[:, present[np.unique(places[train])].sum(axis=0) >= LEAST_CASES]
        if target[train].any() and not target[train].all() and seen.shape[1]:
            margins[held_out] = _logistic().fit(seen[train], target[train]).decision_function(seen[held_out])
    return margins
