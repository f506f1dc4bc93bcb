"""The review desk in a real Chromium: what a case costs in keys and round trips, and every key at work."""

import pytest
from playwright.sync_api import Browser

from tests.console.browser import Watched, serious_violations, watched
from tests.console.review.browsing import draw, notice
from tests.console.review.conftest import MANY

#: Of one case, without marking evidence. 60 of them in ten minutes leave ten seconds to read each.
MOST_KEYS, MOST_ROUND_TRIPS = 2, 2


class Counted:
    """Presses keys and counts them, and what the page asks of the service for it. Not what the menu counts meanwhile."""

    def __init__(self, seen: Watched) -> None:
        self.seen, self.keys, self._before = seen, 0, len(seen.requests)

    def press(self, key: str) -> None:
        self.keys += 1
        self.seen.page.keyboard.press(key)

    @property
    def round_trips(self) -> int:
        asked = self.seen.requests[self._before :]
        return len(
            [each for each in asked if "/static/" not in each and not each.endswith("/alerts/waiting")]
        )


def test_ten_cases_are_confirmed_with_a_key_and_a_round_trip_each(
    browser: Browser, desk_address: str
) -> None:
    with watched(browser, desk_address) as seen:
        draw(seen.page, desk_address)
        page = seen.open("/review/case")
        for done in range(1, 11):
            held = page.locator("#answer").get_attribute("action")
            counted = Counted(seen)
            counted.press("c")
            page.locator(".head", has_text=f"今天已复核 {done} 条").wait_for()
            assert page.locator("#answer").get_attribute("action") != held
            assert (counted.keys, counted.round_trips) == (1, 1)
            assert counted.keys <= MOST_KEYS
            assert counted.round_trips <= MOST_ROUND_TRIPS
        assert notice(page, "已记：确认")
        assert (seen.foreign, seen.problems) == ([], [])


def test_without_the_script_a_case_takes_a_form_and_a_redirect(browser: Browser, desk_address: str) -> None:
    with watched(browser, desk_address, java_script_enabled=False) as seen:
        draw(seen.page, desk_address)
        page = seen.open("/review/case")
        counted = Counted(seen)
        page.locator("[data-mark]").nth(1).check()
        page.get_by_role("button", name="误判").click()
        assert "这条命中不再计分" in page.locator("[role=status]").inner_text()
        assert counted.round_trips <= MOST_ROUND_TRIPS


def test_evidence_is_picked_and_a_note_written_by_keyboard(browser: Browser, desk_address: str) -> None:
    with watched(browser, desk_address) as seen:
        draw(seen.page, desk_address)
        page = seen.open("/review/case")
        assert page.locator("mark.lit").all_inner_texts() == ["急什么"]
        page.keyboard.press("j")
        assert page.evaluate("document.activeElement.value") == "m2", "the first step goes to the evidence"
        page.keyboard.press("Space")
        page.keyboard.press("k")
        page.keyboard.press("n")
        page.keyboard.type("cxs 是玩笑")
        page.keyboard.press("Escape")
        page.keyboard.press("x")
        assert notice(page, "这条命中不再计分")
        [label] = page.request.get(f"{desk_address}/v1/labels").json()["items"]
        assert (label["verdict"], label["message_ids"], label["note"]) == ("no_hit", ["m2"], "cxs 是玩笑")


def test_unsure_skip_and_undo_have_their_keys(browser: Browser, desk_address: str) -> None:
    with watched(browser, desk_address) as seen:
        draw(seen.page, desk_address)
        page = seen.open("/review/case")
        first = page.locator("#answer").get_attribute("action")
        page.keyboard.press("u")
        assert notice(page, "已记：拿不准")
        page.keyboard.press("z")
        assert notice(page, "已撤销")
        assert page.locator("#answer").get_attribute("action") == first
        page.keyboard.press("s")
        assert notice(page, "已跳过")
        assert f"还有 {MANY - 1} 条，今天已复核 0 条" in page.locator(".head").inner_text()
        page.keyboard.press("m")
        assert notice(page, "已跳过"), "a key of an answer that does not fit does nothing"


def test_a_blind_case_is_answered_by_number_and_then_told(browser: Browser, desk_address: str) -> None:
    with watched(browser, desk_address) as seen:
        draw(seen.page, desk_address, what="random", blind=True)
        page = seen.open("/review/case")
        assert page.locator("mark, .finding").count() == 0
        assert serious_violations(page) == []
        page.keyboard.press("2")
        assert notice(page, "机器判的是：命中，与您不同。")
        page.keyboard.press("1")
        assert notice(page, "机器判的也是：命中。")
        assert serious_violations(page) == []


def test_what_could_not_be_sent_is_said_and_nothing_is_lost(browser: Browser, desk_address: str) -> None:
    with watched(browser, desk_address) as seen:
        draw(seen.page, desk_address)
        page = seen.open("/review/case")
        page.fill("textarea", "想好了")
        page.locator("textarea").blur()
        page.route("**/review/case/*", lambda route: route.abort())
        page.keyboard.press("c")
        page.locator("[data-failed]").wait_for()
        assert page.input_value("textarea") == "想好了"
        page.unroute("**/review/case/*")
        page.keyboard.press("c")
        assert notice(page, "已记：确认")


@pytest.mark.parametrize("width", [1280, 390])
def test_a_whole_session_is_accessible_and_fits(browser: Browser, desk_address: str, width: int) -> None:
    with watched(browser, desk_address, viewport={"width": width, "height": 844}) as seen:
        page = seen.page
        page.goto(f"{desk_address}/review")
        page.fill("[name=title]", "抽查")
        page.get_by_role("button", name="抽样").click()
        seen.open("/review/case")
        page.locator("summary", has_text="漏判的规则").click()
        assert serious_violations(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        page.locator("[name=misjudged]").first.check()
        page.get_by_role("button", name="确认").click()
        assert notice(page, "已记：确认。整段会话")
