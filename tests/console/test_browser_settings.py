"""A profile is checked while it is written, and published with a reason."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser

from tests.console.browser import serious_violations, watched
from tests.console.serving import served_live


@pytest.fixture(scope="module")
def own_address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Of a service that these tests may change."""
    with served_live(tmp_path_factory.mktemp("own")) as address:
        yield address


def test_a_profile_is_checked_while_it_is_written_and_then_published(
    browser: Browser, own_address: str
) -> None:
    with watched(browser, own_address) as seen:
        page = seen.open("/settings/profiles")
        page.get_by_label("新方案的标识").fill("double11")
        page.get_by_role("button", name="写新方案").click()
        page.wait_for_url("**/settings/profiles/double11/edit")
        text = page.locator("textarea")
        text.fill('name = "double11"\ntitle = "双十一"\n[rules.slow_first_reply]\nlonger_then = "45s"\n')
        page.get_by_text("第 4 行").wait_for()
        assert "longer_then" in page.locator(".wrong").inner_text()
        assert serious_violations(page) == []
        text.fill(text.input_value().replace("longer_then", "longer_than"))
        page.get_by_text("没有问题").wait_for()
        assert "45s" in page.locator("[data-problems]").inner_text()
        page.get_by_role("button", name="发布").click()
        assert page.url.endswith("/edit"), "the browser asks for the reason first"
        page.get_by_label("原因").fill("双十一放宽首响")
        page.get_by_role("button", name="发布").click()
        page.wait_for_url("**/settings/profiles/double11")
        assert "双十一放宽首响" in page.locator("article").inner_text()
        assert seen.problems == []


def test_without_javascript_a_profile_is_checked_by_a_button(browser: Browser, own_address: str) -> None:
    with watched(browser, own_address, java_script_enabled=False) as seen:
        page = seen.open("/settings/profiles/ten_nodes/edit")
        page.locator("textarea").fill("name = ")
        page.get_by_role("button", name="检查").click()
        assert "第 1 行" in page.locator(".wrong").inner_text()
        assert page.locator("textarea").input_value() == "name = "


def test_the_page_of_jobs_brings_itself_up_to_date(browser: Browser, own_address: str) -> None:
    with watched(browser, own_address) as seen:
        page = seen.open("/settings/jobs")
        page.locator(".followed").wait_for(state="attached")
        before = page.locator("tbody tr").count()
        address = f"{own_address}/v1/sessions/live-best"
        session = page.request.get(address).json()["session"]
        session["messages"][0]["text"] += "？"
        assert page.request.post(f"{own_address}/v1/sessions", data=[session]).status == 202
        page.wait_for_function("before => document.querySelectorAll('tbody tr').length > before", arg=before)
        assert seen.problems == []


@pytest.mark.parametrize(
    "options", [{}, {"color_scheme": "dark"}, {"viewport": {"width": 390, "height": 844}}]
)
def test_a_notification_route_is_refused_kept_tried_and_removed(
    browser: Browser, own_address: str, options: dict[str, Any]
) -> None:
    with watched(browser, own_address, **options) as seen:
        page = seen.open("/settings/notifications")
        page.get_by_label("名称").fill("质检群")
        page.get_by_label("地址").fill("http://example.com/robot")
        page.get_by_role("button", name="添加").click()
        page.get_by_role("alert").get_by_text("要以 https:// 开头").wait_for()
        assert page.get_by_label("名称").input_value() == "质检群"
        assert page.locator("[aria-invalid=true]").get_attribute("name") == "url"
        assert serious_violations(page) == []
        page.get_by_label("地址").fill("https://robot.invalid/send?access_token=t")
        page.get_by_role("button", name="添加").click()
        page.get_by_role("status").get_by_text("已添加“质检群”").wait_for()
        page.get_by_text("修改或删除").click()
        assert serious_violations(page) == []
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        page.get_by_role("button", name="发测试消息").click()
        page.get_by_role("status").get_by_text("测试消息没有送达“质检群”").wait_for()
        page.get_by_text("修改或删除").click()
        page.get_by_role("button", name="删除“质检群”").click()
        page.get_by_text("还没有发往别处").wait_for()
        assert (seen.foreign, seen.problems) == ([], [])
