"""Submitted work: how far it is, what failed, and trying that again."""

from typing import Annotated, Literal

from fastapi import APIRouter, Query, Response

from api.auth import Configurer, Reader, ReaderOrSubmitter
from api.examples import reading as examples_read
from api.rest.openapi import problems, returns
from api.rest.parameters import Limit
from api.rest.replies import reply
from api.service import UsesService
from storage import jobs
from storage.jobs import FailedTask, JobProgress

Kind = Annotated[
    Literal["inspect", "recheck", "anchor", "evaluation", "replay", "suggestion"] | None,
    Query(
        description="inspect: something was handed in; recheck: a window of a live session closes; "
        "anchor: anchors are judged again; evaluation, replay, suggestion: studies"
    ),
]
Failed = Annotated[bool, Query(description="only jobs that gave up on something")]
router = APIRouter(prefix="/v1/jobs", tags=["jobs"])


@router.get(
    "", summary="Recent jobs", responses=returns(tuple[JobProgress, ...], [examples_read.JOB_PROGRESS])
)
async def list_jobs(
    service: UsesService, _: Reader, kind: Kind = None, failed: Failed = False, limit: Limit = 50
) -> Response:
    """The newest first, each with how far it is."""
    async with service.database.reading() as db:
        return reply(await jobs.recent(db, kind=kind, failed=failed, limit=limit))


@router.get(
    "/{job_id}",
    summary="How far a job is",
    responses=returns(JobProgress, examples_read.JOB_PROGRESS) | problems(404),
)
async def read_job(job_id: str, service: UsesService, _: ReaderOrSubmitter) -> Response:
    """`total = waiting + running + done + failed + superseded`."""
    async with service.database.reading() as db:
        return reply(await jobs.progress(db, job_id))


@router.get(
    "/{job_id}/failures",
    summary="What a job gave up on",
    responses=returns(tuple[FailedTask, ...], [examples_read.FAILED_TASK]) | problems(404),
)
async def list_failures(job_id: str, service: UsesService, _: Reader, limit: Limit = 100) -> Response:
    """Session revisions given up after their last attempt, with the last error."""
    async with service.database.reading() as db:
        return reply(await jobs.failures(db, job_id, limit=limit))


@router.post(
    "/{job_id}/retry",
    summary="Try again what a job gave up on",
    responses=returns(dict[str, int], {"queued": 1}) | problems(404),
)
async def retry_failures(job_id: str, service: UsesService, caller: Configurer) -> Response:
    """`queued`: how many session revisions wait again."""
    async with service.database.transaction() as db:
        queued = await jobs.retry_failed(db, job_id, actor=caller.name)
    service.worker.wake()
    return reply({"queued": queued})
