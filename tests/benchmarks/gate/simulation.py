"""A judge that is unsure of some cases, a harmless rewording of its prompt, and a regression."""

from typing import NamedTuple

import numpy as np

from calibration.statistics.comparison import GatePolicy, GateResult, flips, gate, self_flips

#: Share of labelled cases that are hits: an eval set is richer in them than a shop.
HITS = 0.4
#: The judge's logit that a case is a hit, by label: mean and spread. Gives about 85 % sensitivity, 97 % specificity.
LOGITS = {True: (2.6, 2.2), False: (-4.5, 2.2)}
#: How far a wording moves the logit of a case at random: harmless, because as often up as down.
REWORDING = 0.6
#: What sampling adds each time the judge is asked.
SAMPLING = 0.4
_REPEATS = 3


class Change(NamedTuple):
    """What a new prompt does: moves the logits of hits by `shift`; 0 is a harmless rewording."""

    name: str
    shift: float


HARMLESS = Change("harmless rewording", 0.0)
REGRESSIONS = (Change("regression: hits 1 logit down", -1.0), Change("regression: hits 2 logits down", -2.0))


class Answered(NamedTuple):
    """The gate's result, and by how many points sensitivity fell."""

    result: GateResult
    lost: float


def repetition(change: Change, cases: int, policy: GatePolicy, rng: np.random.Generator) -> Answered:
    """One comparison: labels, the old prompt's verdicts, the new prompt's, and the old prompt asked again."""
    hits = rng.random(cases) < HITS
    mean, spread = (np.where(hits, *(LOGITS[kind][place] for kind in (True, False))) for place in (0, 1))
    logits = rng.normal(mean, spread)
    reworded = logits + rng.normal(0, REWORDING, cases) + np.where(hits, change.shift, 0.0)
    before, *again = (_verdicts(logits, rng) for _ in range(_REPEATS))
    after = _verdicts(reworded, rng)
    names = [str(case) for case in range(cases)]
    expected = dict(zip(names, np.where(hits, "hit", "no_hit").tolist(), strict=True))
    own = self_flips({name: each for name, *each in zip(names, before, *again, strict=True)})
    found = flips(expected, dict(zip(names, before, strict=True)), dict(zip(names, after, strict=True)))
    sensitivity = [np.mean(np.asarray(each)[hits] == "hit") for each in (before, after)]
    return Answered(gate(found, own, policy), float(sensitivity[0] - sensitivity[1]))


def _verdicts(logits: np.ndarray, rng: np.random.Generator) -> list[str]:
    said: list[str] = np.where(logits + rng.normal(0, SAMPLING, len(logits)) > 0, "hit", "no_hit").tolist()
    return said
