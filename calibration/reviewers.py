"""How far people agree with each other: the ceiling for any judge."""

from collections import defaultdict
from collections.abc import Iterable
from itertools import islice

from msgspec import Struct

from calibration.statistics.intervals import wilson
from calibration.statistics.metrics import Estimate, Pair, cohen_kappa, gwet_ac1, matrix_of
from storage.review.agreement import DoubleReview


class RuleAgreement(Struct, frozen=True, kw_only=True):
    """How far reviewers of the same case agree on a rule.

    `share` of the cases on which all say the same. `kappa`, `ac1`: beyond chance, on hit or no hit, over the first
    two reviewers of each case who were sure; None where it is not defined.
    """

    rule_id: str
    cases: int
    agreed: int
    share: Estimate
    kappa: float | None
    ac1: float | None
    disagreements: tuple[DoubleReview, ...]


def agreement_by_rule(reviews: Iterable[DoubleReview]) -> tuple[RuleAgreement, ...]:
    """By rule id."""
    by_rule: defaultdict[str, list[DoubleReview]] = defaultdict(list)
    for each in reviews:
        by_rule[each.rule_id].append(each)
    return tuple(_agreement(rule_id, by_rule[rule_id]) for rule_id in sorted(by_rule))


def _agreement(rule_id: str, reviews: list[DoubleReview]) -> RuleAgreement:
    apart = tuple(each for each in reviews if len(set(each.said.values())) > 1)
    number, agreed = len(reviews), len(reviews) - len(apart)
    sure = [[verdict for verdict in each.said.values() if verdict != "unsure"] for each in reviews]
    matrix = matrix_of(Pair(*islice(verdicts, 2)) for verdicts in sure if len(verdicts) > 1)
    return RuleAgreement(
        rule_id=rule_id,
        cases=number,
        agreed=agreed,
        share=Estimate(agreed / number, agreed, number, wilson(agreed, number)),
        kappa=cohen_kappa(matrix),
        ac1=gwet_ac1(matrix),
        disagreements=apart,
    )
