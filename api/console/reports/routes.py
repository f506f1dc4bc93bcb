"""The report of a period on one page, made to be printed too, and as a workbook."""

import asyncio
from urllib.parse import urlencode

from starlette.responses import Response

from api.console.access import ReaderPage
from api.console.desk.filters import NAMES
from api.console.reports.checks import CHECKS_NOTE
from api.console.reports.drill_down import EVERY_SLICE, agent_report, rule_report
from api.console.reports.filters import AskedReport
from api.console.reports.loading import load
from api.console.reports.sheets import workbook_of
from api.console.routing import console_router
from api.routes.labels import known_rule

router = console_router()
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@router.get("/reports")
async def show_report(page: ReaderPage, asked: AskedReport) -> Response:
    """Every number with what it is out of; what is undetermined stands apart."""
    report = await load(page.service, asked, page.t)
    query = f"?{urlencode(asked.given)}" if asked.given else ""
    return page.show(
        "reports/report.html",
        given=asked.given,
        all_days=asked.all_days,
        query=query,
        checks_note=page.t(CHECKS_NOTE),
        **report._asdict(),
    )


@router.get("/reports/rules/{rule}")
async def show_rule(page: ReaderPage, asked: AskedReport, rule: str) -> Response:
    """One rule by shop, group, agent and week, corrected where labels allow it."""
    found = page.service.inspector.catalogue.find(known_rule(page.service, rule))
    report = await rule_report(page.service, asked, found, page.t)
    return page.show("reports/rule.html", given=asked.given, all_days=asked.all_days, **report._asdict())


@router.get("/reports/agents/{agent_id:path}")
async def show_agent(page: ReaderPage, asked: AskedReport, agent_id: str) -> Response:
    """One agent beside the team, over three weeks."""
    report = await agent_report(page.service, asked, agent_id, page.t)
    return page.show("reports/agent.html", given=asked.given, all_days=asked.all_days, **report._asdict())


@router.get("/reports/workbook")
async def download_report(page: ReaderPage, asked: AskedReport) -> Response:
    """The same numbers as an Excel file."""
    t = page.t
    report = await load(page.service, asked, t, EVERY_SLICE)
    given = t("，").join(f"{t(NAMES[name])} {value}" for name, value in asked.given.items())
    content = await asyncio.to_thread(workbook_of, report, given or t("全部会话"), t)
    headers = {"Content-Disposition": 'attachment; filename="report.xlsx"'}
    return Response(content, media_type=_XLSX, headers=headers)
