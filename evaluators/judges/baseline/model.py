"""A fitted model as data: readable, versioned, no code inside."""

import hashlib
from math import exp, sqrt

import msgspec
from msgspec import Struct

from evaluators.judges.baseline.features import is_gram

#: With fewer labelled messages of either kind than this a model refuses to judge.
FEWEST = 12


class ActModel(Struct, frozen=True, kw_only=True):
    """A logistic model of one act over features of a message.

    `weights`: feature to weight; features it does not know weigh nothing. The margin is that of features scaled
    to length 1. `slope`, `offset`: Platt's calibration of the margin, fitted on messages held out. `threshold`:
    the probability from which on a message is said to be the act; None where none was precise enough on cases
    held out. `positives`, `negatives`: labelled messages it was fitted on. `prompt_version`: what the act meant
    then.
    """

    act: str
    intercept: float
    weights: dict[str, float]
    slope: float
    offset: float
    threshold: float | None
    positives: int
    negatives: int
    prompt_version: str

    @property
    def trusted(self) -> bool:
        """Whether it saw enough labels, and was precise enough on cases held out, to judge at all."""
        return self.threshold is not None and min(self.positives, self.negatives) >= FEWEST

    def probability(self, features: set[str]) -> float:
        """That the message is the act, in 0..1."""
        known = self.weights
        grams = [known.get(feature, 0.0) for feature in features if is_gram(feature)]
        signs = sum([known.get(feature, 0.0) for feature in features if not is_gram(feature)])
        margin = self.intercept + signs + sum(grams) / sqrt(max(len(grams), 1))
        return 1 / (1 + exp(-max(-30.0, min(30.0, self.slope * margin + self.offset))))


class BaselineModels(Struct, frozen=True, kw_only=True):
    """All fitted acts. `fitted_on`: eval set to its version; `lexicon`: the version of the word classes; `source`:
    where those labels come from.
    """

    acts: dict[str, ActModel]
    fitted_on: dict[str, str]
    lexicon: str
    source: str = "constructed"

    @property
    def version(self) -> str:
        """`linear-` and a digest of everything that can change a verdict."""
        return "linear-" + hashlib.sha256(encode_models(self)).hexdigest()[:12]


encode_models = msgspec.json.Encoder(order="deterministic").encode
decode_models = msgspec.json.Decoder(BaselineModels).decode
