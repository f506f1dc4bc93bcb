"""How well one person does against the others, and whether a judge may take a person's place.

No judge can be shown to be better than people agree with each other; where one rater against the rest reaches only so
much, more work on the wording will not help.
"""

from collections.abc import Mapping, Sequence

import numpy as np
from msgspec import Struct
from scipy.stats import false_discovery_control, ttest_1samp

from calibration.statistics.metrics import Matrix

#: Fewer cases of one labeller make no test (Calderon et al. use 30).
FEWEST_CASES = 30
#: A judge passes who may replace at least this share of labellers.
PASSES_FROM = 0.5


class AgainstRest(Struct, frozen=True):
    """Each labeller measured against the majority of all others, all put together in one matrix. `tied`: judgements
    left out because the others were of two minds; `labellers` that had something to be measured on."""

    matrix: Matrix
    tied: int
    labellers: int


class AlternativeAnnotator(Struct, frozen=True):
    """Per labeller j: `p_values` that the judge is not worse than j by more than ε, adjusted (Benjamini, Yekutieli 2001).

    `winning_rate` ω: share of labellers the judge may replace; `advantage`: mean probability that the judge agrees
    with the others at least as well as the labeller. `passes`: ω ≥ ½. Both are None, and `reason` says why, where
    nothing can be tested.
    """

    winning_rate: float | None
    advantage: float | None
    epsilon: float
    p_values: dict[str, float]
    cases: dict[str, int]
    passes: bool | None
    reason: str = ""


def one_against_the_rest(ratings: Sequence[Mapping[str, bool]]) -> AgainstRest:
    """`ratings`: per case, what each labeller says: a hit or not. The rest need at least one other label."""
    tp = fp = fn = tn = tied = 0
    who: set[str] = set()
    for case in ratings:
        hits = sum(case.values())
        for labeller, own in case.items():
            others, others_hit = len(case) - 1, hits - own
            if others == 0 or 2 * others_hit == others:
                tied += others > 0
                continue
            truth = 2 * others_hit > others
            who.add(labeller)
            tp, fp = tp + (own and truth), fp + (own and not truth)
            fn, tn = fn + (truth and not own), tn + (not own and not truth)
    return AgainstRest(Matrix(tp, fp, fn, tn), tied, len(who))


def alternative_annotator_test(
    ratings: Sequence[Mapping[str, str]],
    judged: Sequence[str],
    *,
    epsilon: float = 0.2,
    alpha: float = 0.05,
    fewest: int = FEWEST_CASES,
) -> AlternativeAnnotator:
    """Whether the judge may replace a labeller (Calderon, Reichart, Dror, ACL 2025: "The Alternative Annotator Test").

    Leaving out each labeller in turn, judge and labeller are compared case by case by how many of the others they
    agree with. `judged`: the judge's verdict per case. ε: by how much the judge may be worse, since people cost more
    (the authors: .2 for experts, .15 skilled, .1 crowd workers).
    """
    wins = _wins(ratings, judged)
    tested = {who: each for who, each in wins.items() if len(each[0]) >= fewest}
    cases = {who: len(each[0]) for who, each in wins.items()}
    if len(tested) < 2:
        reason = f"fewer than two labellers have {fewest} cases that another one labelled, too"
        return AlternativeAnnotator(None, None, epsilon, {}, cases, None, reason)
    raw = [_p_value(judges, own, epsilon) for judges, own in tested.values()]
    adjusted = false_discovery_control(raw, method="by").tolist()
    rate = float(np.mean([p_value < alpha for p_value in adjusted]))
    advantage = float(np.mean([np.mean(judges) for judges, _ in tested.values()]))
    p_values = dict(zip(tested, adjusted, strict=True))
    return AlternativeAnnotator(rate, advantage, epsilon, p_values, cases, rate >= PASSES_FROM)


def _wins(
    ratings: Sequence[Mapping[str, str]], judged: Sequence[str]
) -> dict[str, tuple[list[bool], list[bool]]]:
    """Per labeller and case: whether the judge agrees with the others at least as well, and whether the labeller does."""
    found: dict[str, tuple[list[bool], list[bool]]] = {}
    for case, verdict in zip(ratings, judged, strict=True):
        for who, own in case.items():
            others = [said for other, said in case.items() if other != who]
            if not others:
                continue
            judges, people = others.count(verdict), others.count(own)
            first, second = found.setdefault(who, ([], []))
            first.append(judges >= people)
            second.append(people >= judges)
    return dict(sorted(found.items()))


def _p_value(judges: Sequence[bool], own: Sequence[bool], epsilon: float) -> float:
    """One-sided: of the labeller winning oftener than the judge by ε or more."""
    numbers = np.asarray(own, dtype=np.float64) - np.asarray(judges, dtype=np.float64)
    if np.ptp(numbers) == 0:  # without spread there is no t; all cases say the same
        return 0.0 if numbers[0] < epsilon else 1.0
    return float(ttest_1samp(numbers, epsilon, alternative="less").pvalue)
