"""Keys that every page has: which there are, going to other pages, and switching single ones off."""

import pytest
from playwright.sync_api import Browser

from tests.console.browser import serious_violations, watched


def test_a_question_mark_lists_the_keys(browser: Browser, address: str) -> None:
    with watched(browser, address) as seen:
        page = seen.open("/desk?limit=5")
        page.keyboard.press("?")
        dialog = page.get_by_role("dialog", name="快捷键")
        dialog.wait_for()
        assert serious_violations(page) == []
        page.emulate_media(color_scheme="dark")
        assert serious_violations(page, "color-contrast") == []
        page.keyboard.press("j")
        assert page.locator("[data-row].current").count() == 0, "behind the dialog no key does anything"
        page.keyboard.press("Escape")
        assert dialog.count() == 0
        page.locator("[name=text]").focus()
        page.keyboard.type("?g")
        assert page.input_value("[name=text]") == "?g"
        assert dialog.count() == 0
        page.get_by_role("button", name="快捷键").click()
        dialog.get_by_role("button", name="关闭").click()
        assert page.evaluate("document.activeElement.textContent").strip().startswith("快捷键")


def test_g_and_a_letter_open_a_page_and_do_nothing_else(browser: Browser, address: str) -> None:
    with watched(browser, address) as seen:
        page = seen.open("/alerts?state=held")
        held = page.locator("[data-row]").count()
        page.keyboard.press("j")
        page.keyboard.press("g")
        page.keyboard.press("l")
        page.wait_for_url("**/live")
        page.keyboard.press("g")
        page.keyboard.press("a")
        page.wait_for_url("**/alerts")
        page.keyboard.press("j")
        page.keyboard.press("g")
        page.keyboard.press("s")
        page.wait_for_url("**/settings/shops")
        page = seen.open("/alerts?state=held")
        assert page.locator("[data-row]").count() == held, "g, then s: to the shops, not sent"
        page.keyboard.press("g")
        page.keyboard.press("y")
        assert page.url.endswith("/alerts?state=held")


def test_who_switches_single_keys_off_keeps_the_others(browser: Browser, address: str) -> None:
    with watched(browser, address) as seen:
        page = seen.open("/desk/sessions/sample-tz-03")
        page.keyboard.press("?")
        page.get_by_label("用单个字母的快捷键").uncheck()
        page.keyboard.press("Escape")
        page = seen.open("/desk/sessions/sample-tz-03")
        for key in ("j", "?", "u", "g", "d"):
            page.keyboard.press(key)
        assert page.locator(".lit").count() == 0
        assert page.get_by_role("dialog").count() == 0
        assert page.url.endswith("/desk/sessions/sample-tz-03")
        page.keyboard.press("ArrowDown")
        assert page.locator(".finding.lit").count() == 1
        page.get_by_role("button", name="快捷键").click()
        page.get_by_label("用单个字母的快捷键").check()
        page.keyboard.press("Escape")
        page.keyboard.press("u")
        page.wait_for_url("**/desk")


@pytest.mark.parametrize("path", ["/settings/audit", "/review"])
def test_on_a_phone_the_menu_shows_the_page_one_is_on(browser: Browser, address: str, path: str) -> None:
    with watched(browser, address, viewport={"width": 390, "height": 844}) as seen:
        page = seen.open(path)
        box = page.locator(".menu [aria-current]").bounding_box()
        assert box is not None
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= 390
