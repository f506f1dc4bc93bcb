"""Whatever goes wrong, a person gets a page that says what to do, with the status it has everywhere else."""

import pytest
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.testclient import TestClient

from api.console.error_pages import show_error
from api.console.rendering import page_of
from api.rest.problem_kinds import KINDS
from prompts.errors import MingjianError
from storage.errors import DatabaseUnavailable, ProfileConflict, SessionNotFound


def shown(console: TestClient, error: Exception) -> tuple[int, str]:
    scope = {
        "type": "http",
        "method": "GET",
        "path": "/desk",
        "query_string": b"",
        "headers": [(b"host", b"h")],
    }
    response = show_error(page_of(Request(scope | {"app": console.app}), None), error)
    return response.status_code, bytes(response.body).decode()


@pytest.mark.parametrize(
    ("error", "status", "told"),
    [
        (SessionNotFound("there is no session <x>"), 404, "there is no session &lt;x&gt;"),
        (ProfileConflict(), 409, "请重新打开页面"),
        (DatabaseUnavailable(), 503, "/readyz"),
        (HTTPException(413), 413, "请分成几次提交"),
        (HTTPException(418, "teapot"), 418, "teapot"),
        (RuntimeError("secret"), 500, "日志里有原因"),
    ],
)
def test_an_error_is_a_page(console: TestClient, error: Exception, status: int, told: str) -> None:
    code, text = shown(console, error)
    assert code == status
    assert told in text
    assert "secret" not in text


@pytest.mark.parametrize(
    "kind", sorted(KINDS, key=lambda kind: kind.__name__), ids=lambda kind: kind.__name__
)
def test_every_error_of_the_tree_has_the_status_of_the_api(
    console: TestClient, kind: type[MingjianError]
) -> None:
    error = kind.__new__(kind)
    Exception.__init__(error, "x")
    assert shown(console, error)[0] == KINDS[kind].status
