"""Routes that answer with pages, errors included, and never with a problem document."""

from collections.abc import Callable, Coroutine
from typing import Any
from urllib.parse import parse_qsl, quote, urlencode

from fastapi import APIRouter, Depends, Request
from fastapi.routing import APIRoute
from starlette.responses import RedirectResponse, Response

from api.console.access import refuse_foreign_forms
from api.console.error_pages import show_error, status_of
from api.console.error_words import words_of
from api.console.refusals import shown_again
from api.console.rendering import page_of
from api.errors import KeyMissing, KeyUnknown
from api.rest.parameters import refuse_unknown_parameters
from api.service import keep_up

_POLICY = "; ".join(
    (
        "default-src 'none'", "script-src 'self'", "style-src 'self'", "img-src 'self'", "font-src 'self'",
        "connect-src 'self'", "form-action 'self'", "base-uri 'none'", "frame-ancestors 'none'",
    )
)  # fmt: skip
HEADERS = {
    "Content-Security-Policy": _POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cache-Control": "no-store",
}
#: What whoever sent a form can put right, or has to know about to go on.
_MENDABLE = frozenset({404, 409, 413, 422})
_Handler = Callable[[Request], Coroutine[Any, Any, Response]]


class ConsoleRoute(APIRoute):
    """Around every page function: tidy addresses, error pages, security headers."""

    def get_route_handler(self) -> _Handler:
        """What FastAPI calls for a request."""
        answered = super().get_route_handler()

        async def shown(request: Request) -> Response:
            try:
                response = _tidied(request) or await answered(request)
            except (KeyMissing, KeyUnknown):
                response = _to_login(request)
            except Exception as error:  # whatever it is, a person gets a page about it
                response = await self._refused(request, error)
            for name, value in HEADERS.items():
                response.headers.setdefault(name, value)
            return response

        return shown

    async def _refused(self, request: Request, error: Exception) -> Response:
        """The form again with what is wrong with it; where there is none, a page about the error."""
        page = page_of(request, getattr(request.state, "caller", None))
        status = status_of(error)
        if request.method == "POST" and status in _MENDABLE:
            again = await shown_again(request, self.endpoint, error, words_of(error, page.t))
            if again is not None:
                again.status_code = status
                return again
        return show_error(page, error)


def console_router() -> APIRouter:
    """For the pages of one job: `router = console_router()`. Unknown query parameters are refused."""
    return APIRouter(
        route_class=ConsoleRoute,
        include_in_schema=False,
        dependencies=[Depends(refuse_foreign_forms), Depends(refuse_unknown_parameters), Depends(keep_up)],
    )


def _tidied(request: Request) -> Response | None:
    """A form sends its empty fields too: they are left out of the address, which then can be passed on."""
    given = parse_qsl(request.url.query, keep_blank_values=True)
    kept = [(name, value) for name, value in given if value]
    if request.method != "GET" or kept == given:
        return None
    return RedirectResponse(request.url.path + (f"?{urlencode(kept)}" if kept else ""), 303)


def _to_login(request: Request) -> Response:
    """To where the key is asked for, and afterwards back.

    A browser that follows a link from elsewhere leaves the cookie out: then the page opens itself once more.
    """
    if request.headers.get("sec-fetch-site") == "cross-site":
        return page_of(request, None).show("continue.html")
    back = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    return RedirectResponse(f"/login?back={quote(back if request.method == 'GET' else '/')}", 303)
