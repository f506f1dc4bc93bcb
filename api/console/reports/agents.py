"""Agents by rules, and each agent beside the team."""

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from api.console.language import Translator
from api.console.reports.filters import list_of, page_of
from api.console.reports.report_page import Given, Rules, named_rules
from api.reporting.wording import count
from storage.reports import RuleCounts, ScoreSummary

#: Columns of the table: the rules that hit most often.
_COLUMNS = 8


class Cell(NamedTuple):
    """Hits charged to the agent, out of the agent's sessions in which the rule was decided. `open`: undetermined."""

    hit: str
    decided: str
    open: int
    href: str


class AgentRow(NamedTuple):
    """An agent. `difference`: of the mean score to that of all cards, with its sign."""

    agent: str
    href: str
    sessions: str
    mean: str
    difference: str
    lowest: str
    red_lines: str
    cells: list[Cell | None]


class Table(NamedTuple):
    """`columns`: titles of rules. `team`: mean over `cards` agent cards; empty without any."""

    columns: list[str]
    rows: list[AgentRow]
    team: str
    cards: str


def agent_table(
    counts: Sequence[RuleCounts], scores: Sequence[ScoreSummary], rules: Rules, given: Given, t: Translator
) -> Table:
    """Lowest mean score first: who needs help stands on top."""
    by_place: dict[tuple[str | None, str], RuleCounts] = {
        (each.agent_id, each.rule_id): each for each in counts if each.agent_id is not None
    }
    hits: Counter[str] = Counter()
    for each in by_place.values():
        hits[each.rule_id] += each.hit
    columns = [rule for rule, number in sorted(hits.items(), key=lambda pair: (-pair[1], pair[0])) if number]
    columns = [rule for rule in columns if rule in rules][:_COLUMNS]
    agents = sorted((each for each in scores if each.key), key=lambda each: (each.mean_score, each.key or ""))
    cards = sum(each.sessions for each in agents)
    team = sum(each.mean_score * each.sessions for each in agents) / cards if cards else 0.0
    rows = [_row(each, team, [by_place.get((each.key, rule)) for rule in columns], given) for each in agents]
    return Table(named_rules(columns, rules, t), rows, f"{team:.1f}" if cards else "", count(cards))


def _row(found: ScoreSummary, team: float, cells: Sequence[RuleCounts | None], given: Given) -> AgentRow:
    agent = found.key or ""
    return AgentRow(
        agent=agent,
        href=page_of(agent, given),
        sessions=count(found.sessions),
        mean=f"{found.mean_score:.1f}",
        difference=f"{found.mean_score - team:+.1f}",
        lowest=f"{found.lowest_score:g}",
        red_lines=count(found.red_lines),
        cells=[None if cell is None else _cell(cell, agent, given) for cell in cells],
    )


def _cell(found: RuleCounts, agent: str, given: Given) -> Cell:
    behind = list_of(given, rule_hit=found.rule_id, charged_to=agent) if found.hit else ""
    return Cell(count(found.hit), count(found.decided), sum(found.undetermined.values()), behind)
