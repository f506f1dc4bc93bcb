"""What the report says. A number that is a link leads to a list of exactly as many sessions."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from api.console.language import Translator
from api.console.reports.checks import CheckedView, Checks
from api.console.reports.filters import Week, list_of
from api.console.words import CAUSES, RATINGS, Pill, hit_pill, span, title_of
from api.reporting.wording import count, share
from evaluators.grammar.kinds import Rule
from evaluators.grammar.walk import acts_of
from storage.reports import Overview, ReplyTimeSummary, RuleCounts

Rules = Mapping[str, Rule]
Given = Mapping[str, str]


class Figure(NamedTuple):
    """A number. `part`: out of what and what share, empty where it is out of nothing. `href`: the list, or empty.

    `check`: what checked sessions make of it, where it can be corrected at all. `out_of`: `part` as a table says it, where
    that is not the same.
    """

    name: str
    number: str
    part: str
    href: str
    check: CheckedView | None = None
    out_of: str = ""


class RuleRow(NamedTuple):
    """A rule over all sessions. `causes`: why it is open where it is, never part of the share."""

    rule_id: str
    pill: Pill
    number: str
    hit: str
    href: str
    decided: str
    share: str
    open: str
    causes: str


class WeekRow(NamedTuple):
    """A week of the trend. `bar`: the mean score as a height of 0 to 100; 0 also where there is none. `checks`: both figures
    corrected.
    """

    days: str
    sessions: str
    href: str
    mean: str
    inspected: str
    red_lines: str
    red_part: str
    bar: int
    checks: Checks


def part_of(number: int, total: int) -> str:
    """`/ 119 · 24.4%`."""
    return f"/ {count(total)} · {share(number, total)}"


def figures_of(found: Overview, checks: Checks, given: Given, t: Translator) -> list[Figure]:
    """The head line: how many sessions, and how many of them with what."""
    red, unclear, done = found.red_line_sessions, found.sessions_with_undetermined, found.inspected
    mean = "—" if found.mean_score is None else f"{found.mean_score:.1f}"
    return [
        Figure(t("会话"), count(found.sessions), "", list_of(given)),
        Figure(t("已质检"), count(done), part_of(done, found.sessions), ""),
        Figure(
            t("会话平均分"), mean, t("取自 {count} 个会话", count=count(done)), "", checks.score, f"/ {count(done)}",
        ),
        Figure(
            t("触犯红线"), count(red), part_of(red, done), list_of(given, red_line="true"), checks.red_lines
        ),
        Figure(t("有待定项"), count(unclear), part_of(unclear, done), list_of(given, undetermined="true")),
    ]  # fmt: skip


def ratings_of(found: Mapping[int | None, int], given: Given, t: Translator) -> list[Figure]:
    """By level of the last rating, out of the rated sessions; the others stand apart, out of all."""
    rated = sum(number for level, number in found.items() if level is not None)
    levels = [
        Figure(
            t(words), count(found[level]), part_of(found[level], rated), list_of(given, satisfaction=level)
        )
        for level, words in RATINGS.items()
    ]
    return [*levels, Figure(t("未评价"), count(found[None]), part_of(found[None], rated + found[None]), "")]


def replies_of(found: ReplyTimeSummary, t: Translator) -> list[Figure]:
    """Mean reply times; a session without such a reply is in no mean."""
    times = [
        (t("首次响应"), found.first_reply, found.first_replies),
        (t("人工首次响应"), found.first_human_reply, found.first_human_replies),
        (t("平均响应"), found.average_reply, found.average_replies),
    ]
    return [
        Figure(
            name, "—" if seconds is None else span(seconds, t),
            t("平均值，{count} 个会话有回复", count=count(number)), "", out_of=f"/ {count(number)}",
        )
        for name, seconds, number in times
    ]  # fmt: skip


def rule_rows(found: Sequence[RuleCounts], rules: Rules, given: Given, t: Translator) -> list[RuleRow]:
    """Rules that hit or are open somewhere, most hits first."""
    shown = [each for each in found if each.hit or each.undetermined]
    shown.sort(key=lambda each: (-each.hit, -sum(each.undetermined.values()), each.rule_id))
    return [_rule_row(each, rules.get(each.rule_id), given, t) for each in shown]


def _cause(reason_code: str, rule: Rule | None) -> str:
    """A rule that asks a judge is not configured by a shop: its judge has not learned it."""
    return "not_learned" if reason_code == "not_configured" and rule and acts_of(rule) else reason_code


def _rule_row(found: RuleCounts, rule: Rule | None, given: Given, t: Translator) -> RuleRow:
    causes = [f"{t(CAUSES[_cause(cause, rule)])} {number}" for cause, number in found.undetermined.items()]
    return RuleRow(
        rule_id=found.rule_id,
        pill=hit_pill(rule, found.rule_id, t),
        number=(rule.number if rule else None) or "",
        hit=count(found.hit),
        # A rule that is gone cannot be asked for any more.
        href=list_of(given, rule_hit=found.rule_id) if found.hit and rule else "",
        decided=count(found.decided),
        share=share(found.hit, found.decided),
        open=count(sum(found.undetermined.values())),
        causes=t("、").join(causes),
    )


def week_rows(found: Sequence[tuple[Week, Overview, Checks]], given: Given) -> list[WeekRow]:
    """Oldest first."""
    return [
        WeekRow(
            days=f"{week.first:%m-%d} – {week.last:%m-%d}",
            sessions=count(seen.sessions),
            href=list_of({**given, "from_day": str(week.first), "to_day": str(week.last)}),
            mean="—" if seen.mean_score is None else f"{seen.mean_score:.1f}",
            inspected=count(seen.inspected),
            red_lines=count(seen.red_line_sessions),
            red_part=part_of(seen.red_line_sessions, seen.inspected),
            bar=round(min(max(seen.mean_score or 0, 0), 100)),
            checks=checks,
        )
        for week, seen, checks in found
    ]


def named_rules(rule_ids: Sequence[str], rules: Rules, t: Translator) -> list[str]:
    """What they are called."""
    return [title_of(rules.get(rule_id), rule_id, t) for rule_id in rule_ids]
