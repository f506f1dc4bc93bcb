"""RFC 9457 problem documents: which HTTP status each error of the tree is, and what the caller reads."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, NamedTuple

import msgspec
import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ConfigDict, Field
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, Response

from api import errors as own
from evaluators import errors as domain
from prompts import errors as prompts
from prompts.errors import FileError, MingjianError
from storage import errors as kept

MEDIA_TYPE = "application/problem+json"
_log = structlog.get_logger(__name__)


class ProblemKind(NamedTuple):
    """`slug` makes the type `/problems/<slug>`; `title` is the same for every occurrence."""

    status: int
    slug: str
    title: str


#: Every leaf of the error tree (a test walks it). An error that only a command raises is 500 here.
KINDS: dict[type[MingjianError], ProblemKind] = {
    own.KeyMissing: ProblemKind(401, "key-missing", "An API key is required"),
    own.KeyUnknown: ProblemKind(401, "key-unknown", "The API key is not known"),
    own.ScopeMissing: ProblemKind(403, "scope-missing", "The API key may not do this"),
    own.HostNotAllowed: ProblemKind(421, "host-not-allowed", "The service does not answer to this host name"),
    own.BodyInvalid: ProblemKind(400, "body-invalid", "The body cannot be read"),
    own.BodyTooLarge: ProblemKind(413, "body-too-large", "The body is too large"),
    own.MediaTypeUnsupported: ProblemKind(415, "media-type-unsupported", "The body has the wrong media type"),
    own.ParameterInvalid: ProblemKind(422, "parameter-invalid", "A parameter cannot be used"),
    own.ProfileRejected: ProblemKind(422, "profile-rejected", "The profile cannot be used"),
    own.RecordsRejected: ProblemKind(422, "records-rejected", "No record can be used"),
    own.SettingsInvalid: ProblemKind(500, "settings-invalid", "The service is set up wrongly"),
    own.KeysInvalid: ProblemKind(500, "keys-invalid", "The file of API keys cannot be used"),
    own.NotOpenBeyondLoopback: ProblemKind(500, "not-open-beyond-loopback", "The service needs API keys"),
    domain.SessionInvalid: ProblemKind(422, "session-invalid", "The session does not have the agreed shape"),
    domain.RuleInvalid: ProblemKind(500, "rule-invalid", "A rule file cannot be used"),
    domain.ProfileInvalid: ProblemKind(422, "profile-invalid", "The profile cannot be used"),
    domain.RuleNotFound: ProblemKind(404, "rule-not-found", "No such rule"),
    domain.ProfileNotFound: ProblemKind(404, "profile-not-found", "No such profile"),
    kept.SessionNotFound: ProblemKind(404, "session-not-found", "No such session"),
    kept.InspectionNotFound: ProblemKind(404, "inspection-not-found", "No such inspection"),
    kept.JobNotFound: ProblemKind(404, "job-not-found", "No such job"),
    kept.ProfileVersionNotFound: ProblemKind(
        404, "profile-version-not-found", "No such version of the profile"
    ),
    kept.MessageConflict: ProblemKind(409, "message-conflict", "The message is known with other content"),
    kept.ProfileConflict: ProblemKind(409, "profile-conflict", "The profile has changed meanwhile"),
    kept.CursorInvalid: ProblemKind(422, "cursor-invalid", "The cursor cannot be used"),
    kept.DatabaseUnavailable: ProblemKind(503, "database-unavailable", "The database cannot be reached"),
    kept.SchemaOutdated: ProblemKind(503, "schema-outdated", "The database has another version"),
    kept.DatabaseUrlInvalid: ProblemKind(500, "database-url-invalid", "The database is set up wrongly"),
    kept.IntakeError: ProblemKind(422, "file-invalid", "The file of sessions cannot be used"),
    prompts.PromptInvalid: ProblemKind(500, "prompt-invalid", "A prompt file cannot be used"),
}
#: What starlette and FastAPI raise themselves.
HTTP_KINDS: dict[int, ProblemKind] = {
    404: ProblemKind(404, "not-found", "Nothing is here"),
    405: ProblemKind(405, "method-not-allowed", "The method is not supported here"),
    413: KINDS[own.BodyTooLarge],
    422: ProblemKind(422, "request-invalid", "The request does not have the agreed shape"),
    500: ProblemKind(500, "internal", "The service failed"),
}


class ProblemError(BaseModel):
    """One thing that is wrong. `index` counts records from 0, `line` lines from 1."""

    message: str
    field: str | None = None
    index: int | None = None
    line: int | None = None


class Problem(BaseModel):
    """An RFC 9457 problem document."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "type": "/problems/session-invalid",
                "title": KINDS[domain.SessionInvalid].title,
                "status": 422,
                "detail": "messages[3].sent_at: expected a time with an offset, got one without",
                "instance": "/v1/sessions/s-1001",
                "field": "messages[3].sent_at",
            }
        }
    )
    type: str = Field(
        description="what kind of problem: a path that this service answers with an explanation"
    )
    title: str = Field(description="the same for every problem of the type")
    status: int
    detail: str = Field(description="what is wrong this time, and what was expected")
    instance: str = Field(description="path of the request")
    field: str | None = Field(None, description="the field or parameter that is wrong")
    errors: list[ProblemError] | None = Field(
        None, description="everything that is wrong, if it is several things"
    )


def explain_kinds() -> dict[str, tuple[ProblemKind, str]]:
    """Every kind by its slug, with what it means."""
    told = {kind.slug: (kind, (error.__doc__ or "").strip()) for error, kind in KINDS.items()}
    return {kind.slug: (kind, kind.title) for kind in HTTP_KINDS.values()} | told


def find_kind(error: MingjianError) -> ProblemKind:
    """The kind of the error's class, else of the nearest class above it."""
    for ancestor in type(error).__mro__:
        if ancestor in KINDS:
            return KINDS[ancestor]
    return HTTP_KINDS[500]


def answer(
    request: Request,
    kind: ProblemKind,
    detail: str,
    *,
    headers: Mapping[str, str] | None = None,
    field: str | None = None,
    errors: list[ProblemError] | None = None,
) -> Response:
    """A problem document as a response. Fields that say nothing are left out."""
    problem = Problem(
        type=f"/problems/{kind.slug}",
        title=kind.title,
        status=kind.status,
        detail=detail,
        instance=request.url.path,
        field=field or None,
        errors=errors,
    )
    body = problem.model_dump(exclude_none=True)
    return JSONResponse(body, kind.status, headers=headers, media_type=MEDIA_TYPE)


async def _known(request: Request, error: MingjianError) -> Response:
    kind = find_kind(error)
    if kind.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        _log.error("request_failed", path=request.url.path, kind=kind.slug, exc_info=error)
    problems = None
    if isinstance(error, (own.RecordsRejected, own.ProfileRejected)):
        problems = [ProblemError(**msgspec.structs.asdict(record)) for record in error.problems]
    headers = {"WWW-Authenticate": "Bearer"} if kind.status == HTTPStatus.UNAUTHORIZED else None
    detail = f"{error.field}: {error.reason}" if isinstance(error, FileError) and error.field else str(error)
    return answer(
        request, kind, detail, headers=headers, field=getattr(error, "field", None), errors=problems
    )


async def _mistyped(request: Request, error: RequestValidationError) -> Response:
    problems = [ProblemError(message=p["msg"], field=_place(p["loc"])) for p in error.errors()]
    detail = "; ".join(f"{p.field}: {p.message}" for p in problems)
    field = problems[0].field if len(problems) == 1 else None
    return answer(request, HTTP_KINDS[422], detail, field=field, errors=problems)


def _place(location: tuple[int | str, ...]) -> str:
    """`("body", "rules", 0, "id")` becomes `rules[0].id`; what is wrong as a whole is the `body`."""
    place = ""
    for part in location[1:] or location:
        place += f"[{part}]" if isinstance(part, int) else f".{part}"
    return place.removeprefix(".")


async def _http(request: Request, error: HTTPException) -> Response:
    status = error.status_code
    kind = HTTP_KINDS.get(status) or ProblemKind(status, f"http-{status}", HTTPStatus(status).phrase)
    method, path = request.method, request.url.path
    details = {
        404: f"{method} {path}: there is no such address; GET /openapi.json lists all of them",
        405: f"{method} {path}: this address answers other methods, see the header Allow",
        413: "the body is larger than this service takes at once (MINGJIAN_MAX_BODY_MB)",
    }
    return answer(request, kind, details.get(status, str(error.detail)), headers=error.headers)


async def _unforeseen(request: Request, error: Exception) -> Response:
    request_id = structlog.contextvars.get_contextvars().get("request_id")
    _log.error("request_failed", path=request.url.path, exc_info=error)
    detail = f"The service failed, not the request. The log has the cause under request {request_id}"
    return answer(request, HTTP_KINDS[500], detail)


def install(app: FastAPI) -> None:
    """Make every error of the application a problem document."""
    handlers: dict[Any, Any] = {
        MingjianError: _known,
        RequestValidationError: _mistyped,
        HTTPException: _http,
        Exception: _unforeseen,
    }
    for error, handler in handlers.items():
        app.add_exception_handler(error, handler)
