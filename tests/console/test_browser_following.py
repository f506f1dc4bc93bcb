"""Pages that follow what happens: what they say when they are cut off, and what they leave alone when they change."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

import httpx2
import pytest
from playwright.sync_api import Browser, Page

from api.auth import make_key
from api.settings import Settings
from tests.console.browser import serious_violations, watched
from tests.console.going_on import chat, going_on
from tests.console.serving import hand_in, served

HIDE = """hidden => {
  Object.defineProperty(document, "hidden", { value: hidden, configurable: true });
  document.dispatchEvent(new Event("visibilitychange"));
}"""


@pytest.fixture
def lively(settings: Settings) -> Settings:
    """An empty database of its own, with the worker in the service."""
    return settings.model_copy(update={"embedded_worker": True, "worker_poll": 0.05})


@pytest.fixture
def address(lively: Settings) -> Iterator[str]:
    with served(lively) as address:
        hand_in(address, [*going_on(datetime.now(UTC)), *(best(f"best-{number}") for number in range(3))])
        yield address


def waits_for_followed(page: Page) -> None:
    page.locator("html.followed").wait_for(state="attached")


def new(session_id: str) -> list[dict[str, object]]:
    return [chat(datetime.now(UTC), session_id, "presale", "zl-09", (5, "有人吗？"))]


def best(session_id: str) -> dict[str, object]:
    """With an alert that waits."""
    said = ((9, "好吗"), (5, "全网最好，绝对第一", "zl-01"))
    return chat(datetime.now(UTC), session_id, "presale", "zl-01", *said)


def test_a_service_that_restarts_is_said_to_be_gone_and_then_followed_again(
    browser: Browser, lively: Settings
) -> None:
    with watched(browser, "") as seen:
        with served(lively) as address:
            page = seen.open(f"{address}/live")
            waits_for_followed(page)
            assert page.locator("[data-following]").inner_text() == ""
        line = page.locator("[data-following]").filter(has_text="与服务的连接断了")
        line.wait_for()
        assert page.locator("html.followed").count() == 0
        assert serious_violations(page) == []
        with served(lively, urlsplit(address).port or 0):
            waits_for_followed(page)
            assert line.count() == 0
            hand_in(address, new("after-restart"))
            page.locator("[data-row]").get_by_role("link", name="after-restart").wait_for()


def test_a_page_that_nobody_sees_keeps_no_connection(browser: Browser, address: str) -> None:
    with watched(browser, address) as seen:
        page = seen.open("/live")
        waits_for_followed(page)
        with page.expect_event("requestfailed", lambda request: request.url.endswith("/live/events")):
            page.evaluate(HIDE, True)
        hand_in(address, new("while-hidden"))
        assert page.get_by_role("link", name="while-hidden").count() == 0
        page.evaluate(HIDE, False)
        page.locator("[data-row]").get_by_role("link", name="while-hidden").wait_for()
        waits_for_followed(page)


def test_a_page_too_many_says_so_and_is_brought_up_to_date_all_the_same(
    browser: Browser, address: str
) -> None:
    with watched(browser, address) as seen:
        seen.page.route("**/live/events", lambda route: route.fulfill(status=503, body="full"))
        page = seen.open("/live")
        page.locator("[data-following]").filter(has_text="跟着更新的页面太多").wait_for()
        assert page.locator("html.followed").count() == 0
        page.unroute("**/live/events")
        hand_in(address, new("meanwhile"))
        page.locator("[data-row]").get_by_role("link", name="meanwhile").wait_for()
        assert page.locator("[data-following]").inner_text() == ""


def test_who_is_signed_out_is_told_so(browser: Browser, lively: Settings, tmp_path: Path) -> None:
    key, table = make_key("lead", "lead")
    (tmp_path / "keys.toml").write_text(table)
    with (
        served(lively.model_copy(update={"api_keys_file": tmp_path / "keys.toml"})) as address,
        watched(browser, address) as seen,
    ):
        page = seen.open("/live")
        page.get_by_label("密钥").fill(key)
        page.keyboard.press("Enter")
        waits_for_followed(page)
        page.context.clear_cookies()
        headers = {"Authorization": f"Bearer {key}"}
        httpx2.post(f"{address}/v1/sessions", json=new("x"), headers=headers).raise_for_status()
        line = page.locator("[data-following]").filter(has_text="登录已失效")
        line.wait_for()
        line.get_by_role("link").click()
        page.wait_for_url("**/login?back=**")


def test_who_works_on_a_list_keeps_focus_and_ticks_while_it_changes(browser: Browser, address: str) -> None:
    with watched(browser, address) as seen:
        page = seen.open("/alerts")
        waits_for_followed(page)
        rows = page.locator("[data-row]")
        rows.nth(1).get_by_role("checkbox").check()
        ticked, before = rows.nth(1).get_attribute("id"), rows.count()
        rows.nth(2).get_by_role("button").last.focus()
        focused = page.evaluate("document.activeElement.getAttribute('aria-label')")
        hand_in(address, [best("more")])
        page.wait_for_function("n => document.querySelectorAll('[data-row]').length > n", arg=before)
        assert page.locator("[data-row]:has(:checked)").get_attribute("id") == ticked
        assert page.evaluate("document.activeElement.getAttribute('aria-label')") == focused
        told = page.locator("[data-told]").inner_text()
        assert "待复核" in told


def test_the_menu_says_how_many_alerts_wait_and_counts_on(browser: Browser, address: str) -> None:
    with watched(browser, address) as seen:
        page = seen.open("/live")
        waits_for_followed(page)
        link = page.locator(".menu").get_by_role("link", name="条等您处理")
        before = int(link.locator("[aria-hidden]").inner_text())
        hand_in(address, [best("more")])
        page.wait_for_function(
            "n => Number(document.querySelector('[data-badge] [aria-hidden]').textContent) > n", arg=before
        )
        assert (seen.foreign, seen.problems) == ([], [])


def test_several_alerts_are_dropped_together(browser: Browser, address: str) -> None:
    with watched(browser, address) as seen:
        page = seen.open("/alerts?state=held")
        held = page.locator("[data-row]").count()
        page.keyboard.press("j")
        page.keyboard.press("x")
        page.keyboard.press("j")
        page.keyboard.press("x")
        page.locator("#ticked").get_by_role("button", name="撤下").click()
        page.get_by_text("撤下了 2 条").wait_for()
        assert page.locator("[data-row]").count() == held - 2
        page.get_by_role("button", name="全选这一页").click()
        assert page.locator("[data-row] :checked").count() == held - 2
