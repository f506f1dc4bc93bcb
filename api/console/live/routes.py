"""The addresses of the live board, and of the events that it and other pages follow."""

from datetime import UTC, datetime
from typing import Annotated

from fastapi import Header
from starlette.responses import Response, StreamingResponse

from api.console.access import ReaderPage
from api.console.alerts.inbox import alert_row
from api.console.live.board import group_rows, live_rows, window_rows
from api.console.live.events import look_at
from api.console.live.loading import load
from api.console.reports.filters import midnight
from api.console.reports.report_page import part_of
from api.console.routing import console_router
from api.watchers import changes
from storage import agent_names, alerts, reports
from storage.reports import ReportFilters

router = console_router()
_WINDOWS, _ALERTS = 30, 8


@router.get("/live")
async def show_board(page: ReaderPage) -> Response:
    """Everything as it stands now."""
    service, t = page.service, page.t
    zone, now = service.settings.zone_of(None), datetime.now(UTC)
    blind_for = page.signed_in.blind_for
    today = midnight(now.astimezone(zone).date(), zone)
    seen = await load(service, now, blind_for)
    async with service.database.reading() as db:
        overview = await reports.overview(db, ReportFilters(started_from=today, blind_for=blind_for))
        newest = await alerts.inbox(db, blind_for=blind_for, limit=_ALERTS)
        names = await agent_names.names_of(db, (each.agent for each in seen.progress))
    rules = {rule.id: rule for rule in service.inspector.catalogue.rules}
    shown = [each for each in newest if each.at >= today]
    return page.show(
        "live/board.html",
        rows=live_rows(seen.progress, rules, zone, now, t), names=names,
        windows=window_rows(seen.windows, rules, zone, now, t)[:_WINDOWS], windows_total=len(seen.windows),
        groups=group_rows(seen.progress, now), cut=seen.cut,
        red_lines=overview.red_line_sessions,
        red_part=part_of(overview.red_line_sessions, overview.inspected),
        today=today.date().isoformat(),
        alerts=[alert_row(each, rules, page.signed_in.scopes, zone, t) for each in shown],
    )  # fmt: skip


@router.get("/live/events")
async def follow(page: ReaderPage, last_event_id: Annotated[str | None, Header()] = None) -> Response:
    """`changed` whenever something was handed in, inspected, told or decided. Raises `TooManyWatchers`."""
    service = page.service
    service.watchers.admit()
    events = changes(look_at(service.database), service.watchers, known=last_event_id or "")
    return StreamingResponse(events, media_type="text/event-stream")
