"""The same case under two runs, and which of the two was right."""

from collections.abc import Iterable, Sequence
from typing import Literal, NamedTuple

from calibration.runs import Judged, RunReport

#: fixed: right only after. broken: right only before. moved: wrong both times, differently.
Flip = Literal["fixed", "broken", "moved"]
Key = tuple[str, str, str, str]


class Pair(NamedTuple):
    """A case and rule in both runs. Labels are those of the later run, whatever the earlier one knew."""

    eval_set: str
    split: str
    before: Judged
    after: Judged

    @property
    def right_before(self) -> bool:
        """Whether labels confirm the earlier verdict. What is undecided is not right: nobody was helped."""
        return _right(self.before, self.after.expected)

    @property
    def right_after(self) -> bool:
        """The same of the later verdict."""
        return _right(self.after, self.after.expected)

    @property
    def flip(self) -> Flip | None:
        """What became of the case; None if the verdict stayed."""
        if self.before.verdict == self.after.verdict:
            return None
        if self.right_before == self.right_after:
            return None if self.right_after else "moved"
        return "fixed" if self.right_after else "broken"


class Paired(NamedTuple):
    """`only_before`, `only_after`: cases that one run alone has; they are compared with nothing."""

    pairs: list[Pair]
    only_before: int
    only_after: int

    def rules(self) -> list[str]:
        """The rules both runs judged, in order of first appearance."""
        return list(dict.fromkeys(pair.after.rule_id for pair in self.pairs))

    def of_rule(self, rule_id: str) -> list[Pair]:
        """The pairs of one rule."""
        return [pair for pair in self.pairs if pair.after.rule_id == rule_id]


def pair_runs(before: Sequence[RunReport], after: Sequence[RunReport]) -> Paired:
    """Cases with the same set, split, id and rule."""
    old, new = _by_key(before), _by_key(after)
    pairs = [Pair(key[0], key[1], old[key], judged) for key, judged in new.items() if key in old]
    return Paired(pairs, len(old) - len(pairs), len(new) - len(pairs))


def _by_key(reports: Iterable[RunReport]) -> dict[Key, Judged]:
    return {
        (report.eval_set, report.split, each.case_id, each.rule_id): each
        for report in reports
        for each in report.cases
    }


def _right(case: Judged, expected: str) -> bool:
    return case.verdict != "undetermined" and (case.verdict == "hit") == (expected == "hit")
