"""How far people agree with each other: the ceiling for any judge."""

from collections import defaultdict
from collections.abc import Iterable, Sequence

from msgspec import Struct

from calibration.statistics.agreement.coefficients import category_counts, fleiss_kappa, gwet_ac
from calibration.statistics.intervals import wilson
from calibration.statistics.metrics import Estimate
from storage.labels import JudgedCase
from storage.review.agreement import DoubleReview


class RuleAgreement(Struct, frozen=True, kw_only=True):
    """How far reviewers of the same case agree on a rule.

    `share` of the cases on which all say the same. `kappa` (Fleiss), `ac1` (Gwet): beyond chance, on hit or no hit, over
    all who were sure, of each case with at least two of them; None where it is not defined.
    """

    rule_id: str
    cases: int
    agreed: int
    share: Estimate
    kappa: float | None
    ac1: float | None
    disagreements: tuple[DoubleReview, ...]


def labelled_together(cases: Iterable[JudgedCase], reviews: Iterable[DoubleReview]) -> list[DoubleReview]:
    """The reviews, and cases drawn at random that several people labelled outside the review queue.

    Only labels of a random draw: those of appeals, and of hits somebody looked at, were given knowing what was said before.
    """
    known = list(reviews)
    reviewed = {(each.session_id, each.rule_id) for each in known}
    others = [
        DoubleReview(case_id="", session_id=each.session_id, rule_id=each.rule_id, judged=each.judged, said=each.said)
        for each in cases
        if len(each.said) > 1 and each.sources == ("human_random",)
        and (each.session_id, each.rule_id) not in reviewed
    ]  # fmt: skip
    return [*known, *others]


def agreement_by_rule(reviews: Iterable[DoubleReview]) -> tuple[RuleAgreement, ...]:
    """By rule id."""
    by_rule: defaultdict[str, list[DoubleReview]] = defaultdict(list)
    for each in reviews:
        by_rule[each.rule_id].append(each)
    return tuple(_agreement(rule_id, by_rule[rule_id]) for rule_id in sorted(by_rule))


def _agreement(rule_id: str, reviews: Sequence[DoubleReview]) -> RuleAgreement:
    apart = tuple(each for each in reviews if len(set(each.said.values())) > 1)
    number, agreed = len(reviews), len(reviews) - len(apart)
    sure = [[verdict == "hit" for verdict in each.said.values() if verdict != "unsure"] for each in reviews]
    counts = category_counts([each for each in sure if len(each) > 1], (True, False))
    return RuleAgreement(
        rule_id=rule_id,
        cases=number,
        agreed=agreed,
        share=Estimate(agreed / number, agreed, number, wilson(agreed, number)),
        kappa=fleiss_kappa(counts),
        ac1=gwet_ac(counts),
        disagreements=apart,
    )
