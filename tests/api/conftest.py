"""A running service per test, on both databases; every answer is checked against the OpenAPI document."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi import FastAPI

from api.app import create_app
from api.logs import configure_logging
from api.settings import Settings
from tests.api.client import Client
from tests.api.reviewing import Office, write_keys
from tests.storage.conftest import anyio_backend, migrated_postgres, migrated_sqlite, url

__all__ = ["anyio_backend", "migrated_postgres", "migrated_sqlite", "url"]


@pytest.fixture(autouse=True, scope="session")
def _quiet_log() -> None:
    configure_logging(Settings(log_format="json", log_level="warning"))


@pytest.fixture
def settings(url: str) -> Settings:
    return Settings(database_url=url, worker_poll=0.05)


@pytest.fixture
def app(settings: Settings) -> FastAPI:
    return create_app(settings)


@pytest.fixture
def client(app: FastAPI) -> Iterator[Client]:
    """A service whose worker runs."""
    with Client(app) as running:
        yield running


@pytest.fixture
def idle(settings: Settings) -> Iterator[Client]:
    """A service without a worker: what is handed in stays in the queue."""
    with Client(create_app(settings.model_copy(update={"embedded_worker": False}))) as running:
        yield running


@pytest.fixture
def local_settings(migrated_sqlite: Path, tmp_path: Path) -> Settings:
    """For what is the same on every database: SQLite, and no worker."""
    shutil.copy(migrated_sqlite, tmp_path / "local.db")
    return Settings(database_url=f"sqlite:///{tmp_path / 'local.db'}", embedded_worker=False)


@pytest.fixture
def local(local_settings: Settings) -> Iterator[Client]:
    with Client(create_app(local_settings)) as running:
        yield running


@pytest.fixture
def office(settings: Settings, tmp_path: Path) -> Iterator[Office]:
    """A service with keys for everybody, and no worker: sessions are inspected when asked."""
    keys = write_keys(tmp_path / "keys.toml")
    update = {"embedded_worker": False, "api_keys_file": tmp_path / "keys.toml", "automatic_precision": 0.8}
    with Client(create_app(settings.model_copy(update=update))) as running:
        yield Office(running, keys)
