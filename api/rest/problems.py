"""RFC 9457 problem documents: what a caller reads when something is wrong."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

import msgspec
import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ConfigDict, Field
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, Response

from api.errors import ProfileRejected, RecordsRejected
from api.rest.problem_kinds import HTTP_KINDS, ProblemKind, find_kind
from prompts.errors import FileError, MingjianError

MEDIA_TYPE = "application/problem+json"
_log = structlog.get_logger(__name__)


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
                "title": "The session does not have the agreed shape",
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
    if isinstance(error, (RecordsRejected, ProfileRejected)):
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
