"""Labelled cases as a message judge learns from them, and as it is measured on them."""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from calibration.eval_sets import Case, EvalSet
from calibration.metrics import Matrix
from evaluators.judges.baseline.features import features_of
from evaluators.timeline import Timeline
from prompts.library import Prompt

Floats = NDArray[np.float64]
#: Least share of confirmed hits on cases held out, most of whose negatives are hard: more often right than wrong.
LEAST_PRECISION = 0.5
#: Fewer confirmed hits than this prove no precision.
LEAST_FOUND = 5


class Example(NamedTuple):
    """One message: its features, whether it is the act, and the case it is from."""

    features: set[str]
    is_act: bool
    case: str


class HeldOut(NamedTuple):
    """A case under a model that saw none of its messages: whether it holds the act, and the highest probability
    told of one of its messages."""

    case: str
    is_hit: bool
    probability: float


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


def held_out_cases(examples: Sequence[Example], probabilities: Floats) -> tuple[HeldOut, ...]:
    """The messages of a case taken together."""
    hit: dict[str, bool] = {}
    highest: dict[str, float] = {}
    for example, probability in zip(examples, probabilities, strict=True):
        hit[example.case] = hit.get(example.case, False) or example.is_act
        highest[example.case] = max(highest.get(example.case, 0.0), float(probability))
    return tuple(HeldOut(case, hit[case], highest[case]) for case in hit)


def best_threshold(told: Sequence[HeldOut]) -> float | None:
    """Half-way between two neighbouring probabilities: where cases held out have the best F1 among the places
    with enough precision, if there is one.

    An embedded judge that accuses wrongly is worse than one that misses: precision comes first.
    """
    levels = sorted({each.probability for each in told})
    best, chosen = 0.0, None
    for below, above in zip([0.0, *levels], levels, strict=False):
        candidate = round((below + above) / 2, 6)
        matrix = case_matrix(told, candidate)
        if matrix.tp >= LEAST_FOUND and matrix.tp >= LEAST_PRECISION * (matrix.tp + matrix.fp):
            score = 2 * matrix.tp / (2 * matrix.tp + matrix.fp + matrix.fn)
            if score > best:
                best, chosen = score, candidate
    return chosen


def case_matrix(told: Sequence[HeldOut], threshold: float) -> Matrix:
    """Cases judged by their highest probability."""
    counts = Counter((each.is_hit, each.probability >= threshold) for each in told)
    return Matrix(
        tp=counts[True, True], fp=counts[False, True], fn=counts[True, False], tn=counts[False, False]
    )
