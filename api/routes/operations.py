"""For whoever runs the service: is it alive, is it ready, what does it count, what do its problems mean."""

from datetime import UTC, datetime, timedelta

from fastapi import APIRouter, Request, Response
from starlette.responses import PlainTextResponse

from api.auth import Reader
from api.errors import PublicationUnusable
from api.examples import reading as examples_read
from api.rest import problem_kinds, problems
from api.rest.openapi import problems as problem_responses
from api.rest.openapi import returns
from api.rest.replies import reply
from api.schemas.inspecting import Check, ProblemPage, Readiness
from api.service import Service, UsesService
from storage import jobs
from storage.errors import StorageError

router = APIRouter(tags=["operations"])
#: An embedded worker that has not come round for this long is reported.
WORKER_SILENCE = timedelta(seconds=90)


@router.get("/healthz", summary="Is the process alive", responses=returns(dict[str, str], {"status": "ok"}))
async def read_health() -> Response:
    """Answers as long as the process does; looks at nothing else."""
    return reply({"status": "ok"})


@router.get(
    "/readyz",
    summary="Can it work",
    responses=returns(Readiness, examples_read.READY)
    | returns(Readiness, examples_read.NOT_READY, status=503, description="Something it needs is missing"),
)
async def read_readiness(service: UsesService) -> Response:
    """Whether the database is reachable and migrated, the worker comes round, and what the judge can do."""
    checks = {
        "database": await _database(service),
        "worker": _worker(service),
        "judge": await service.inspector.check_judge(),
        "catalogue": await _catalogue(service),
    }
    # Without its judge the service still accepts sessions: they are finished when it is back.
    ready = all(check.ok for name, check in checks.items() if name != "judge")
    return reply(Readiness(ready=ready, checks=checks), 200 if ready else 503)


async def _database(service: Service) -> Check:
    try:
        await service.database.check()
    except StorageError as error:
        return Check(ok=False, detail=str(error))
    return Check(ok=True, detail=f"{service.database.dialect}, migrated")


async def _catalogue(service: Service) -> Check:
    """Published texts that cannot be used hold up what would be judged by them."""
    await service.inspector.editions.refresh(service.database)
    now = service.inspector.editions.now
    try:
        now.refuse_unusable()
    except PublicationUnusable as error:
        return Check(ok=False, detail=str(error))
    return Check(ok=True, detail=f"{len(now.standard.catalogue.rules)} rules")


def _worker(service: Service) -> Check:
    if not service.settings.embedded_worker:
        return Check(ok=True, detail="none in this process: `mingjian worker` inspects")
    seen_at, error = service.worker.seen_at, service.worker.last_error
    if seen_at is None or datetime.now(UTC) - seen_at > WORKER_SILENCE:
        return Check(ok=False, detail=f"last seen {seen_at.isoformat() if seen_at else 'never'}")
    if error is not None:
        return Check(ok=False, detail=f"its last round failed: {error}")
    return Check(ok=True, detail=f"{service.worker.name}, last seen {seen_at.isoformat()}")


@router.get(
    "/metrics",
    summary="Prometheus metrics",
    response_class=PlainTextResponse,
    responses={200: {"content": {"text/plain": {"example": "mingjian_inspections_total 80.0\n"}}}},
)
async def read_metrics(service: UsesService, _: Reader) -> Response:
    """Requests, records, inspections, outcomes and the queue, in Prometheus' text format."""
    async with service.database.reading() as db:
        backlog = await jobs.backlog(db)
    service.metrics.waiting.set(backlog.waiting)
    service.metrics.running.set(backlog.running)
    return Response(service.metrics.text(), media_type="text/plain; version=0.0.4")


@router.get(
    "/problems/{slug}",
    summary="What a kind of problem means",
    responses=returns(ProblemPage, examples_read.PROBLEM_PAGE) | problem_responses(404),
)
async def read_problem(slug: str, request: Request) -> Response:
    """The `type` of every problem document is the address of this page for it."""
    found = problem_kinds.explain_kinds().get(slug)
    if found is None:
        return problems.answer(
            request, problem_kinds.HTTP_KINDS[404], f"there is no kind of problem named {slug!r}"
        )
    kind, meaning = found
    return reply(ProblemPage(slug, kind.title, kind.status, meaning))
