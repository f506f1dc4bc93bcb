"""Who may open a page: the API key in a cookie, and only forms of our own pages."""

from collections.abc import Awaitable, Callable
from typing import Annotated
from urllib.parse import urlsplit

from fastapi import Depends, Request
from fastapi.security import HTTPAuthorizationCredentials

from api.auth import Caller, Scope, identify, permit
from api.console.rendering import Page, page_of
from api.errors import FormForeign

KEY_COOKIE = "mingjian_key"
_READING = frozenset({"GET", "HEAD"})


async def signed_in(request: Request) -> Caller:
    """Who asks. Without a key file everybody on this machine does. Raises what `identify` raises."""
    caller = await whose_key(request, request.cookies.get(KEY_COOKIE))
    request.state.caller = caller
    return caller


SignedIn = Annotated[Caller, Depends(signed_in)]


async def whose_key(request: Request, key: str | None) -> Caller:
    """Whose key it is. Raises `KeyMissing`, `KeyUnknown`, `HostNotAllowed`."""
    given = HTTPAuthorizationCredentials(scheme="Bearer", credentials=key) if key else None
    return await identify(request, given)


def page_for(scope: Scope) -> Callable[[Request, Caller], Awaitable[Page]]:
    """A dependency: the page, for callers with the scope; raises `ScopeMissing` for others."""

    async def opened(request: Request, caller: SignedIn) -> Page:
        permit(caller, scope)
        return page_of(request, caller)

    return opened


ReaderPage = Annotated[Page, Depends(page_for("read"))]
SubmitterPage = Annotated[Page, Depends(page_for("submit"))]
ConfigurerPage = Annotated[Page, Depends(page_for("configure"))]


async def refuse_foreign_forms(request: Request) -> None:
    """A page elsewhere must not send our forms with our cookie. Raises `FormForeign`.

    Browsers say where a request comes from: `Sec-Fetch-Site`, older ones only `Origin`.
    """
    if request.method in _READING:
        return
    site, origin = request.headers.get("sec-fetch-site"), request.headers.get("origin")
    own = site == "same-origin" if site else bool(origin) and _host(origin) == request.headers.get("host")
    if not own:
        raise FormForeign


def _host(origin: str | None) -> str:
    """Empty where it is no address: then it is not ours."""
    try:
        return urlsplit(origin or "").netloc
    except ValueError:
        return ""
