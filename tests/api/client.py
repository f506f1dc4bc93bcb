"""A test client that believes nothing: status, media type and body of every answer must be as OpenAPI says."""

import time
from functools import cache
from typing import Any

from fastapi import FastAPI
from starlette.testclient import TestClient

from api.app import create_app
from api.settings import Settings
from tests.api.json_schema import check

PROBLEM = "application/problem+json"


@cache
def openapi_document() -> dict[str, Any]:
    """The same for every service; it takes a while to put together."""
    return create_app(Settings()).openapi()


class Client(TestClient):
    """Speaks to an application in this process. Server errors are answers, not exceptions."""

    def __init__(self, app: FastAPI, **options: Any) -> None:
        super().__init__(app, base_url="http://127.0.0.1", raise_server_exceptions=False, **options)
        self.document = openapi_document()

    def request(self, method: str, url: Any, **options: Any) -> Any:
        response = super().request(method, url, **options)
        self._check(method.lower(), response)
        return response

    def _check(self, method: str, response: Any) -> None:
        operation = self._operation(method, response.request.url.path)
        media_type = response.headers.get("content-type", "").partition(";")[0]
        if operation is None or (response.status_code in (404, 405) and media_type == PROBLEM):
            schema = {"$ref": "#/components/schemas/Problem"}
            assert media_type == PROBLEM, (response.status_code, response.text)
            check(schema, response.json(), self.document)
            return
        said = operation["responses"]
        code = str(response.status_code)
        answer = said.get(code) or said.get(f"{code[0]}XX")
        assert answer is not None, f"{method} {response.request.url.path}: {code} is not in OpenAPI"
        assert media_type in answer["content"], (code, media_type, list(answer["content"]))
        schema = answer["content"][media_type].get("schema", {})
        if not media_type.startswith("text/") and "ndjson" not in media_type:
            check(schema, response.json(), self.document)

    def _operation(self, method: str, path: str) -> Any:
        for template, operations in self.document["paths"].items():
            wanted, given = template.split("/"), path.split("/")
            pairs = zip(wanted, given, strict=True) if len(wanted) == len(given) else [("a", "b")]
            if all(part == actual or part.startswith("{") for part, actual in pairs) and method in operations:
                return operations[method]
        return None

    def submit(self, *sessions: dict[str, Any], **query: str) -> Any:
        """Hands sessions in; the report on them."""
        response = self.post("/v1/sessions", json=list(sessions), params=query)
        assert response.status_code == 202, response.text
        return response.json()

    def inspected(self, session_id: str, revision: int = 1, *, seconds: float = 20) -> Any:
        """Waits until a worker has inspected the revision; the latest inspection."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            response = self.get(f"/v1/sessions/{session_id}/inspections/latest")
            if response.status_code == 200 and response.json()["inspection"]["revision"] >= revision:
                return response.json()
            time.sleep(0.02)
        raise AssertionError(
            f"{session_id} revision {revision} was not inspected in {seconds} s: {response.text}"
        )
