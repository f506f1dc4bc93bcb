"""Somebody who types an address that is none gets a page about it; programs get a problem document."""

from fastapi import FastAPI, Request
from starlette.exceptions import HTTPException
from starlette.responses import Response

from api.auth import Caller
from api.console.access import signed_in
from api.console.error_pages import show_error
from api.console.rendering import page_of
from api.console.routing import HEADERS
from prompts.errors import MingjianError

_API = "/v1/"
_LOST = frozenset({404, 405})


def catch_lost(app: FastAPI) -> None:
    """Put around what answers otherwise, which has to be there already."""
    told = app.exception_handlers[HTTPException]

    async def answered(request: Request, error: HTTPException) -> Response:
        if error.status_code not in _LOST or not _is_a_browser(request):
            response: Response = await told(request, error)  # type: ignore[misc]
            return response
        page = page_of(request, await _caller(request))
        shown = show_error(page, HTTPException(error.status_code, request.url.path))
        shown.headers.update(HEADERS)
        return shown

    app.add_exception_handler(HTTPException, answered)  # type: ignore[arg-type]


def _is_a_browser(request: Request) -> bool:
    """That opens an address, and of the console: what the API has is asked for by programs."""
    wants = request.headers.get("accept", "")
    return request.method == "GET" and "text/html" in wants and not request.url.path.startswith(_API)


async def _caller(request: Request) -> Caller | None:
    """Who it is, for the menu of the page; None: nobody who may see one."""
    try:
        return await signed_in(request)
    except MingjianError:
        return None
