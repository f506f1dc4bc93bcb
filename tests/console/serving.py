"""The console with the sample sessions, really served, and a Chromium that looks at it and at nothing else."""

import asyncio
import shutil
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import uvicorn
from playwright.sync_api import Browser, sync_playwright

from api.app import create_app
from api.demo import load_and_inspect, sample_sessions
from api.logs import configure_logging
from api.settings import Settings
from tests.console.reviewing import prepare_reviews

CHROMIUM = next((found for name in ("chromium", "chromium-browser") if (found := shutil.which(name))), None)
NO_CHROMIUM = "no Chromium on this machine: install the Debian packages chromium and fonts-noto-cjk"
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
        yield address


@contextmanager
def served(settings: Settings) -> Iterator[str]:
    """Serves a migrated database on a free port, in a thread."""
    config = uvicorn.Config(create_app(settings), port=0, log_config=None, access_log=False)
    server = uvicorn.Server(config)
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
