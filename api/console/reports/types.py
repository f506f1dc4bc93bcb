"""What kinds of problems there are: the hits of faults by their 质检分类, and each rule over the weeks."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from api.console.language import Translator
from api.console.reports.report_page import Rules, part_of
from api.console.words import category_of
from api.reporting.rule_page import needs_judge
from api.reporting.wording import count
from storage.reports import RuleCounts


class TypeRow(NamedTuple):
    """A kind of problem. `part`: out of all hits of faults; `bar`: its share in percent of the largest.

    `by_judge`: hits of rules that ask a judge, raw; `rules`: how many rules hit.
    """

    name: str
    hits: str
    part: str
    by_judge: str
    rules: int
    bar: int


def type_rows(found: Sequence[RuleCounts], rules: Rules, t: Translator) -> list[TypeRow]:
    """Most hits first. Praise is no problem, and rules that are gone have no kind: neither counts."""
    hits: Counter[str] = Counter()
    of: Counter[str] = Counter()
    by_judge: Counter[str] = Counter()
    for each in found:
        rule = rules.get(each.rule_id)
        if rule is not None and each.hit and (rule.score or 0) <= 0:
            hits[rule.category] += each.hit
            of[rule.category] += 1
            by_judge[rule.category] += each.hit if needs_judge(rule) else 0
    total, largest = sum(hits.values()), max(hits.values(), default=0)
    return [
        TypeRow(
            category_of(name, t) or t("未分类"),
            count(number),
            part_of(number, total),
            count(by_judge[name]),
            of[name],
            round(100 * number / largest),
        )
        for name, number in sorted(hits.items(), key=lambda pair: (-pair[1], pair[0]))
    ]


def trends_of(weeks: Sequence[Sequence[RuleCounts]]) -> Mapping[str, str]:
    """By rule, hits out of what was decided in each week, oldest first: `3/50 → 0/48 → —`."""
    by_week = [{each.rule_id: each for each in week} for week in weeks]
    names = {rule_id for week in by_week for rule_id in week}
    return {name: " → ".join(_week(week.get(name)) for week in by_week) for name in names}


def _week(found: RuleCounts | None) -> str:
    return f"{count(found.hit)}/{count(found.decided)}" if found and found.decided else "—"
