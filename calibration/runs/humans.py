"""The human ceiling: how far labellers agree with each other, and whether the judge does as well as one of them."""

from collections.abc import Sequence

from msgspec import Struct

from calibration.eval_sets.cases import EvalSet
from calibration.runs.judged import Judged
from calibration.statistics.agreement.coefficients import (
    bootstrap_interval,
    category_counts,
    gwet_ac,
    krippendorff_alpha,
)
from calibration.statistics.agreement.human_ceiling import (
    AlternativeAnnotator,
    alternative_annotator_test,
    one_against_the_rest,
)
from calibration.statistics.intervals import Interval
from calibration.statistics.metrics import Estimate, Matrix, cohen_kappa, f1


class Humans(Struct, frozen=True, kw_only=True):
    """Of one rule. `cases`: with labels of two or more people. `against_rest`: each labeller against the majority of
    the others; `f1` and `kappa` are of it. `replaceable`: the alternative-annotator test of the judge."""

    labellers: int
    cases: int
    alpha: float | None
    alpha_interval: Interval | None
    ac1: float | None
    against_rest: Matrix
    f1: Estimate
    kappa: float | None
    replaceable: AlternativeAnnotator


def humans_of(eval_set: EvalSet, rule_id: str, judged: Sequence[Judged]) -> Humans | None:
    """None where no case has labels of two people. Cases on which people are split are among them: they are what
    the ceiling is about."""
    said = {
        case.case_id: {
            label.labeller: label.verdict == "hit" for label in case.labels if label.rule_id == rule_id
        }
        for case in eval_set.cases
    }
    several = {case_id: labels for case_id, labels in said.items() if len(labels) > 1}
    if not several:
        return None
    counts = category_counts([list(labels.values()) for labels in several.values()], (True, False))
    rest = one_against_the_rest(list(several.values()))
    return Humans(
        labellers=len({who for labels in several.values() for who in labels}), cases=len(several),
        alpha=krippendorff_alpha(counts), alpha_interval=bootstrap_interval(counts, krippendorff_alpha),
        ac1=gwet_ac(counts), against_rest=rest.matrix, f1=f1(rest.matrix), kappa=cohen_kappa(rest.matrix),
        replaceable=_replaceable(several, [each for each in judged if each.rule_id == rule_id]),
    )  # fmt: skip


def _replaceable(several: dict[str, dict[str, bool]], judged: Sequence[Judged]) -> AlternativeAnnotator:
    """Over the cases the judge decided."""
    own = [each for each in judged if each.case_id in several and each.verdict != "undetermined"]
    ratings = [{who: _word(hit) for who, hit in several[each.case_id].items()} for each in own]
    return alternative_annotator_test(ratings, [_word(each.verdict == "hit") for each in own])


def _word(hit: bool) -> str:
    return "hit" if hit else "no_hit"
