"""Sessions in, and late parts of them: kept together with the job that will inspect them, answered at once."""

from datetime import tzinfo
from typing import Any, Literal

from fastapi import APIRouter, Request
from sqlalchemy.ext.asyncio import AsyncSession

from api.auth import Submitter
from api.errors import RecordsRejected
from api.examples import sessions as examples
from api.rest.bodies import Record, read_objects, zone_from_query
from api.rest.openapi import packed, problems, takes
from api.rest.parameters import TimeZone
from api.rest.submission_reports import first_of, rejection_of, report_on
from api.schemas.inspecting import SubmissionReport
from api.service import Service, UsesService
from evaluators.errors import SessionInvalid
from evaluators.types import ChatSession, Event, Message
from storage import sessions

router = APIRouter(prefix="/v1/sessions", tags=["sessions"])
_REPORT: dict[int | str, dict[str, Any]] = {
    202: {
        "description": "Kept. The job inspects what was accepted; `GET /v1/jobs/{job_id}` shows its progress",
        "content": {"application/json": {"example": packed(examples.SUBMISSION)}},
    }
}


@router.post(
    "",
    status_code=202,
    summary="Hand in sessions",
    openapi_extra=takes(ChatSession, {"one session": examples.SESSION, "several": [examples.SESSION]}),
    responses=_REPORT | problems(400, 413, 415, 422),
)
async def submit_sessions(
    request: Request, service: UsesService, _: Submitter, timezone: TimeZone = None
) -> SubmissionReport:
    """One session, an array of them, or one per line (NDJSON).

    Handing in the same content again changes nothing, so a request whose answer got lost can be repeated. New
    content of a known session becomes its next revision and is inspected again. A record that cannot be used is
    reported with its index (and line) and field; the others are kept. If none can be used the answer is a 422.
    """
    zone = zone_from_query(timezone)
    records, rejected = await read_objects(request)
    async with service.database.transaction() as db:
        submission = await sessions.submit(
            db,
            [document for _, document in records],
            timezone=zone or service.settings.zone_of_document,
            jobs=service.jobs,
        )
    report = report_on([record for record, _ in records], rejected, submission)
    _settle(service, report)
    if not report.accepted and not report.unchanged:
        raise rejection_of(report)
    return report


@router.put(
    "/{session_id}",
    status_code=202,
    summary="Replace a session",
    openapi_extra=takes(ChatSession, {"one session": examples.SESSION}, lines=False),
    responses=_REPORT | problems(400, 413, 415, 422),
)
async def replace_session(
    session_id: str, request: Request, service: UsesService, _: Submitter, timezone: TimeZone = None
) -> SubmissionReport:
    """The session is what the body says, whatever was there before; earlier revisions stay on record."""
    records, rejected = await read_objects(request)
    if rejected or len(records) != 1:
        message = rejected[0].message if rejected else f"expected one session, got {len(records)}"
        raise SessionInvalid("", message)
    record, document = records[0]
    if document.setdefault("session_id", session_id) != session_id:
        raise SessionInvalid("session_id", f"expected {session_id!r} as in the address")
    zone = zone_from_query(timezone)
    async with service.database.transaction() as db:
        submission = await sessions.submit(
            db,
            [document],
            timezone=zone or service.settings.zone_of_document,
            replace=True,
            jobs=service.jobs,
        )
    report = report_on([record], [], submission)
    _settle(service, report)
    if error := report.records[0].error:
        raise SessionInvalid(error.field or "", error.message)
    return report


@router.post(
    "/{session_id}/messages",
    status_code=202,
    summary="Add late messages",
    openapi_extra=takes(Message, {"one message": examples.LATE_MESSAGE}),
    responses=_REPORT | problems(400, 404, 409, 413, 415, 422),
)
async def append_messages(
    session_id: str, request: Request, service: UsesService, _: Submitter, timezone: TimeZone = None
) -> SubmissionReport:
    """Messages that came after the session was handed in; it is inspected again.

    Every message needs its own `message_id`, so that a repeated request adds nothing twice. A message that is
    known already may gain `recalled_at`; any other difference is a conflict. All are added, or none.
    """
    return await _append(service, session_id, request, timezone, "messages")


@router.post(
    "/{session_id}/events",
    status_code=202,
    summary="Add late events and ratings",
    openapi_extra=takes(Event, {"a rating": examples.RATING, "several": [examples.END, examples.RATING]}),
    responses=_REPORT | problems(400, 404, 409, 413, 415, 422),
)
async def append_events(
    session_id: str, request: Request, service: UsesService, _: Submitter, timezone: TimeZone = None
) -> SubmissionReport:
    """Orders, transfers, ratings and the end that came later; the session is inspected again.

    An event equal to a known one is ignored. All are added, or none.
    """
    return await _append(service, session_id, request, timezone, "events")


async def _append(
    service: Service,
    session_id: str,
    request: Request,
    timezone: str | None,
    part: Literal["messages", "events"],
) -> SubmissionReport:
    given = zone_from_query(timezone)
    records, rejected = await read_objects(request)
    if rejected:
        raise RecordsRejected(f"nothing was added: {first_of(rejected)}", rejected)
    documents = [document for _, document in records]
    async with service.database.transaction() as db:
        zone = given or await _zone_of(db, service, session_id)
        if part == "messages":
            submission = await sessions.append(
                db, session_id, messages=documents, timezone=zone, jobs=service.jobs
            )
        else:
            submission = await sessions.append(
                db, session_id, events=documents, timezone=zone, jobs=service.jobs
            )
    report = report_on([Record(0, None, b"")], [], submission)
    _settle(service, report)
    return report


async def _zone_of(db: AsyncSession, service: Service, session_id: str) -> tzinfo:
    return service.settings.zone_of((await sessions.get(db, session_id)).session.shop)


def _settle(service: Service, report: SubmissionReport) -> None:
    service.worker.wake()
    for status in ("accepted", "unchanged", "rejected"):
        service.metrics.records.labels(status).inc(getattr(report, status))
