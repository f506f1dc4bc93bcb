"""From a view model to a page: one Jinja environment, strict, with everything escaped."""

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote

from fastapi import Request
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.responses import HTMLResponse, RedirectResponse, Response

from api.auth import Caller, Scope
from api.console.assets import static_root
from api.console.language import Translator, translator
from api.console.navigation import item_of, jobs_of
from api.console.refusals import Forms
from api.console.words import called
from api.errors import KeyMissing
from api.service import Service, service_of

TEMPLATES = Path(__file__).parent / "templates"
LANGUAGE_COOKIE = "mingjian_language"
_NOTICE_COOKIE = "mingjian_notice"
_NOTICE_SECONDS = 60


@cache
def environment() -> Environment:
    """Reads each template once. An unknown name is an error, not an empty place."""
    made = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    made.filters["called"] = called
    return made


@dataclass(frozen=True)
class Page:
    """What a page function is given: who asks (None: nobody yet), in which language, and how to answer."""

    request: Request
    caller: Caller | None
    t: Translator

    @property
    def service(self) -> Service:
        """The parts of the running service."""
        return service_of(self.request)

    @property
    def signed_in(self) -> Caller:
        """Who asks, on pages that need a scope. Raises `KeyMissing` where nobody does."""
        if self.caller is None:
            raise KeyMissing
        return self.caller

    def may(self, scope: Scope) -> bool:
        """Whether to offer what needs the scope."""
        return self.caller is not None and scope in self.caller.scopes

    def show(self, template: str, *, status: int = 200, **model: Any) -> Response:
        """A template with its view model. `t`, `language`, `static`, `jobs` … are there for every one of them."""
        notice = _read_notice(self.request)
        html = environment().get_template(template).render(self._surroundings(notice) | model)
        response = HTMLResponse(html, status)
        if notice is not None:
            response.delete_cookie(_NOTICE_COOKIE, path="/")
        return response

    def go(self, path: str, notice: str | None = None) -> Response:
        """On to another page, after a form. `notice` is shown there once, already translated."""
        response = RedirectResponse(path, 303)
        if notice is not None:
            response.set_cookie(
                _NOTICE_COOKIE, quote(json.dumps(notice)), max_age=_NOTICE_SECONDS,
                path="/", httponly=True, samesite="strict",
            )  # fmt: skip
        return response

    def _surroundings(self, notice: str | None) -> dict[str, Any]:
        url = self.request.url
        return {
            "t": self.t,
            "language": self.t.code,
            "static": static_root(),
            "caller": self.caller,
            "has_keys": self.service.keys is not None,
            "jobs": () if self.caller is None else jobs_of(self.caller),
            "menu_item": None if self.caller is None else item_of(self.caller, url.path),
            "address": f"{url.path}?{url.query}" if url.query else url.path,
            "notice": notice,
            "forms": Forms(getattr(self.request.state, "refused", None)),
        }


def page_of(request: Request, caller: Caller | None) -> Page:
    """The page for a request."""
    return Page(request, caller, translator(request.cookies.get(LANGUAGE_COOKIE)))


def _read_notice(request: Request) -> str | None:
    try:
        found = json.loads(unquote(request.cookies.get(_NOTICE_COOKIE, "null")))
    except ValueError:
        return None
    return found if isinstance(found, str) else None
