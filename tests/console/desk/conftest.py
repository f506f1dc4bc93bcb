"""The desk with a few sessions in it, inspected."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from api.app import create_app
from api.settings import Settings
from tests.api.building import a_session, said

SESSIONS = [
    a_session("s-late"),
    a_session(
        "s-praise",
        said("m1", "10:00:00", "在吗"),
        said("m2", "10:00:05", "您好，欢迎光临，这款是全网最好的", "agent"),
        shop="shop-b",
        events=[{"type": "rating", "at": "2026-11-01T10:10:00+08:00", "level": 5, "agent_id": "a-1"}],
    ),
    a_session("s/odd id?", said("m1", "10:00:00", "<b>价格</b>"), agents=[{"agent_id": "a-2"}]),
]


@pytest.fixture(scope="module")
def inspected(migrated_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A database with sessions of three kinds, two of them inspected."""
    path = tmp_path_factory.mktemp("desk") / "desk.db"
    shutil.copy(migrated_sqlite, path)
    settings = Settings(database_url=f"sqlite:///{path}", embedded_worker=False)
    with opened(settings) as client:
        for session in SESSIONS:
            submit(client, session)
        for session_id in ("s-late", "s-praise"):
            assert client.post(f"/v1/sessions/{session_id}/inspect").status_code == 200
    return settings


@pytest.fixture(scope="module")
def desk(inspected: Settings) -> Iterator[TestClient]:
    """For reading: the same for all tests."""
    with opened(inspected) as client:
        yield client


@pytest.fixture
def fresh_desk(inspected: Settings, tmp_path: Path) -> Iterator[TestClient]:
    """For tests that change something."""
    shutil.copy(inspected.database_url.removeprefix("sqlite:///"), tmp_path / "desk.db")
    with opened(inspected.model_copy(update={"database_url": f"sqlite:///{tmp_path / 'desk.db'}"})) as client:
        yield client


def opened(settings: Settings) -> TestClient:
    """Forms come from the console's own pages."""
    headers = {"Origin": "http://127.0.0.1"}
    return TestClient(create_app(settings), base_url="http://127.0.0.1", headers=headers)


def submit(console: TestClient, session: dict[str, Any]) -> None:
    assert console.post("/v1/sessions", json=[session]).status_code == 202
