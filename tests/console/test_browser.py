"""Every page in a real Chromium: nothing from elsewhere, no errors, accessible, usable wide and narrow."""

import pytest
from playwright.sync_api import Browser, Page

from api.console.navigation import NAVIGATION
from tests.console.browser import serious_violations, watched
from tests.console.shots import SHOTS, Shot

PHONE = {"width": 390, "height": 844}


def test_every_page_of_the_menu_is_looked_at() -> None:
    assert {item.path for item in NAVIGATION} <= {shot.path.partition("?")[0] for shot in SHOTS}


@pytest.mark.parametrize("shot", SHOTS, ids=lambda shot: shot.name)
def test_a_page_is_accessible_and_loads_nothing_from_elsewhere(
    browser: Browser, place: str, shot: Shot
) -> None:
    with watched(browser, place) as seen:
        page = seen.open(shot.path)
        for key in shot.keys:
            page.keyboard.press(key)
        assert serious_violations(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= 1280
        page.emulate_media(color_scheme="dark")
        assert serious_violations(page, "color-contrast") == []
        assert (seen.foreign, seen.problems) == ([], [])
        assert len(seen.requests) > 3


#: Of every control that can be come to by Tab: those that look the same with the focus as without.
UNSEEN = """() => [...document.querySelectorAll("a[href], button, input, select, textarea, summary, [tabindex='0']")]
  .filter((each) => !each.disabled && each.checkVisibility({ visibilityProperty: true }))
  .filter((each) => {
    each.focus({ preventScroll: true });
    const style = getComputedStyle(each);
    return document.activeElement === each && (style.outlineStyle === "none" || parseFloat(style.outlineWidth) < 2);
  })
  .map((each) => each.outerHTML.slice(0, 120))"""


@pytest.mark.parametrize("shot", SHOTS, ids=lambda shot: shot.name)
def test_whatever_has_the_focus_shows_it_and_the_first_is_the_way_past_the_menu(
    browser: Browser, place: str, shot: Shot
) -> None:
    with watched(browser, place) as seen:
        page = seen.open(shot.path)
        page.keyboard.press("Tab")
        first = page.locator(":focus")
        if first.get_attribute("class") == "skip":
            box = first.bounding_box()
            assert box is not None
            assert box["x"] >= 0
        else:
            assert first.get_attribute("autofocus") is not None
        assert page.evaluate(UNSEEN) == []
        assert page.title().endswith(" · 明鉴")
        assert page.locator("h1").count() == 1


@pytest.mark.parametrize("shot", SHOTS, ids=lambda shot: shot.name)
def test_a_page_is_usable_on_a_phone(browser: Browser, place: str, shot: Shot) -> None:
    with watched(browser, place, viewport=PHONE) as seen:
        page = seen.open(shot.path)
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
        assert serious_violations(page, "target-size", "scrollable-region-focusable", "color-contrast") == []


def without_counts(page: Page) -> str:
    """What can be read, but for times that are counted every second."""
    counts = page.locator(".ticking").all_inner_texts()
    return " ".join(word for word in page.inner_text("main").split() if word not in counts)


@pytest.mark.parametrize("shot", SHOTS, ids=lambda shot: shot.name)
def test_a_page_reads_the_same_without_javascript(browser: Browser, place: str, shot: Shot) -> None:
    with watched(browser, place) as lively, watched(browser, place, java_script_enabled=False) as still:
        # Before and after: a live page goes on meanwhile.
        first, plain, last = [without_counts(seen.open(shot.path)) for seen in (lively, still, lively)]
    assert set(plain.split()) <= {*first.split(), *last.split()}
    assert len(plain) > 40, "even an empty list says what to do next"


def test_what_is_wrong_is_noticed(browser: Browser, address: str) -> None:
    with watched(browser, address) as seen:
        page = seen.open("/desk")
        page.evaluate(
            "document.body.insertAdjacentHTML('beforeend', '<img src=\"https://example.invalid/a.png\">')"
        )
        page.wait_for_function("document.querySelector('img[src*=invalid]').complete")
        assert any("image-alt" in each for each in serious_violations(page, "image-alt"))
        assert seen.problems, "the policy of the page forbids the image"


def test_the_desk_is_worked_by_keyboard(browser: Browser, address: str) -> None:
    with watched(browser, address) as seen:
        page = seen.open("/desk?rule_hit=prohibited_superlative")
        page.keyboard.press("j")
        page.keyboard.press("j")
        second = page.locator("[data-row]").nth(1)
        assert "current" in (second.get_attribute("class") or "")
        page.keyboard.press("x")
        assert second.locator("[type=checkbox]").is_checked()
        page.keyboard.press("k")
        page.keyboard.press("/")
        assert page.evaluate("document.activeElement.name") == "text"
        page.keyboard.type("jk")
        assert page.input_value("[name=text]") == "jk"
        page.locator("[data-open]").first.focus()
        page.keyboard.press("Enter")
        page.wait_for_url("**/desk/sessions/*")


def test_from_session_to_session_and_back_to_the_filtered_list(browser: Browser, address: str) -> None:
    with watched(browser, address) as seen:
        page = seen.open("/desk?rule_hit=prohibited_superlative")
        names = page.locator("[data-open]").all_inner_texts()
        page.keyboard.press("j")
        page.keyboard.press("Enter")
        page.locator("[data-place]", has_text=f"1 / {len(names)}").wait_for()
        page.keyboard.press("n")
        page.locator("[data-place]", has_text=f"2 / {len(names)}").wait_for()
        assert page.locator("h1").inner_text() == names[1]
        page.keyboard.press("u")
        page.locator("[data-row].current").wait_for()
        assert page.url.endswith("/desk?rule_hit=prohibited_superlative")
        assert page.locator("[data-row].current [data-open]").inner_text() == names[1]


def test_without_javascript_a_session_leads_back_to_the_filtered_list(browser: Browser, address: str) -> None:
    with watched(browser, address, java_script_enabled=False) as seen:
        page = seen.open("/desk?rule_hit=prohibited_superlative")
        page.locator("[data-open]").first.click()
        assert page.locator("[data-trail]").is_hidden()
        page.locator("[data-back]").click()
        assert page.url.endswith("/desk?rule_hit=prohibited_superlative")


def test_a_whole_page_is_ticked_at_once_and_counted(browser: Browser, address: str) -> None:
    with watched(browser, address) as seen:
        page = seen.open("/desk?limit=5")
        assert page.locator("[data-ticked]").is_hidden()
        page.keyboard.press("a")
        assert page.locator("[data-ticked]").inner_text() == "已勾选 5 个"
        page.locator("[name=session_id]").first.uncheck()
        assert page.locator("[data-ticked]").inner_text() == "已勾选 4 个"
        assert page.evaluate("document.querySelector('[data-all]').indeterminate")


@pytest.mark.parametrize("key", ["Tab", "j"])
def test_the_bar_of_the_list_hides_nothing_that_has_the_focus(
    browser: Browser, address: str, key: str
) -> None:
    with watched(browser, address) as seen:
        page = seen.open("/desk?limit=20")
        page.keyboard.press("j")
        for _ in range(20):
            page.keyboard.press(key)
            if page.evaluate("document.activeElement.closest('.bulk, .pager')"):
                break
            end = page.evaluate("document.activeElement.getBoundingClientRect().bottom")
            assert end <= page.evaluate("document.querySelector('.bulk').getBoundingClientRect().top")


def test_the_arrow_keys_scroll_the_chat_that_has_the_focus(browser: Browser, address: str) -> None:
    with watched(browser, address) as seen:
        page = seen.open("/desk/sessions/sample-tz-03")
        page.locator(".chat").focus()
        page.keyboard.press("ArrowDown")
        assert page.evaluate("document.activeElement.className") == "chat card"
        page.keyboard.press("j")
        assert page.locator(".finding.lit").count() == 1


def test_the_arrow_keys_light_up_what_a_finding_quotes(browser: Browser, address: str) -> None:
    with watched(browser, address) as seen:
        page = seen.open("/desk/sessions/sample-tz-03")
        assert page.locator(".lit").count() == 0
        page.keyboard.press("ArrowDown")
        page.keyboard.press("ArrowDown")
        finding = page.locator(".finding").nth(1)
        quotes = [text.strip("“”") for text in finding.locator(".quotes a").all_inner_texts()]
        assert len(quotes) == 2
        assert page.locator("mark.lit").all_inner_texts() == quotes
        assert page.evaluate("document.activeElement.id") == finding.get_attribute("id")
        page.keyboard.press("Escape")
        assert page.locator(".lit").count() == 0
        finding.hover()
        assert page.locator("mark.lit").all_inner_texts() == quotes


def test_without_javascript_a_quote_leads_to_its_message(browser: Browser, address: str) -> None:
    with watched(browser, address, java_script_enabled=False) as seen:
        page = seen.open("/desk/sessions/sample-tz-03")
        link = page.locator(".quotes a").first
        link.click()
        page.wait_for_url(f"**{link.get_attribute('href')}")
        assert page.locator(".bubble:target").count() == 1


def test_the_language_is_switched_and_nothing_chinese_is_left_in_the_frame(
    browser: Browser, address: str
) -> None:
    with watched(browser, address, java_script_enabled=False) as seen:
        page = seen.open("/desk?limit=5")
        page.click("text=English")
        assert page.locator("h1").inner_text() == "Sessions 119"
        assert page.url.endswith("/desk?limit=5")
        assert page.locator("html").get_attribute("lang") == "en"


def test_a_workbook_of_what_was_ticked_is_downloaded(browser: Browser, address: str) -> None:
    with watched(browser, address) as seen:
        page = seen.open("/desk?limit=5")
        page.locator("[name=session_id]").first.check()
        with page.expect_download() as download:
            page.get_by_role("button", name="导出", exact=True).click()
        assert download.value.suggested_filename == "outcomes.xlsx"


def test_ticked_sessions_are_inspected_again(browser: Browser, address: str) -> None:
    with watched(browser, address) as seen:
        page = seen.open("/desk?limit=5&shop=%E5%9B%A2%E5%AD%90%E7%94%9F%E6%B4%BB%E8%B6%85%E5%B8%82")
        page.locator("[name=session_id]").nth(2).check()
        page.get_by_role("button", name="重新质检").click()
        assert "1 个会话已排队" in page.locator("[role=status]").inner_text()
        assert (seen.foreign, seen.problems) == ([], [])
