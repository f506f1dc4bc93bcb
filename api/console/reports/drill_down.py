"""What stands behind the report: one rule by slice and week, one agent beside the team."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from msgspec.structs import replace
from sqlalchemy.ext.asyncio import AsyncSession

from api import trust
from api.console.calibration.figures import RateView
from api.console.language import Translator
from api.console.reports.agent_page import Read, RuleLine, WeekLine, read_week, rule_lines, week_lines
from api.console.reports.filters import Asked, Week, last_day_of, weeks_of
from api.console.reports.rates import Correction, RuleRates, cell_of, corrections_of, load_rates
from api.reporting.rule_page import needs_judge
from api.service import Service
from calibration.trust import Slice, rates
from evaluators.grammar.kinds import Rule
from storage import agent_names
from storage.labels import JudgedCase, population
from storage.reports import ReportFilters

#: In this order on the page of a rule, and in the workbook.
EVERY_SLICE: tuple[Slice, ...] = ("all", "shop", "group", "agent")


class RuleReport(NamedTuple):
    """A rule by slice and week. `judged`: it asks a judge; `labelled`: so its rates are corrected."""

    rule: Rule
    rates: RuleRates
    weeks: list[Week]
    judged: bool
    labelled: bool


class AgentReport(NamedTuple):
    """An agent. `names`: of agents by id. `corrections` by rule id: the agent's corrected rate over the three weeks, or
    why there is none.
    """

    agent: str
    names: Mapping[str, str]
    weeks: list[WeekLine]
    rules: list[RuleLine]
    corrections: Mapping[str, Correction]


async def rule_report(service: Service, asked: Asked, rule: Rule, t: Translator) -> RuleReport:
    """Every slice, in the period asked for and in each of three weeks."""
    weeks = weeks_of(asked, last_day_of(asked))
    async with service.database.reading() as db:
        labelled = await trust.drawn_cases(db, service, [rule])
        cases = {rule.id: labelled.get(rule.id, [])}
        found = await load_rates(db, service, cases, asked, weeks, t, EVERY_SLICE)
    return RuleReport(rule, found[rule.id], weeks, needs_judge(rule), bool(labelled))


async def agent_report(service: Service, asked: Asked, agent: str, t: Translator) -> AgentReport:
    """Three weeks of an agent and of everybody who meets the other conditions."""
    given = {name: value for name, value in asked.given.items() if name != "agent"}
    team = asked._replace(given=given, filters=replace(asked.filters, agent=None))
    weeks = weeks_of(team, last_day_of(team))
    rules = {rule.id: rule for rule in service.inspector.catalogue.rules}
    async with service.database.reading() as db:
        found = [await read_week(db, week, replace(week.filters, agent=agent)) for week in weeks]
        lines = rule_lines(found, agent, rules, given, t)
        shown = [rules[line.rule_id] for line in lines if line.rule_id in rules]
        labelled = await trust.drawn_cases(db, service, filter(needs_judge, shown))
        own = await _own_rates(db, labelled, found, agent, asked, t)
        names = await agent_names.names_of(db, [agent])
    corrections = corrections_of(shown, own, given, t)
    return AgentReport(agent, names, week_lines(found, agent, given), lines, corrections)


async def _own_rates(
    db: AsyncSession, labelled: Mapping[str, Sequence[JudgedCase]], weeks: Sequence[Read], agent: str,
    asked: Asked, t: Translator,
) -> dict[str, RateView | None]:  # fmt: skip
    """Over the weeks together, of the sessions that count for the agent."""
    first, last = weeks[0].week.filters, weeks[-1].week.filters
    period: ReportFilters = replace(first, started_to=last.started_to)
    found = {}
    for rule_id, cases in labelled.items():
        judged = await population.judged(db, rule_id, period)
        of = {each.slice: each for each in rates(judged, cases, by="agent", timezone=asked.zone)}
        found[rule_id] = cell_of(of.get(agent), t)
    return found
