"""Around every request: an id for the log and the answer, how long it took, and a body that is not too large."""

import time
import uuid

import structlog
from fastapi import Request
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.errors import BodyTooLarge
from api.metrics import Metrics
from api.rest.problem_kinds import KINDS
from api.rest.problems import answer

_log = structlog.get_logger(__name__)
_UNMATCHED = "(none)"


class Observed:
    """Logs and measures requests; `X-Request-Id` finds an answer in the log again."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self._app, self._metrics = app, metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request_id = uuid.uuid4().hex[:16]
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request_id=request_id)
        began, status = time.perf_counter(), 500

        async def send_marked(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                MutableHeaders(scope=message)["X-Request-Id"] = request_id
            await send(message)

        try:
            await self._app(scope, receive, send_marked)
        finally:
            seconds = time.perf_counter() - began
            route = getattr(scope.get("route"), "path", _UNMATCHED)
            self._metrics.requests.labels(scope["method"], route, status).observe(seconds)
            _log.info(
                "request",
                method=scope["method"],
                path=scope["path"],
                status=status,
                seconds=round(seconds, 4),
            )


class DeclaredBodyLimit:
    """Answers a body that is declared too large with a problem document, before any of it is read.

    One that only turns out too large is stopped by FastAPI's own limit.
    """

    def __init__(self, app: ASGIApp, max_bytes: int) -> None:
        self._app, self._max_bytes = app, max_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        declared = Headers(scope=scope).get("content-length", "") if scope["type"] == "http" else ""
        if declared.isdecimal() and int(declared) > self._max_bytes:
            detail = f"{declared} bytes are more than this service takes at once (MINGJIAN_MAX_BODY_MB)"
            response = answer(Request(scope), KINDS[BodyTooLarge], detail)
            await response(scope, receive, send)
            return
        await self._app(scope, receive, send)
