"""One agent beside the team: three weeks of scores and of each rule, every number with what it is out of."""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from sqlalchemy.ext.asyncio import AsyncSession

from api.console.language import Translator
from api.console.reports.filters import Week, list_of
from api.console.reports.report_page import Given, Rules
from api.console.words import Pill, hit_pill
from api.reporting.wording import count, share
from storage import reports
from storage.reports import ReportFilters, RuleCounts, ScoreSummary


class WeekLine(NamedTuple):
    """A week. `mean` over the agent's `cards`, `team` over `team_cards`; `bar`, `team_bar`: as heights of 0 to 100."""

    days: str
    sessions: str
    href: str
    mean: str
    cards: str
    team: str
    team_cards: str
    difference: str
    red_lines: str
    bar: int
    team_bar: int


class Counted(NamedTuple):
    """`hit` out of `decided`; `href`: the list of the sessions behind the hits, or empty. `share` in percent."""

    hit: str
    decided: str
    share: str
    open: int
    href: str


class RuleLine(NamedTuple):
    """A rule: the three weeks together for agent and team, how far apart in percentage points (`difference`, in words
    `apart`), and the agent week by week.
    """

    rule_id: str
    pill: Pill
    own: Counted
    team: Counted
    difference: float
    apart: str
    weeks: list[Counted]


class Read(NamedTuple):
    """What the database says of a week: the agent's sessions, everybody's cards, agents by rules."""

    week: Week
    sessions: int
    cards: Sequence[ScoreSummary]
    counts: Sequence[RuleCounts]


async def read_week(db: AsyncSession, week: Week, own: ReportFilters) -> Read:
    """`week`: with the conditions of the team; `own`: the same for the agent alone."""
    seen = await reports.overview(db, own)
    cards = await reports.scores(db, week.filters, by="agent")
    return Read(week, seen.sessions, cards, await reports.agent_rule_counts(db, week.filters))


def week_lines(found: Sequence[Read], agent: str, given: Given) -> list[WeekLine]:
    """Oldest first."""
    return [_week_line(each, agent, given) for each in found]


def _week_line(found: Read, agent: str, given: Given) -> WeekLine:
    cards = [each for each in found.cards if each.key]
    own = next((each for each in cards if each.key == agent), None)
    total = sum(each.sessions for each in cards)
    team = sum(each.mean_score * each.sessions for each in cards) / total if total else None
    mean = own.mean_score if own else None
    return WeekLine(
        days=f"{found.week.first:%m-%d} – {found.week.last:%m-%d}",
        sessions=count(found.sessions),
        href=list_of({**given, **_days(found.week, found.week)}, agent=agent),
        mean=_number(mean),
        cards=count(own.sessions if own else 0),
        team=_number(team),
        team_cards=count(total),
        difference="—" if mean is None or team is None else f"{mean - team:+.1f}",
        red_lines=count(own.red_lines if own else 0),
        bar=round(min(max(mean or 0, 0), 100)),
        team_bar=round(min(max(team or 0, 0), 100)),
    )


def _number(mean: float | None) -> str:
    return "—" if mean is None else f"{mean:.1f}"


def _days(first: Week, last: Week) -> dict[str, str]:
    return {"from_day": str(first.first), "to_day": str(last.last)}


class _Sum(NamedTuple):
    hit: int = 0
    decided: int = 0
    open: int = 0

    def plus(self, found: RuleCounts) -> "_Sum":
        return _Sum(
            self.hit + found.hit, self.decided + found.decided, self.open + sum(found.undetermined.values())
        )


def rule_lines(
    found: Sequence[Read], agent: str, rules: Rules, given: Given, t: Translator
) -> list[RuleLine]:
    """Rules that hit anybody and were decided for the agent: faults first, furthest above the team on top."""
    weeks = [_sums(each.counts, agent) for each in found]
    teams = [_sums(each.counts, None) for each in found]
    lines = []
    for rule_id in sorted({rule_id for week in weeks for rule_id in week}):
        own = [week.get(rule_id, _Sum()) for week in weeks]
        team = _together(week.get(rule_id, _Sum()) for week in teams)
        if _together(own).decided and team.hit:
            # A rule that is gone cannot be asked for any more.
            asked = {**given, "rule_hit": rule_id, "charged_to": agent} if rule_id in rules else {}
            pill = hit_pill(rules.get(rule_id), rule_id, t)
            lines.append(_rule_line(rule_id, pill, own, team, asked, [each.week for each in found]))
    return sorted(lines, key=lambda line: (line.pill.kind == "praise", -line.difference))


def _rule_line(
    rule_id: str, pill: Pill, own: Sequence[_Sum], team: _Sum, asked: Given, weeks: Sequence[Week]
) -> RuleLine:
    whole = _together(own)
    difference = 100 * (whole.hit / whole.decided - team.hit / team.decided)
    return RuleLine(
        rule_id=rule_id, pill=pill, own=_counted(whole, asked, weeks), team=_counted(team, {}, weeks),
        difference=difference, apart=f"{difference:+.1f}",
        weeks=[_counted(each, asked, [week]) for each, week in zip(own, weeks, strict=True)],
    )  # fmt: skip


def _together(found: Iterable[_Sum]) -> _Sum:
    return _Sum(*(sum(part) for part in zip(*found, strict=True)))


def _sums(found: Sequence[RuleCounts], agent: str | None) -> Mapping[str, _Sum]:
    """By rule: of the agent, or (None) of everybody; hits that are charged to nobody are nobody's."""
    sums: dict[str, _Sum] = {}
    for each in found:
        if each.agent_id is not None and agent in (None, each.agent_id):
            sums[each.rule_id] = sums.get(each.rule_id, _Sum()).plus(each)
    return sums


def _counted(found: _Sum, asked: Given, weeks: Sequence[Week]) -> Counted:
    """`asked`: the conditions of the list behind the hits, without its days; empty: there is none."""
    href = list_of({**asked, **_days(weeks[0], weeks[-1])}) if found.hit and asked else ""
    return Counted(count(found.hit), count(found.decided), share(found.hit, found.decided), found.open, href)
