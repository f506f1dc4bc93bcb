"""The same case under two runs."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from calibration.runs import Judged, RunReport
from calibration.runs.judged import UNANSWERED


class Pair(NamedTuple):
    """A case and rule in both runs; `key` names it. What counts is the label that the later run knew."""

    key: str
    eval_set: str
    split: str
    before: Judged
    after: Judged

    @property
    def unanswered(self) -> tuple[bool, bool]:
        """Whether nobody judged it: before, after."""
        return self.before.reason_code in UNANSWERED, self.after.reason_code in UNANSWERED


class Paired(NamedTuple):
    """`only_before`, `only_after`: cases that one run alone has; they are compared with nothing."""

    pairs: list[Pair]
    only_before: int
    only_after: int

    def rules(self) -> list[str]:
        """The rules both runs judged, in order of first appearance."""
        return list(dict.fromkeys(pair.after.rule_id for pair in self.pairs))


def pair_runs(before: Sequence[RunReport], after: Sequence[RunReport]) -> Paired:
    """Cases with the same set, split, id and rule."""
    old, new = by_key(before), by_key(after)
    pairs = [
        Pair("/".join(key), key[0], key[1], old[key], judged) for key, judged in new.items() if key in old
    ]
    return Paired(pairs, len(old) - len(pairs), len(new) - len(pairs))


def by_key(reports: Iterable[RunReport]) -> dict[tuple[str, str, str, str], Judged]:
    """Set, split, case and rule to what was found."""
    return {
        (report.eval_set, report.split, each.case_id, each.rule_id): each
        for report in reports
        for each in report.cases
    }


def two_way(verdict: str) -> str:
    """A rule that does not apply is not hit, for verdicts as for labels; undecided stays undecided."""
    return "no_hit" if verdict == "not_applicable" else verdict
