"""An agent's own hits in a real Chromium, on a desktop and on a phone."""

import pytest
from playwright.sync_api import Browser

from tests.console.browser import serious_violations, watched
from tests.console.review.conftest import desk_address, fresh, rude_sessions

__all__ = ["desk_address", "fresh", "rude_sessions"]
PAGE = "/mine/sessions/s-02?agent=a-1"


@pytest.mark.parametrize("width", [1280, 390])
def test_an_appeal_is_written_and_its_state_shown(browser: Browser, desk_address: str, width: int) -> None:
    with watched(browser, desk_address, viewport={"width": width, "height": 844}) as seen:
        page = seen.open("/mine?agent=a-1")
        page.locator(f'a[href="{PAGE}"]').click()
        hit = page.locator(".finding", has_text="自定义违禁词")
        hit.locator("summary").click()
        assert serious_violations(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        hit.locator("textarea").fill("是玩笑")
        hit.get_by_role("button", name="提交申诉").click()
        assert "申诉已提交" in page.locator("[role=status]").inner_text()
        assert "申诉中，等待裁定" in hit.inner_text()
        assert (seen.foreign, seen.problems) == ([], [])


def test_the_arrow_keys_light_up_ones_own_evidence(browser: Browser, desk_address: str) -> None:
    with watched(browser, desk_address) as seen:
        page = seen.open(PAGE)
        page.locator(".finding", has_text="自定义违禁词").hover()
        assert page.locator("mark.lit").all_inner_texts() == ["急什么"]
        page.keyboard.press("u")
        page.wait_for_url("**/mine?agent=a-1")


def test_an_appeal_can_be_written_without_javascript(browser: Browser, desk_address: str) -> None:
    with watched(browser, desk_address, java_script_enabled=False) as seen:
        page = seen.open(PAGE)
        hit = page.locator(".finding", has_text="自定义违禁词")
        hit.locator("summary").click()
        hit.locator("textarea").fill("是玩笑")
        hit.get_by_role("button", name="提交申诉").click()
        assert "申诉已提交" in page.locator("[role=status]").inner_text()
