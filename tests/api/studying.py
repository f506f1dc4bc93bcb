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
