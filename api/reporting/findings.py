"""What was found: red lines, faults, merits, what is outweighed, what is undetermined."""

from collections.abc import Sequence

from api.reporting.figures import Quote, Report, RuleFigures, Undecided
from api.reporting.section import Section, heads
from api.reporting.wording import ALERTS, CAUSES, count, moment, points, share, what_decides

#: How many rules a table of faults or merits shows; the note beneath says how many more there are.
MOST = 15


def red_lines(report: Report) -> Section:
    """Every red line with the words that crossed it."""
    rows = sorted(report.red_lines, key=lambda each: (each.shop or "", each.session_id, each.rule_id))
    return Section(
        title="红线", english="Red lines", grave=bool(rows),
        columns=heads("会话 session | 客服 agent | 质检项 rule | 原话 verbatim | 时间 at | 备注 note"),
        rows=tuple(map(_red_line, rows)),
        notes=() if rows else ("没有触犯红线 none",),
    )  # fmt: skip


def _red_line(quote: Quote) -> tuple[str, ...]:
    return (
        quote.session_id, quote.agent_id or "—", quote.rule, " / ".join(f"“{text}”" for text in quote.quotes),
        moment(quote.at) if quote.at else "—",
        "待人工确认 to be confirmed" if quote.needs_human_confirm else "",
    )  # fmt: skip


def faults(report: Report) -> Section:
    """What went wrong most often, alert-only rules included."""
    rules = [rule for rule in report.rules if rule.score is None or rule.score < 0]
    return _of_rules(rules, "主要问题", "Top faults")


def merits(report: Report) -> Section:
    """What was done well."""
    return _of_rules([rule for rule in report.rules if rule.score and rule.score > 0], "加分", "Merits")


def _of_rules(rules: Sequence[RuleFigures], title: str, english: str) -> Section:
    hit = sorted((rule for rule in rules if rule.hit), key=lambda rule: (-rule.hit, rule.points))
    return Section(
        title=title, english=english,
        columns=heads(
            "质检项 rule | 编号 no. | 告警 alert | 命中 hit > | 已判 decided > | 命中率 rate > | "
            "待定 undetermined > | 不适用 n/a > | 计分 points >"
        ),
        rows=tuple(map(_rule, hit[:MOST])),
        notes=_notes_on_the_rest(rules, hit),
    )  # fmt: skip


def _rule(rule: RuleFigures) -> tuple[str, ...]:
    return (
        rule.title + (" ⚑" if rule.red_line else ""), rule.number or "", ALERTS[rule.alert], count(rule.hit),
        count(rule.decided), share(rule.hit, rule.decided), count(rule.undetermined),
        count(rule.not_applicable), "—" if rule.score is None else points(rule.points),
    )  # fmt: skip


def _notes_on_the_rest(rules: Sequence[RuleFigures], hit: Sequence[RuleFigures]) -> tuple[str, ...]:
    clean = [rule for rule in rules if not rule.hit and rule.decided]
    unknown = [rule for rule in rules if not rule.decided and rule.undetermined]
    notes = []
    if len(hit) > MOST:
        notes.append(f"另有 {len(hit) - MOST} 项也有命中 more rules with hits")
    if clean:
        notes.append(f"判过而没有命中 decided, no hit: {len(clean)} 项")
    if unknown:
        notes.append(f"全部待定 only undetermined: {len(unknown)} 项(原因见“待定”)")
    return tuple(notes)


def not_scored(report: Report) -> Section:
    """Hits that bring no points of their own, and scores that a red line made 0."""
    rows = [(why, count(hits)) for why, hits in report.not_scored]
    vetoed = [(each.session_id, f"{each.raw_total:g}") for each in report.vetoed]
    return Section(
        title="不重复计分与一票否决", english="Outweighed and vetoed",
        columns=heads("说明 why | 命中 hits >"),
        rows=tuple(rows),
        notes=tuple(f"红线一票否决 vetoed: {session} 计 0 分(原 {total} 分)" for session, total in vetoed),
    )  # fmt: skip


def undecided(report: Report) -> Section:
    """What could not be decided, why, and what would decide it."""
    return Section(
        title="待定", english="Undetermined",
        columns=heads(
            "原因 cause | 结果 outcomes > | 会话 sessions > | 涉及最多 mostly | 怎样判定 what decides it"
        ),
        rows=tuple(map(_undecided, report.undecided)),
    )  # fmt: skip


def _undecided(cause: Undecided) -> tuple[str, ...]:
    mostly = "、".join(f"{title}×{n}" for title, n in cause.rules[:3])
    more = f" 等 {len(cause.rules)} 项" if len(cause.rules) > 3 else ""
    return (
        f"{CAUSES[cause.cause]} {cause.cause}", count(cause.outcomes), count(cause.sessions),
        mostly + more,
        what_decides(cause.cause, cause.next_decision),
    )  # fmt: skip
