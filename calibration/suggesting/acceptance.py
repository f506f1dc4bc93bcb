"""Whether a wording that did well on dev does better on cases nobody tuned on: a paired test, once."""

from collections.abc import Mapping, Sequence
from sys import maxsize
from typing import NamedTuple

from calibration.eval_sets import Case
from calibration.statistics.comparison import flips, mcnemar
from calibration.suggesting.budget import Budget
from calibration.suggesting.judging import Search, judge_cases, undetermined_of


class Suggestion(NamedTuple):
    """`fixed` and `broken` cases of test; accepted if more are fixed and `p_value` is at most alpha.

    `undetermined`: of the old and of the new wording, by cause. `tokens`: what the test took.
    """

    fixed: int
    broken: int
    cases: int
    p_value: float
    accepted: bool
    undetermined: tuple[dict[str, int], dict[str, int]]
    tokens: int

    @property
    def told(self) -> str:
        """Accepted, or why not."""
        if self.accepted:
            return "accepted"
        if self.fixed <= self.broken:
            return "not accepted: held-out test did not improve"
        return "not accepted: the improvement on held-out test may be chance"


async def accepted(
    search: Search,
    before: Mapping[str, str],
    after: Mapping[str, str],
    test: Sequence[Case],
    alpha: float = 0.05,
) -> Suggestion:
    """Both wordings over the same test cases, whatever that costs; what is undecided is not right."""
    search = search._replace(budget=Budget(maxsize))
    labelled = [case for case in test if case.expected(search.rule_id) is not None]
    old, new = [await judge_cases(search, wording, labelled) for wording in (before, after)]
    expected = {each.case.case_id: _word(each.judged.expected) for each in new}
    found = flips(
        expected,
        {each.case.case_id: _word(each.judged.verdict) for each in old},
        {each.case.case_id: _word(each.judged.verdict) for each in new},
    )
    p_value = mcnemar(len(found.fixed), len(found.broken)).p_value
    better = len(found.fixed) > len(found.broken) and p_value <= alpha
    open_ones = undetermined_of(old), undetermined_of(new)
    return Suggestion(
        len(found.fixed), len(found.broken), found.n, p_value, better, open_ones, search.budget.spent
    )


def _word(verdict: str) -> str:
    return "no_hit" if verdict == "not_applicable" else verdict
