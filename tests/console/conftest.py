"""A console per test, on an empty SQLite database; the browser's service is in browser.py."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from api.app import create_app
from api.logs import configure_logging
from api.settings import Settings
from tests.storage.conftest import migrated_sqlite

__all__ = ["migrated_sqlite"]


@pytest.fixture(autouse=True, scope="session")
def _quiet_log() -> None:
    configure_logging(Settings(log_format="json", log_level="warning"))


@pytest.fixture
def settings(migrated_sqlite: Path, tmp_path: Path) -> Settings:
    shutil.copy(migrated_sqlite, tmp_path / "console.db")
    return Settings(database_url=f"sqlite:///{tmp_path / 'console.db'}", embedded_worker=False)


@pytest.fixture
def console(settings: Settings) -> Iterator[TestClient]:
    """Open: no keys. Forms come from the console's own pages."""
    headers = {"Origin": "http://127.0.0.1"}
    with TestClient(create_app(settings), base_url="http://127.0.0.1", headers=headers) as client:
        yield client
