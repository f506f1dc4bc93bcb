"""The addresses of the settings."""

from typing import Annotated

from fastapi import Query
from starlette.responses import Response

from api.console.access import ConfigurerPage, ReaderPage
from api.console.routing import console_router
from api.console.settings.work import audit_line, job_row
from storage import audit, jobs

router = console_router()
_SHOWN = 50


@router.get("/settings/jobs")
async def list_jobs(page: ReaderPage) -> Response:
    """The newest jobs and how far they are."""
    zone = page.service.settings.zone_of(None)
    async with page.service.database.reading() as db:
        found = await jobs.recent(db, limit=_SHOWN)
        backlog = await jobs.backlog(db)
    return page.show(
        "settings/jobs.html", rows=[job_row(each, zone, page.t) for each in found], backlog=backlog
    )


@router.get("/settings/audit")
async def list_changes(page: ConfigurerPage, before: Annotated[int | None, Query(ge=1)] = None) -> Response:
    """Who changed what, newest first."""
    zone = page.service.settings.zone_of(None)
    async with page.service.database.reading() as db:
        found = await audit.entries(db, before=before, limit=_SHOWN + 1)
    shown = found[:_SHOWN]
    older = f"/settings/audit?before={shown[-1].entry_id}" if len(found) > _SHOWN else ""
    return page.show("settings/audit.html", rows=[audit_line(each, zone) for each in shown], older=older)
