"""The addresses of the settings."""

from typing import Annotated

from fastapi import Query
from starlette.responses import Response

from api.console.access import ConfigurerPage, ReaderPage
from api.console.routing import console_router
from api.console.settings.telling import notification_rows, pauses_of
from api.console.settings.work import audit_line, job_row
from evaluators.judges.port import ServedJudge
from storage import audit, jobs
from storage.trust import certificates, stages

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


@router.get("/settings/notifications")
async def list_notifications(page: ReaderPage) -> Response:
    """Which rules tell somebody, how they ask to, and what their stage allows."""
    service = page.service
    async with service.database.reading() as db:
        given = await stages.stages_at(db, "notification")
        certified = await certificates.holding(db)
    rows = notification_rows(service.inspector.catalogue.rules, given, page.t, certified=certified)
    precision = f"{service.settings.automatic_precision:.0%}"
    return page.show("settings/notifications.html", rows=rows, precision=precision)


@router.get("/settings/judge")
async def show_judge(page: ReaderPage) -> Response:
    """Which judge answers, and what it says of itself now."""
    service = page.service
    judge = service.inspector.judge
    told = await service.inspector.check_judge()
    return page.show(
        "settings/judge.html", identity=service.judge_identity, able=told.ok,
        lines=told.detail.removeprefix(f"{service.judge_identity.partition('/')[0]}: ").split("; "),
        has_judge=judge is not None, served=isinstance(judge, ServedJudge),
        paused=pauses_of(judge, page.t), screened=service.settings.judge_screen is not None,
    )  # fmt: skip


@router.get("/settings/audit")
async def list_changes(page: ConfigurerPage, before: Annotated[int | None, Query(ge=1)] = None) -> Response:
    """Who changed what, newest first."""
    zone = page.service.settings.zone_of(None)
    async with page.service.database.reading() as db:
        found = await audit.entries(db, before=before, limit=_SHOWN + 1)
    shown = found[:_SHOWN]
    older = f"/settings/audit?before={shown[-1].entry_id}" if len(found) > _SHOWN else ""
    return page.show("settings/audit.html", rows=[audit_line(each, zone) for each in shown], older=older)
