"""The addresses of the live board, and of the events that it and other pages follow."""

from datetime import UTC, datetime
from typing import Annotated
from urllib.parse import urlencode

from fastapi import Header, Query
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
Name = Annotated[str | None, Query(min_length=1)]


@router.get("/live")
async def show_board(page: ReaderPage, shop: Name = None, group: Name = None) -> Response:
    """Everything as it stands now; of a shop or a group, what is theirs. Alerts know their shop only."""
    service, t = page.service, page.t
    zone, now = service.settings.zone_of(shop), datetime.now(UTC)
    blind_for = page.signed_in.blind_for
    today = midnight(now.astimezone(zone).date(), zone)
    given = {name: value for name, value in (("shop", shop), ("group", group)) if value}
    seen = await load(service, now, blind_for, shop=shop, group=group)
    async with service.database.reading() as db:
        filters = ReportFilters(started_from=today, shop=shop, group=group, blind_for=blind_for)
        overview = await reports.overview(db, filters)
        newest = await alerts.inbox(db, shop=shop, blind_for=blind_for, limit=_ALERTS)
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
        given=given,
        red_line_list=f"/desk?{urlencode({'red_line': 'true', 'from_day': today.date(), **given})}",
        alerts=[alert_row(each, rules, page.signed_in.scopes, zone, t) for each in shown],
    )  # fmt: skip


@router.get("/live/events")
async def follow(page: ReaderPage, last_event_id: Annotated[str | None, Header()] = None) -> Response:
    """`changed` whenever something was handed in, inspected, told or decided. Raises `TooManyWatchers`."""
    service = page.service
    service.watchers.admit()
    events = changes(look_at(service.database), service.watchers, known=last_event_id or "")
    return StreamingResponse(events, media_type="text/event-stream")
