"""Everything a report says, for the page and for the workbook."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from sqlalchemy.ext.asyncio import AsyncSession

from api import trust
from api.checked_sessions import Checks
from api.console.language import Translator
from api.console.reports.agents import Table, agent_table
from api.console.reports.checks import Checks as CheckedPeriod
from api.console.reports.checks import checks_of
from api.console.reports.filters import Asked, Week, last_day_of, weeks_of
from api.console.reports.rates import Correction, RuleRates, corrections_of, load_rates, overall_of
from api.console.reports.report_page import (
    Figure,
    RuleRow,
    WeekRow,
    figures_of,
    ratings_of,
    replies_of,
    rule_rows,
    week_rows,
)
from api.console.reports.types import TypeRow, trends_of, type_rows
from api.reporting.rule_page import needs_judge
from api.service import Service
from calibration.trust import Slice
from storage import agent_names, reports
from storage.reports import Overview


class Report(NamedTuple):
    """`names` of agents by id; `trends` and `corrections` by rule id; `rates`: of the rules that have labels drawn at random.

    `withheld`: sessions that whoever asks is still to judge blind; they count as not inspected.
    """

    sessions: int
    withheld: int
    figures: list[Figure]
    weeks: list[WeekRow]
    types: list[TypeRow]
    agents: Table
    names: Mapping[str, str]
    rules: list[RuleRow]
    trends: Mapping[str, str]
    corrections: Mapping[str, Correction]
    rates: Mapping[str, RuleRates]
    ratings: list[Figure]
    replies: list[Figure]


async def load(service: Service, asked: Asked, t: Translator, by: Sequence[Slice] = ("all",)) -> Report:
    """Every number with what it is out of; what is undetermined stands apart. `by`: slices of the corrected rates."""
    given, filters = asked.given, asked.filters
    rules = {rule.id: rule for rule in service.inspector.catalogue.rules}
    weeks = weeks_of(asked, last_day_of(asked))
    async with service.database.reading() as db:
        overview = await reports.overview(db, filters)
        withheld = await reports.withheld(db, filters)
        checked = Checks(db, service)
        whole = checks_of(await checked.corrected(filters), overview.inspected, t)
        trend = [await _week(db, week, checked, t) for week in weeks]
        by_week = [await reports.rule_counts(db, week.filters) for week in weeks]
        rated = await reports.satisfaction(db, filters)
        counts = await reports.rule_counts(db, filters)
        by_agent = await reports.agent_rule_counts(db, filters)
        scores = await reports.scores(db, filters, by="agent")
        names = await agent_names.names_of(db, (each.key for each in scores))
        times = await reports.reply_times(db, filters)
        labelled = await trust.drawn_cases(db, service, filter(needs_judge, rules.values()))
        rates = await load_rates(db, service, labelled, asked, weeks, t, by)
    return Report(
        sessions=overview.sessions, withheld=withheld,
        figures=figures_of(overview, whole, given, t), weeks=week_rows(trend, given),
        types=type_rows(counts, rules, t), agents=agent_table(by_agent, scores, rules, given, t), names=names,
        rules=rule_rows(counts, rules, given, t), trends=trends_of(by_week),
        corrections=corrections_of(rules.values(), overall_of(rates), given, t), rates=rates,
        ratings=ratings_of(rated, given, t), replies=replies_of(times, t),
    )  # fmt: skip


async def _week(
    db: AsyncSession, week: Week, checked: Checks, t: Translator
) -> tuple[Week, Overview, CheckedPeriod]:
    seen = await reports.overview(db, week.filters)
    return week, seen, checks_of(await checked.corrected(week.filters), seen.inspected, t)
