"""A console per test, on an empty SQLite database, and one with the samples for the browser."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser
from starlette.testclient import TestClient

from api.app import create_app
from api.logs import configure_logging
from api.settings import Settings
from tests.console.serving import CHROMIUM, NO_CHROMIUM, chromium, served_live, served_samples
from tests.console.shots import Shot
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


@pytest.fixture(scope="session")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Of a service with the sample sessions, started once."""
    with served_samples(tmp_path_factory.mktemp("samples")) as address:
        yield address


@pytest.fixture(scope="session")
def live_address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Of a service with sessions that are going on, started once."""
    with served_live(tmp_path_factory.mktemp("live")) as address:
        yield address


@pytest.fixture
def place(request: pytest.FixtureRequest, shot: Shot) -> str:
    """The address of the service that a picture is of."""
    found: str = request.getfixturevalue("live_address" if shot.live else "address")
    return found


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Per module, not for longer: while it is open, a loop runs in the thread of the tests."""
    if CHROMIUM is None:
        pytest.skip(NO_CHROMIUM)
    with chromium() as browser:
        yield browser
