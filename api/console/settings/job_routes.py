"""The addresses of jobs: how far they are, what they gave up on and why, and trying that again."""

from typing import Annotated, Literal

from fastapi import Query
from starlette.responses import Response

from api.console.access import ConfigurerPage, ReaderPage
from api.console.routing import console_router
from api.console.settings.work import KINDS, failure_rows, job_row
from storage import jobs

router = console_router()
_SHOWN, _FAILURES = 50, 200
Kind = Annotated[
    Literal["inspect", "recheck", "anchor", "evaluation", "replay", "suggestion"] | None, Query()
]


@router.get("/settings/jobs")
async def list_jobs(page: ReaderPage, kind: Kind = None, failed: bool = False) -> Response:
    """The newest jobs and how far they are; `failed`: only those that gave up on something."""
    zone, t = page.service.settings.zone_of(None), page.t
    async with page.service.database.reading() as db:
        found = await jobs.recent(db, kind=kind, failed=failed, limit=_SHOWN)
        backlog = await jobs.backlog(db)
    return page.show(
        "settings/jobs.html", rows=[job_row(each, zone, t) for each in found], backlog=backlog, failed=failed,
        kind=kind or "", kinds=[("", t("不限")), *((name, t(words)) for name, words in KINDS.items())],
    )  # fmt: skip


@router.get("/settings/jobs/{job_id}")
async def show_job(page: ReaderPage, job_id: str) -> Response:
    """What it gave up on, each with the reason."""
    zone, t = page.service.settings.zone_of(None), page.t
    async with page.service.database.reading() as db:
        job = await jobs.progress(db, job_id)
        failures = await jobs.failures(db, job_id, limit=_FAILURES)
    return page.show(
        "settings/job.html", job=job_row(job, zone, t), failures=failure_rows(job, failures, zone, t),
        may_retry=page.may("configure"),
    )  # fmt: skip


@router.post("/settings/jobs/{job_id}/retry")
async def retry(page: ConfigurerPage, job_id: str) -> Response:
    """Queues what it gave up on once more."""
    service = page.service
    async with service.database.transaction() as db:
        queued = await jobs.retry_failed(db, job_id, actor=page.signed_in.name)
    service.worker.wake()
    told = page.t("{count} 个已重新排队。", count=queued) if queued else page.t("没有失败的可以重试。")
    return page.go(f"/settings/jobs/{job_id}", told)
