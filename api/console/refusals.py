"""A form that was refused is shown again on its page: with what was typed, and what is wrong beside it."""

from collections.abc import Callable, Mapping, Sequence
from http.client import OK
from typing import Any, NamedTuple, TypeVar

from fastapi import Request
from fastapi.exceptions import RequestValidationError
from starlette.responses import Response
from starlette.types import Message

from prompts.errors import MingjianError

_Endpoint = TypeVar("_Endpoint", bound=Callable[..., Any])
_PAGE = "refused_on"
#: Of a request, all that does not belong to the form: the page is asked for anew, inside the middleware.
_KEPT = frozenset(
    {
        "type", "asgi", "http_version", "scheme", "server", "client", "root_path", "query_string", "headers", "state",
        "app", "extensions", "fastapi_middleware_astack",
    }
)  # fmt: skip


class Refused(NamedTuple):
    """`action`: where the form was sent to; `message`: what is wrong; `fields`: with which of its fields, if told."""

    action: str
    values: Mapping[str, Sequence[str]]
    message: str
    fields: tuple[str, ...]


class Forms:
    """What templates ask of their forms. `key`: values by which one of several forms with the same address is told."""

    def __init__(self, refused: Refused | None) -> None:
        self._refused = refused

    @property
    def message(self) -> str:
        """What is wrong with a form of this page; empty: nothing."""
        return "" if self._refused is None else self._refused.message

    def refusal(self, action: str, **key: str) -> str:
        """What is wrong with what was sent there; empty: nothing."""
        found = self._of(action, key)
        return "" if found is None else found.message

    def typed(self, action: str, name: str, default: object = "", **key: str) -> str:
        """What stands in a field: what was typed into it, else the default."""
        found = self._of(action, key)
        return str(default) if found is None else next(iter(found.values.get(name, ())), "")

    def ticked(self, action: str, name: str, value: str, default: bool = False, **key: str) -> bool:
        """Whether a box was ticked, or an option chosen."""
        found = self._of(action, key)
        return default if found is None else value in found.values.get(name, ())

    def wrong(self, action: str, name: str, **key: str) -> bool:
        """Whether the field is what is wrong."""
        found = self._of(action, key)
        return found is not None and name in found.fields

    def _of(self, action: str, key: Mapping[str, str]) -> Refused | None:
        found = self._refused
        if found is None or found.action != action:
            return None
        same = all(value in found.values.get(name, ()) for name, value in key.items())
        return found if same else None


def shown_again_on(page: str) -> Callable[[_Endpoint], _Endpoint]:
    """Marks what takes a form: refused, it is shown again on that page, e.g. `/calibration/{rule}`.

    Names in braces are parts of the form's own address, or fields of the form.
    """

    def marked(endpoint: _Endpoint) -> _Endpoint:
        setattr(endpoint, _PAGE, page)
        return endpoint

    return marked


def fields_of(error: Exception) -> tuple[str, ...]:
    """The fields that the error is about."""
    if isinstance(error, RequestValidationError):
        return tuple(dict.fromkeys(str(each["loc"][-1]) for each in error.errors()))
    field = getattr(error, "field", None)
    return (field.partition("[")[0],) if isinstance(field, str) and field else ()


async def shown_again(request: Request, endpoint: Any, error: Exception, message: str) -> Response | None:
    """The page with the form in it; None: it has none, or cannot be shown either."""
    page = getattr(endpoint, _PAGE, None)
    if page is None or not isinstance(error, MingjianError | RequestValidationError):
        return None
    form = await request.form()
    values = {name: [str(each) for each in form.getlist(name)] for name in form}
    known = {name: each[0] for name, each in values.items()} | request.path_params
    request.state.refused = Refused(request.url.path, values, message, fields_of(error))
    try:
        path = page.format(**known)
    except KeyError:
        return None
    shown = await _asked_for(request, path)
    return shown if shown.status_code == OK else None


async def _asked_for(request: Request, path: str) -> Response:
    """What this application answers to whoever sent the form, asking for that page. The state of the request goes along."""
    kept = {name: value for name, value in request.scope.items() if name in _KEPT}
    scope = kept | {"method": "GET", "path": path, "raw_path": path.encode()}
    body, shown = bytearray(), Response()

    async def nothing() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def collect(message: Message) -> None:
        if message["type"] == "http.response.start":
            shown.status_code, shown.raw_headers = message["status"], list(message["headers"])
        elif message["type"] == "http.response.body":
            body.extend(message.get("body", b""))

    await request.app.router(scope, nothing, collect)
    shown.body = bytes(body)
    return shown
