"""The report in the browser: names are suggested, and numbers lead on, with JavaScript and without."""

import pytest
from playwright.sync_api import Browser, Page, expect

from api.console.rendering import LANGUAGE_COOKIE
from tests.console.browser import watched

REPORT = "/reports?to_day=2026-11-15"


def offered(page: Page, name: str) -> list[str]:
    """What the fields of that kind suggest now."""
    found: list[str] = page.eval_on_selector_all(
        f"datalist#{name} option", "all => all.map(each => each.value)"
    )
    return found


def test_fields_suggest_names_once_they_are_entered(browser: Browser, address: str) -> None:
    with watched(browser, address) as seen:
        for path in (REPORT, "/desk", "/reports/agents/tz-03"):
            page = seen.open(path)
            assert offered(page, "agents") == []
            page.locator(
                f"input[list={'agents' if path != '/reports/agents/tz-03' else 'shops'}]"
            ).first.focus()
            page.wait_for_selector("datalist#agents option", state="attached")
            assert "tz-03" in offered(page, "agents")
            assert "presale" in offered(page, "groups")
            assert "团子生活超市" in offered(page, "shops")
        assert (seen.foreign, seen.problems) == ([], [])


def test_without_javascript_a_name_is_typed(browser: Browser, address: str) -> None:
    with watched(browser, address, java_script_enabled=False) as seen:
        page = seen.open("/reports")
        page.fill("[name=agent]", "tz-03")
        page.fill("[name=to_day]", "2026-11-15")
        page.get_by_role("button", name="筛选").click()
        assert "agent=tz-03" in page.url
        assert page.locator("tbody th a", has_text="tz-03").count() == 1


def test_from_the_report_to_an_agent_to_the_chats_behind_a_number(browser: Browser, address: str) -> None:
    with watched(browser, address) as seen:
        page = seen.open(REPORT)
        page.locator("tbody th a", has_text="tz-03").click()
        assert page.locator("h1").inner_text() == "阿茂 tz-03"
        row = page.locator(".beside-team tbody tr").first
        number = row.locator("td.number a").first
        expected = int(number.inner_text())
        number.click()
        expect(page.locator("[data-row]")).to_have_count(expected)
        page.locator("[data-open]").first.click()
        expect(page.locator(".finding").first).to_be_visible()
        assert (seen.foreign, seen.problems) == ([], [])


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_printed_report_fits_a_sheet(browser: Browser, address: str, language: str) -> None:
    """A4 is 210 mm wide, 794 px; with margins of 10 mm the page has 718 px."""
    with watched(browser, address, viewport={"width": 718, "height": 1000}) as seen:
        seen.page.context.add_cookies([{"name": LANGUAGE_COOKIE, "value": language, "url": address}])
        for path in (REPORT, "/reports/agents/tz-03?to_day=2026-11-15"):
            page = seen.open(path)
            page.emulate_media(media="print")
            assert page.evaluate("document.documentElement.scrollWidth") <= 718
            page.emulate_media(media="screen")


def test_the_printed_report_keeps_every_corrected_number(browser: Browser, address: str) -> None:
    with watched(browser, address) as seen:
        page = seen.open(REPORT)
        page.emulate_media(media="print")
        assert page.locator("form[role=search]").is_hidden()
        assert page.locator("td.corrected").first.is_visible()
        assert page.get_by_text("规则直接判定，无需校正").first.is_visible()
