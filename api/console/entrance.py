"""The way in: the start page, signing in with an API key, signing out, the language."""

from typing import Annotated

from fastapi import Depends, Form, Request
from starlette.responses import Response

from api.auth import Caller
from api.console.access import KEY_COOKIE, signed_in, whose_key
from api.console.language import LanguageCode
from api.console.navigation import home_of
from api.console.rendering import LANGUAGE_COOKIE, page_of
from api.console.routing import console_router
from api.errors import KeyMissing, KeyUnknown, ScopeMissing
from api.service import UsesService

router = console_router()
_A_YEAR = 365 * 24 * 3600


@router.get("/")
async def start(request: Request, caller: Annotated[Caller, Depends(signed_in)]) -> Response:
    """To the first page the caller may open."""
    home = home_of(caller)
    if home is None:
        raise ScopeMissing(f"no page of the console is for the key {caller.name!r}")
    return page_of(request, caller).go(home)


@router.get("/login")
async def ask_for_key(request: Request, service: UsesService, back: str = "/") -> Response:
    """The form for the key; where no keys are set, straight on."""
    page = page_of(request, None)
    if service.keys is None:
        return page.go(_own(back))
    return page.show("login.html", back=_own(back), refused=False)


@router.post("/login")
async def sign_in(
    request: Request, key: Annotated[str, Form()] = "", back: Annotated[str, Form()] = "/"
) -> Response:
    """Keeps the key in a cookie that no script can read and no other site can send."""
    page, key = page_of(request, None), key.strip()
    try:
        await whose_key(request, key)
    except (KeyMissing, KeyUnknown):
        return page.show("login.html", status=401, back=_own(back), refused=True)
    response = page.go(_own(back))
    response.set_cookie(
        KEY_COOKIE, key, path="/", httponly=True, samesite="strict", secure=request.url.scheme == "https"
    )
    return response


@router.post("/logout")
async def sign_out(request: Request) -> Response:
    """Forgets the key."""
    response = page_of(request, None).go("/login")
    response.delete_cookie(KEY_COOKIE, path="/")
    return response


@router.post("/language")
async def choose_language(
    request: Request, code: Annotated[LanguageCode, Form()], back: Annotated[str, Form()] = "/"
) -> Response:
    """Keeps the language in a cookie and shows the page again."""
    response = page_of(request, None).go(_own(back))
    response.set_cookie(LANGUAGE_COOKIE, code, path="/", max_age=_A_YEAR, httponly=True, samesite="lax")
    return response


def _own(address: str) -> str:
    """An address of ours; anything that leads elsewhere becomes the start page."""
    outside = not address.startswith("/") or address.startswith(("//", "/\\"))
    return "/" if outside or not address.isprintable() else address
