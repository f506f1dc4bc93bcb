"""Fits the baseline judge from labelled eval sets: seconds for the whole catalogue, coefficients stored as data."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from sklearn.feature_extraction import DictVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold
from sklearn.preprocessing import normalize

from calibration.eval_sets import FOLDER, Case, EvalSet, load_eval_set, set_names
from calibration.metrics import Matrix, Pair, f1, matrix_of, precision
from evaluators.judges.baseline.features import features_of
from evaluators.judges.baseline.model import ActModel, BaselineModels
from evaluators.timeline import Timeline
from prompts.library import Prompt, load_prompts

_FOLDS = 5
#: Least share of confirmed hits on cases held out, most of whose negatives are hard: more often right than wrong.
LEAST_PRECISION = 0.5
#: Fewer confirmed hits than this prove no precision.
LEAST_FOUND = 5
#: Weights below this move no probability by a visible amount and are dropped.
_NEGLIGIBLE = 1e-3


class Example(NamedTuple):
    """One message: its features, whether it is the act, and the case it is from."""

    features: set[str]
    is_act: bool
    case: str


def fit_baseline(folder: Path = FOLDER) -> BaselineModels:
    """One model per act that has an eval set, from the dev splits only."""
    prompts = load_prompts()
    sets = [load_eval_set(name, "dev", folder) for name in set_names(folder)]
    fitted = {}
    for act in sorted({rule for each in sets for rule in each.rules()} & set(prompts)):
        examples = [example for each in sets for example in examples_of(each, act, prompts[act])]
        model = fit_act(act, examples, prompts[act].version)
        if model is not None:
            fitted[act] = model
    return BaselineModels(acts=fitted, fitted_on={each.name: each.version for each in sets})


def examples_of(eval_set: EvalSet, act: str, prompt: Prompt) -> Iterable[Example]:
    """The messages of the act's role in the labelled cases. In a hit only the labelled messages are the act."""
    for case in eval_set.cases:
        verdict = case.expected(act)
        if verdict is None:
            continue
        marked = {
            message_id for label in case.labels if label.rule_id == act for message_id in label.message_ids
        }
        if verdict == "hit" and not marked:
            continue  # it says that, not where
        yield from _messages(case, prompt, marked if verdict == "hit" else set())


def _messages(case: Case, prompt: Prompt, marked: set[str]) -> Iterable[Example]:
    messages = Timeline(case.session).messages
    customers = prompt.by == "customer"
    for index, message in enumerate(messages):
        if message.sender != "system" and (message.sender == "customer") == customers:
            features = features_of(messages, index, prompt.settings.phrases)
            yield Example(features, message.message_id in marked, case.case_id)


def fit_act(act: str, examples: list[Example], prompt_version: str) -> ActModel | None:
    """A calibrated logistic model, or None where all examples are of one kind."""
    target = np.array([example.is_act for example in examples])
    if not target.any() or target.all():
        return None
    vectorizer = DictVectorizer()
    matrix = normalize(
        vectorizer.fit_transform([dict.fromkeys(example.features, 1.0) for example in examples])
    )
    margins = _held_out_margins(matrix, target, [example.case for example in examples])
    calibration = LogisticRegression(C=1e3).fit(margins.reshape(-1, 1), target)
    probabilities = calibration.predict_proba(margins.reshape(-1, 1))[:, 1]
    model = _logistic().fit(matrix, target)
    weights = {
        str(name): round(float(weight), 3)
        for name, weight in zip(vectorizer.feature_names_, model.coef_[0], strict=True)
        if abs(weight) >= _NEGLIGIBLE
    }
    return ActModel(
        act=act, intercept=round(float(model.intercept_[0]), 4), weights=weights,
        slope=round(float(calibration.coef_[0][0]), 4), offset=round(float(calibration.intercept_[0]), 4),
        threshold=_threshold(examples, probabilities), positives=int(target.sum()), negatives=int((~target).sum()),
        prompt_version=prompt_version,
    )  # fmt: skip


def _logistic() -> LogisticRegression:
    return LogisticRegression(C=10.0, class_weight="balanced", max_iter=1000)


def _held_out_margins(matrix: Any, target: NDArray[np.bool_], cases: list[str]) -> NDArray[np.float64]:
    """The margin of each message under a model that saw no message of its case."""
    margins = np.zeros(len(target))
    for train, held_out in GroupKFold(min(_FOLDS, len(set(cases)))).split(matrix, target, cases):
        if target[train].any() and not target[train].all():
            margins[held_out] = (
                _logistic().fit(matrix[train], target[train]).decision_function(matrix[held_out])
            )
    return margins


def _threshold(examples: list[Example], probabilities: NDArray[np.float64]) -> float | None:
    """The probability at which cases held out have the best F1 among those with enough precision, if there is one.

    An embedded judge that accuses wrongly is worse than one that misses: precision comes first.
    """
    best, chosen = 0.0, None
    for candidate in sorted({round(float(each), 3) for each in probabilities}):
        matrix = _case_matrix(examples, probabilities >= candidate)
        share, score = precision(matrix).value, f1(matrix).value
        enough = share is not None and share >= LEAST_PRECISION and matrix.tp >= LEAST_FOUND
        if enough and score is not None and score > best:
            best, chosen = score, candidate
    return chosen


def _case_matrix(examples: list[Example], found: NDArray[np.bool_]) -> Matrix:
    expected = {example.case for example in examples if example.is_act}
    judged = {example.case for example, is_found in zip(examples, found, strict=True) if is_found}
    cases = {example.case for example in examples}
    verdict = {True: "hit", False: "no_hit"}
    return matrix_of(Pair(verdict[case in expected], verdict[case in judged]) for case in cases)
