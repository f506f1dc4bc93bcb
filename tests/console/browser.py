"""What a page did in the browser: requests, errors, and what axe finds wrong with it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Any

from playwright.sync_api import Browser, ConsoleMessage, Page

_AA = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")


@dataclass
class Watched:
    """A page and what it did since it was opened."""

    page: Page
    address: str
    requests: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)

    def open(self, path: str) -> Page:
        """Goes there and waits until everything is loaded."""
        self.page.goto(self.address + path)
        return self.page

    @property
    def foreign(self) -> list[str]:
        """Requests to anywhere but the service."""
        return [url for url in self.requests if not url.startswith((self.address + "/", "data:"))]


@contextmanager
def watched(browser: Browser, address: str, **options: Any) -> Iterator[Watched]:
    """A page in a context of its own: viewport, color_scheme, java_script_enabled … Nothing animates."""
    given = {"viewport": {"width": 1280, "height": 900}, "reduced_motion": "reduce", "locale": "zh-CN"}
    context = browser.new_context(**(given | options))
    page = context.new_page()
    seen = Watched(page, address)
    context.on("request", lambda request: seen.requests.append(request.url))
    context.on("console", lambda said: seen.problems.append(said.text) if _is_problem(said, page) else None)
    context.on("weberror", lambda error: seen.problems.append(str(error.error)))
    page.on("response", lambda answer: seen.problems.append(answer.url) if answer.status >= 500 else None)
    try:
        yield seen
    finally:
        context.close()


def _is_problem(said: ConsoleMessage, page: Page) -> bool:
    """Chromium also logs that an error page has the status of an error: that is what it is for."""
    is_own_status = said.text.startswith("Failed to load resource") and said.location["url"] == page.url
    return said.type == "error" and not is_own_status


@cache
def axe_source() -> str:
    """axe-core, out of the wheel that carries it."""
    return (files("axe_playwright_python") / "axe.min.js").read_text(encoding="utf-8")


def serious_violations(page: Page, *rules: str) -> list[str]:
    """What WCAG 2.2 A and AA forbid, as axe sees it, and where; of some rules only where they are named."""
    # Evaluated by the debugger, so the page's own policy does not stand in its way.
    page.evaluate(axe_source())
    found = page.evaluate(
        "only => axe.run({runOnly: only, resultTypes: ['violations'], preload: false})", list(rules or _AA)
    )
    return [
        f"{each['id']}: {node['html'][:160]} {node['failureSummary'][:200]}"
        for each in found["violations"]
        if each["impact"] in ("serious", "critical")
        for node in each["nodes"]
    ]
