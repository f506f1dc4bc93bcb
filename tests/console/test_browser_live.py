"""The live board brings itself up to date; the alert inbox is worked by keyboard."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.console.browser import serious_violations, watched
from tests.console.going_on import chat
from tests.console.serving import hand_in, served_live


@pytest.fixture(scope="module")
def own_address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Of a service that these tests may change."""
    with served_live(Path(tmp_path_factory.mktemp("own"))) as address:
        yield address


def test_the_board_shows_a_session_that_is_handed_in_without_being_asked_again(
    browser: Browser, own_address: str
) -> None:
    with watched(browser, own_address) as seen:
        page = seen.open("/live")
        page.locator(".followed").wait_for(state="attached")
        assert page.get_by_role("link", name="live-new").count() == 0
        page.keyboard.press("j")
        marked = page.locator("[data-row].current [data-open]").inner_text()
        hand_in(own_address, [chat(datetime.now(UTC), "live-new", "presale", "zl-09", (5, "有人吗？"))])
        page.locator("[data-row]").get_by_role("link", name="live-new").wait_for()
        assert page.locator("[data-row].current [data-open]").inner_text() == marked
        assert page.evaluate("document.activeElement.textContent") == marked
        assert serious_violations(page) == []
        assert (seen.foreign, seen.problems) == ([], [])


def test_times_are_counted_on_in_the_browser(browser: Browser, own_address: str) -> None:
    with watched(browser, own_address) as seen:
        page = seen.open("/live")
        first = page.locator(".waits .ticking[data-since]").first
        before = first.inner_text()
        page.wait_for_function(
            "before => document.querySelector('.ticking').textContent !== before", arg=before
        )
        assert re.fullmatch(r"\d+(:\d\d){1,2}", first.inner_text())


def test_an_alert_is_sent_and_then_acknowledged_by_keyboard(browser: Browser, own_address: str) -> None:
    with watched(browser, own_address) as seen:
        page = seen.open("/alerts?state=held&level=medium")
        row = page.locator("[data-row]").first
        title = row.locator("b").inner_text()
        held = page.locator("[data-row]").count()
        page.keyboard.press("j")
        page.keyboard.press("s")
        page.get_by_role("status").wait_for()
        assert page.url.endswith("/alerts?state=held&level=medium")
        assert page.locator("[data-row]").count() == held - 1
        page = seen.open("/alerts?state=new")
        assert page.locator("[data-row] b").first.inner_text() == title
        page.keyboard.press("j")
        page.keyboard.press("d")  # what was sent cannot be dropped: there is no button for that
        page.keyboard.press("a")
        page.get_by_role("status").wait_for()
        assert page.locator("[data-row]").count() == 0
        page = seen.open("/alerts?state=acknowledged")
        assert "local 发出" in page.locator("[data-row]").first.inner_text()
        assert seen.problems == []
