"""The bench in a real Chromium: told while typing, by button without scripts, and accessible with everything on it."""

import time

import httpx2
from playwright.sync_api import Browser, Page, Route, expect

from tests.console.browser import Watched, serious_violations, watched

PHONE = {"width": 390, "height": 844}
WRONG = 'score = "viel"'


def draft(page: Page, old: str, new: str) -> None:
    """As an author types it."""
    text = page.input_value("[name=text]")
    assert old in text
    page.fill("[name=text]", text.replace(old, new, 1))


def test_a_mistake_is_told_while_typing_and_goes_when_it_is_put_right(browser: Browser, address: str) -> None:
    with watched(browser, address) as seen:
        page = seen.open("/author/hostile_phrase")
        draft(page, "score = -100", WRONG)
        expect(page.locator("#problems li").first).to_contain_text("score")
        assert page.get_attribute("[name=text]", "aria-invalid") == "true"
        assert serious_violations(page) == []
        draft(page, WRONG, "score = -100")
        expect(page.locator("#problems")).to_have_text("没有问题")
        assert page.get_attribute("[name=text]", "aria-invalid") is None
        assert (seen.foreign, seen.problems) == ([], [])


def test_without_scripts_the_button_checks(browser: Browser, address: str) -> None:
    with watched(browser, address, java_script_enabled=False) as seen:
        page = seen.open("/author/hostile_phrase")
        draft(page, "score = -100", WRONG)
        page.click("text=检查")
        assert "score" in page.locator("#problems li").first.inner_text()
        assert WRONG in page.input_value("[name=text]")
        page.click("text=放弃草稿")
        assert WRONG not in page.input_value("[name=text]")


def test_a_draft_is_tried_measured_and_published(browser: Browser, address: str) -> None:
    with watched(browser, address) as seen:
        page = seen.open("/author/hostile_phrase")
        draft(page, '"急什么", ', '"急什么", "您好", ')
        page.fill("[name=session_id]", "sample-tz-03")
        page.click("text=试一试")
        expect(page.locator("#try tbody tr")).to_have_count(1)
        page.click("#replay button")
        page.wait_for_url("**/author/hostile_phrase/studies/**")
        expect(page.locator("tbody tr").first).to_be_visible(timeout=30_000)
        check_both_sizes(seen)
        page.click("text=回到规则台，接着改这份草稿")
        check_both_sizes(seen)
        page.select_option("[name=profile]", "default")
        page.fill("[name=reason]", "试发布")
        page.click("text=发布为新版本")
        expect(page.locator(".notice")).to_contain_text("已发布为 default@")
        expect(page.locator("#history tbody tr").first).to_contain_text("试发布")


def test_a_run_that_is_over_before_the_page_follows_it_is_shown(browser: Browser, address: str) -> None:
    def late(route: Route) -> None:
        study = f"{address}/v1/studies/{route.request.url.split('/')[-2]}"
        while httpx2.get(study).json()["status"] != "done":
            time.sleep(0.05)
        route.continue_()

    with watched(browser, address) as seen:
        page = seen.open("/author/hostile_phrase")
        page.route("**/events", late)
        draft(page, '"急什么", ', '"急什么", "您好", ')
        page.click("#replay button")
        page.wait_for_url("**/author/hostile_phrase/studies/**")
        expect(page.locator("tbody tr").first).to_be_visible()


def test_a_wording_is_published_for_all_shops_and_taken_back(browser: Browser, address: str) -> None:
    with watched(browser, address) as seen:
        page = seen.open("/author")
        page.click("#signals >> text=顾客询问售后保障")
        draft(page, "{% block hit %}", "{% block hit %}问怎么修也算。")
        page.click("text=检查")
        page.select_option("[name=meaning]", "meaning")
        page.fill("#publish [name=reason]", "补一种说法")
        page.click("text=发布为新版本")
        expect(page.locator(".notice")).to_contain_text("已发布为 asks_about_after_sales@1")
        expect(page.locator("#pending")).to_contain_text("补一种说法")
        check_both_sizes(seen)
        page.fill("#pending [name=reason]", "再想想")
        page.click("text=撤回这一版")
        expect(page.locator(".notice")).to_contain_text("已撤回")
        page.click("#history >> text=看这一版 >> nth=1")
        assert "问怎么修也算" in page.input_value("[name=text]")


def test_flips_against_the_published_version_are_shown_with_quotes(browser: Browser, address: str) -> None:
    with watched(browser, address) as seen:
        page = seen.open("/author/diversion_to_other_shop")
        draft(page, '"去别家看看"', '"的"')
        draft(page, 'act = "diversion_to_other_shop"', "")
        page.click("text=跑评测集")
        page.wait_for_url("**/author/diversion_to_other_shop/studies/**")
        expect(page.locator(".broken").first).to_be_visible(timeout=30_000)
        assert page.locator("q").count() > 0
        check_both_sizes(seen)


def test_without_scripts_a_run_is_read_by_refreshing(browser: Browser, address: str) -> None:
    with watched(browser, address, java_script_enabled=False) as seen:
        page = seen.open("/author/agent_abuse")
        page.click("text=跑评测集")
        for _ in range(100):
            if page.locator("[data-over]").count():
                break
            page.wait_for_timeout(200)
            page.reload()
        tables = page.locator(".card table")
        assert tables.count() == 2, "one for the own set, one for everyday service"


def check_both_sizes(seen: Watched) -> None:
    """Accessible, and nothing wider than the screen."""
    page = seen.page
    assert serious_violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 1280
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    page.set_viewport_size({"width": 1280, "height": 900})
    assert (seen.foreign, seen.problems) == ([], [])
