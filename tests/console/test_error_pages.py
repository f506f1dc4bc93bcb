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


PEOPLE, PROGRAMS = {"Accept": "text/html,*/*"}, {"Accept": "application/json"}


@pytest.mark.parametrize(("path", "status"), [("/nope", 404), ("/settings", 404), ("/alerts/x/sent", 405)])
def test_who_types_an_address_that_is_none_gets_a_page_with_the_menu(
    console: TestClient, path: str, status: int
) -> None:
    answer = console.get(path, headers=PEOPLE)
    assert answer.status_code == status
    assert answer.headers["content-type"].startswith("text/html")
    assert 'href="/desk"' in answer.text
    assert answer.headers["cache-control"] == "no-store"
    assert "default-src 'none'" in answer.headers["content-security-policy"]


@pytest.mark.parametrize(
    ("path", "headers"), [("/nope", PROGRAMS), ("/v1/nope", PEOPLE), ("/v1/nope", PROGRAMS)]
)
def test_programs_get_a_problem_document_as_before(
    console: TestClient, path: str, headers: dict[str, str]
) -> None:
    answer = console.get(path, headers=headers)
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"
