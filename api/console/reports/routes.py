"""The report of a period on one page, made to be printed too."""

from datetime import datetime

from starlette.responses import Response

from api.console.access import ReaderPage
from api.console.reports.agents import agent_table
from api.console.reports.filters import AskedReport, weeks_of
from api.console.reports.report_page import figures_of, ratings_of, replies_of, rule_rows, week_rows
from api.console.routing import console_router
from storage import reports

router = console_router()


@router.get("/reports")
async def show_report(page: ReaderPage, asked: AskedReport) -> Response:
    """Every number with what it is out of; what is undetermined stands apart."""
    service, t, given, filters = page.service, page.t, asked.given, asked.filters
    rules = {rule.id: rule for rule in service.inspector.catalogue.rules}
    weeks = weeks_of(asked, asked.last_day or datetime.now(asked.zone).date())
    async with service.database.reading() as db:
        overview = await reports.overview(db, filters)
        trend = [(week, await reports.overview(db, week.filters)) for week in weeks]
        rated = await reports.satisfaction(db, filters)
        counts = await reports.rule_counts(db, filters)
        by_agent = await reports.agent_rule_counts(db, filters)
        scores = await reports.scores(db, filters, by="agent")
        times = await reports.reply_times(db, filters)
    return page.show(
        "reports/report.html", given=given, sessions=overview.sessions,
        figures=figures_of(overview, given, t), weeks=week_rows(trend, given),
        agents=agent_table(by_agent, scores, rules, given, t), rules=rule_rows(counts, rules, given, t),
        ratings=ratings_of(rated, given, t), replies=replies_of(times, t),
    )  # fmt: skip
