"""The board with labels on it, in a real Chromium: accessible, readable without scripts, usable on a phone."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from api.settings import Settings
from tests.console.browser import serious_violations, watched
from tests.console.calibration.conftest import RULE
from tests.console.serving import served

PHONE = {"width": 390, "height": 844}


@pytest.fixture(scope="module")
def measured_address(labelled: Settings) -> Iterator[str]:
    with served(labelled) as address:
        yield address


@pytest.mark.parametrize("path", ["/calibration", f"/calibration/{RULE}"])
def test_measured_pages_are_accessible_wide_and_narrow(
    browser: Browser, measured_address: str, path: str
) -> None:
    with watched(browser, measured_address) as seen:
        page = seen.open(path)
        assert serious_violations(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= 1280
        page.emulate_media(color_scheme="dark")
        assert serious_violations(page, "color-contrast") == []
        page.set_viewport_size(PHONE)  # type: ignore[arg-type]
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
        assert (seen.foreign, seen.problems) == ([], [])


def test_charts_are_read_without_scripts_and_by_their_names(browser: Browser, measured_address: str) -> None:
    with watched(browser, measured_address, java_script_enabled=False) as seen:
        page = seen.open(f"/calibration/{RULE}")
        charts = page.locator("svg.chart")
        expect(charts).to_have_count(4)
        titles = charts.locator("> title").all_text_contents()
        assert len(set(titles)) == 4
        assert any("可靠性" in title for title in titles)


def test_the_board_leads_to_the_rule_and_on_to_its_text(browser: Browser, measured_address: str) -> None:
    with watched(browser, measured_address) as seen:
        page = seen.open("/calibration")
        page.click("tbody tr:first-child th a")
        expect(page.locator("h1")).to_contain_text("客服骂人")
        page.click("text=改这条规则")
        expect(page.locator("[name=text]")).to_contain_text("agent_abuse")


def test_a_lead_demotes_a_rule(browser: Browser, measured_address: str) -> None:
    with watched(browser, measured_address) as seen:
        page = seen.open(f"/calibration/{RULE}")
        page.select_option("[name=purpose]", "scoring")
        page.select_option("[name=stage]", "manual")
        page.fill("[name=reason]", "先看一周")
        page.click("text=改阶段")
        expect(page.locator(".notice")).to_contain_text("计分改为人工")
        expect(page.locator("#stage tbody tr").first).to_contain_text("先看一周")


def test_a_chart_that_stands_alone_is_no_larger_than_beside_others(browser: Browser, address: str) -> None:
    with watched(browser, address, viewport={"width": 1920, "height": 1000}) as seen:
        page = seen.open("/calibration/missing_welcome")
        [width] = page.eval_on_selector_all("svg.chart", "all => all.map(each => each.clientWidth)")
        assert 400 < width < 560
