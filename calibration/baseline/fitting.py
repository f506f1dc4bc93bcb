"""Fits the baseline judge from labelled eval sets: seconds for the whole catalogue, coefficients stored as data."""

from collections.abc import Sequence
from itertools import chain
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold
from threadpoolctl import threadpool_limits

from calibration.baseline.data import BACKGROUND, LEAST_CASES, Floats, Labelled, numbers_of
from calibration.baseline.examples import Example, Examples, told_apart, version_of
from calibration.baseline.held_out import (
    LEAST_PRECISION,
    RED_LINE_PRECISION,
    HeldOut,
    best_threshold,
    held_out_cases,
)
from calibration.eval_sets import FOLDER, EvalSet, load_eval_set, set_names
from evaluators.catalogue.loading import load_catalogue
from evaluators.grammar.walk import acts_of
from evaluators.judges.baseline.lexicon import lexicon_version
from evaluators.judges.baseline.model import ActModel, BaselineModels
from prompts.library import load_prompts

_FOLDS = 5
#: Weights below this move next to no probability and are dropped: of 1,000 messages one by more than 0.05.
_NEGLIGIBLE = 0.2


class Fit(NamedTuple):
    """A model, and what it says of cases held out of it."""

    model: ActModel
    held_out: tuple[HeldOut, ...]


def fit_baseline(folder: Path = FOLDER) -> BaselineModels:
    """One model per act that has an eval set, from the dev splits only."""
    sets = load_dev_sets(folder)
    return BaselineModels(
        acts={act: fit.model for act, fit in fit_acts(sets).items()},
        fitted_on={each.name: version_of(each) for each in sets},
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
    now = {each.name: version_of(each) for each in load_dev_sets(folder)}
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
    examples = told_apart([*labelled, *ordinary])
    data = numbers_of(act, examples[: len(labelled)], examples)
    margins = _held_out_margins(data).reshape(-1, 1)
    calibration = LogisticRegression(C=1e3).fit(margins, data.target, sample_weight=data.weights)
    told = held_out_cases(examples, calibration.predict_proba(margins)[:, 1])
    model = _fitted(data.matrix, data.target, data.balanced)
    weights = {
        name: round(float(weight), 2)
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


def _fitted(matrix: csr_matrix, target: NDArray[np.bool_], weights: Floats) -> LogisticRegression:
    return LogisticRegression(C=1.0, max_iter=1000).fit(matrix, target, sample_weight=weights)


def _held_out_margins(data: Labelled) -> Floats:
    """The margin of each message under a model that saw no message of its case, its choice of features included."""
    margins = np.zeros(len(data.target))
    present = _present(data)
    weights = data.balanced
    for train, held_out in GroupKFold(min(_FOLDS, present.shape[0])).split(
        data.matrix, data.target, data.cases
    ):
        matrix = data.matrix[:, present[np.unique(data.cases[train])].getnnz(axis=0) >= LEAST_CASES]
        target = data.target[train]
        if target.any() and not target.all() and matrix.shape[1]:
            model = _fitted(matrix[train], target, weights[train])
            margins[held_out] = model.decision_function(matrix[held_out])
    return margins


def _present(data: Labelled) -> csr_matrix:
    """Which labelled cases (rows: all cases) have which features."""
    rows = np.arange(data.labelled)
    shape = (data.cases.max() + 1, data.labelled)
    of_case = csr_matrix((np.ones(data.labelled), (data.cases[: data.labelled], rows)), shape=shape)
    return csr_matrix(of_case @ (data.matrix[: data.labelled] != 0))
