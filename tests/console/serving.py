"""The console with the sample sessions, really served, and a Chromium that looks at it and at nothing else."""

import asyncio
import shutil
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx2
import uvicorn
from playwright.sync_api import Browser, sync_playwright

from api.app import Server, create_app
from api.demo import load_and_inspect, sample_sessions
from api.logs import configure_logging
from api.settings import Settings
from storage.db import migrate
from tests.console.going_on import going_on
from tests.console.reviewing import prepare_reviews
from tests.console.studying import prepare_study

_NAMES = ("chromium", "chromium-browser", "chromium-headless-shell")
CHROMIUM = next((found for name in _NAMES if (found := shutil.which(name))), None)
NO_CHROMIUM = "no Chromium on this machine: install chromium or chromium-headless-shell, and fonts-noto-cjk"
#: The sandbox needs privileges that containers do not give; the only pages opened are our own.
_ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--font-render-hinting=none", "--lang=zh-CN"]


@contextmanager
def served_samples(folder: Path) -> Iterator[str]:
    """Inspects the samples into a database in `folder` and serves them with something to review.

    The address has no slash at its end.
    """
    settings = Settings(
        database_url=f"sqlite:///{folder / 'samples.db'}", judge="baseline", worker_poll=0.05,
        log_format="json", log_level="warning",
    )  # fmt: skip
    configure_logging(settings)
    # In a thread of its own: Playwright has a loop running in this one.
    with ThreadPoolExecutor(1) as pool:
        pool.submit(lambda: asyncio.run(load_and_inspect(settings, sample_sessions()))).result()
    with served(settings) as address:
        prepare_reviews(address)
        prepare_study(address)
        yield address


@contextmanager
def served_live(folder: Path) -> Iterator[str]:
    """Serves an empty database and hands in sessions that are going on at this moment, as a shop's system does."""
    settings = Settings(
        database_url=f"sqlite:///{folder / 'live.db'}",
        worker_poll=0.05,
        log_format="json",
        log_level="warning",
    )
    configure_logging(settings)
    with ThreadPoolExecutor(1) as pool:
        pool.submit(lambda: asyncio.run(migrate(settings.database_url))).result()
    with served(settings) as address:
        hand_in(address, going_on(datetime.now(UTC)))
        yield address


def hand_in(address: str, sessions: list[dict[str, Any]]) -> None:
    """Submits sessions and waits until they are inspected."""
    with httpx2.Client(base_url=address, timeout=30) as client:
        answer = client.post("/v1/sessions", json=sessions).raise_for_status().json()
        assert answer["accepted"] == len(sessions), answer
        while (job := client.get(f"/v1/jobs/{answer['job_id']}").json())["status"] in ("queued", "running"):
            time.sleep(0.05)
        assert job["status"] == "done"


@contextmanager
def served(settings: Settings, port: int = 0) -> Iterator[str]:
    """Serves a migrated database on a port (0: a free one), in a thread."""
    app = create_app(settings)
    config = uvicorn.Config(app, port=port, log_config=None, access_log=False)
    server = Server(config, app.state.service.watchers)
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        while not server.started:
            assert thread.is_alive(), "the service did not start"
            thread.join(0.02)
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join()


@contextmanager
def chromium() -> Iterator[Browser]:
    """A headless browser. Needs `CHROMIUM`."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=_ARGUMENTS)
        try:
            yield browser
        finally:
            browser.close()
