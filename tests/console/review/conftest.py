"""A review desk with rude sessions: behind a client per person, and really served for the browser."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from api.app import create_app
from api.settings import Settings
from tests.api.reviewing import RULE, rude, write_keys
from tests.console.desk.conftest import opened, submit
from tests.console.serving import served

#: Sessions with one hit of `RULE` each.
MANY = 12


@pytest.fixture(scope="module")
def rude_sessions(migrated_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    path = tmp_path_factory.mktemp("review") / "review.db"
    shutil.copy(migrated_sqlite, path)
    settings = Settings(database_url=f"sqlite:///{path}", embedded_worker=False)
    with opened(settings) as client:
        for number in range(MANY):
            submit(client, rude(f"s-{number:02}"))
            assert client.post(f"/v1/sessions/s-{number:02}/inspect").status_code == 200
    return settings


@pytest.fixture
def fresh(rude_sessions: Settings, tmp_path: Path) -> Settings:
    """The sessions in a database of one's own."""
    shutil.copy(rude_sessions.database_url.removeprefix("sqlite:///"), tmp_path / "review.db")
    return rude_sessions.model_copy(update={"database_url": f"sqlite:///{tmp_path / 'review.db'}"})


@pytest.fixture
def desk(fresh: Settings) -> Iterator[TestClient]:
    """Open: whoever asks is `local` and may do everything."""
    with opened(fresh) as client:
        yield client


@pytest.fixture
def desk_address(fresh: Settings) -> Iterator[str]:
    """The same, served."""
    with served(fresh) as address:
        yield address


@pytest.fixture
def person(fresh: Settings, tmp_path: Path) -> Iterator[Callable[[str], TestClient]]:
    """`person("ann")`: a console that Ann has signed in to. Everybody speaks to one service."""
    keys = write_keys(tmp_path / "keys.toml")
    app = create_app(fresh.model_copy(update={"api_keys_file": tmp_path / "keys.toml"}))
    headers = {"Origin": "http://127.0.0.1"}

    def signed_in(name: str) -> TestClient:
        client = TestClient(app, base_url="http://127.0.0.1", headers=headers)
        client.cookies.set("mingjian_key", keys[name])
        return client

    with TestClient(app, base_url="http://127.0.0.1"):
        yield signed_in


def draw(client: Any, **fields: Any) -> Any:
    """Draws all hits of `RULE`, unless told otherwise, with the form of the page."""
    form = {"title": "抽检", "what": "flagged", "rules": [RULE]} | fields
    response = client.post("/review/plans", data=form)
    assert response.status_code == 200, response.text
    return response
