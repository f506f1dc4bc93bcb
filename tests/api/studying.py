"""Studies done by hand: without a worker of their own, so that a test says when."""

from typing import Any

from fastapi import FastAPI
from starlette.testclient import TestClient

from api.studies.worker import StudyWorker


def work(client: TestClient) -> bool:
    """Does the next study to its end; whether there was one."""
    app: Any = client.app
    assert isinstance(app, FastAPI)
    assert client.portal is not None
    return client.portal.call(StudyWorker(app.state.service).work_once)


def start_study(client: TestClient, kind: str = "evaluations", **body: Any) -> dict[str, Any]:
    """What the service says of a study it has accepted."""
    answer = client.post(f"/v1/studies/{kind}", json=body)
    assert answer.status_code == 202, answer.text
    found: dict[str, Any] = answer.json()
    return found


def get_study(client: TestClient, study: dict[str, Any], what: str = "", status: int = 200) -> Any:
    """The study, or a part of it."""
    answer = client.get(f"/v1/studies/{study['study_id']}{what}")
    assert answer.status_code == status, answer.text
    return answer.json()
