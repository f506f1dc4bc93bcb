"""The addresses of the settings."""

from typing import Annotated

from fastapi import Query
from starlette.responses import Response

from api.console.access import ConfigurerPage, ReaderPage
from api.console.routing import console_router
from api.console.settings.judge import own_facts, served, server_cards
from api.console.settings.telling import notification_rows
from api.console.settings.work import audit_line, job_row
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
    """Which judge answers, and what each of its servers says of itself now."""
    service = page.service
    judge, zone = service.inspector.judge, service.settings.zone_of(None)
    asked = served(judge)
    cards = [] if asked is None else server_cards(await asked.servers(), zone, page.t)
    return page.show(
        "settings/judge.html", identity=service.judge_identity, has_judge=judge is not None, served=asked is not None,
        cards=cards, able=asked is None or any(card.usable for card in cards), facts=own_facts(judge, page.t),
        screened=service.settings.judge_screen is not None, may_probe=page.may("configure"),
    )  # fmt: skip


@router.post("/settings/judge/probe")
async def probe_again(page: ConfigurerPage) -> Response:
    """Finds out anew what the servers can do: they may have been started otherwise."""
    asked = served(page.service.inspector.judge)
    if asked is not None:
        await asked.servers(again=True)
    return page.go("/settings/judge", page.t("已重新探测。"))


@router.get("/settings/audit")
async def list_changes(page: ConfigurerPage, before: Annotated[int | None, Query(ge=1)] = None) -> Response:
    """Who changed what, newest first."""
    zone = page.service.settings.zone_of(None)
    async with page.service.database.reading() as db:
        found = await audit.entries(db, before=before, limit=_SHOWN + 1)
    shown = found[:_SHOWN]
    older = f"/settings/audit?before={shown[-1].entry_id}" if len(found) > _SHOWN else ""
    return page.show("settings/audit.html", rows=[audit_line(each, zone) for each in shown], older=older)
