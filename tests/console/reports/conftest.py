"""The sample sessions, inspected once, behind a console without a browser."""

import asyncio
from collections.abc import Iterator

import pytest
from starlette.testclient import TestClient

from api.app import create_app
from api.demo import load_and_inspect, sample_sessions
from api.settings import Settings


@pytest.fixture(scope="module")
def samples(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    folder = tmp_path_factory.mktemp("samples")
    settings = Settings(database_url=f"sqlite:///{folder / 'samples.db'}", judge="baseline", worker_poll=0.05)
    asyncio.run(load_and_inspect(settings, sample_sessions()))
    app = create_app(settings.model_copy(update={"embedded_worker": False}))
    with TestClient(app, base_url="http://127.0.0.1") as client:
        yield client
