"""The review desk in a real Chromium, where it must not go wrong: two people, keys held down, reservations that end."""

from pathlib import Path

from playwright.sync_api import Browser

from api.settings import Settings
from tests.api.reviewing import write_keys
from tests.console.browser import watched
from tests.console.review.browsing import draw, notice
from tests.console.review.conftest import MANY
from tests.console.serving import served


def test_a_key_that_is_held_down_decides_once(browser: Browser, desk_address: str) -> None:
    with watched(browser, desk_address) as seen:
        draw(seen.page, desk_address)
        page = seen.open("/review/case")
        page.keyboard.down("c")
        assert notice(page, "已记：确认")
        for _ in range(5):
            page.keyboard.down("c")  # what a key that stays down sends: the same again, as a repetition
        page.keyboard.up("c")
        page.keyboard.press("s")
        assert notice(page, "已跳过")
        assert "今天已复核 1 条" in page.locator(".head").inner_text()


def test_two_people_never_hold_the_same_case(browser: Browser, fresh: Settings, tmp_path: Path) -> None:
    keys = write_keys(tmp_path / "keys.toml")
    with (
        served(fresh.model_copy(update={"api_keys_file": tmp_path / "keys.toml"})) as address,
        watched(browser, address) as lead, watched(browser, address) as ann, watched(browser, address) as ben,
    ):  # fmt: skip
        for seen, name in ((lead, "lead"), (ann, "ann"), (ben, "ben")):
            cookie = {"name": "mingjian_key", "value": keys[name], "url": address}
            seen.page.context.add_cookies([cookie])  # type: ignore[list-item]
        draw(lead.page, address)
        held: dict[str, list[str]] = {"ann": [], "ben": []}
        for done in range(MANY // 2):
            for seen, name in ((ann, "ann"), (ben, "ben")):
                page = seen.open("/review/case") if done == 0 else seen.page
                held[name].append(page.locator("#answer").get_attribute("action") or "")
            for seen in (ann, ben):
                seen.page.keyboard.press("c")
            for seen in (ann, ben):
                seen.page.locator("main", has_text=f"今天已复核 {done + 1} 条").wait_for()
        assert len({*held["ann"], *held["ben"]}) == MANY
        assert (ann.problems, ben.problems) == ([], [])


def test_a_rejection_without_a_reason_leads_to_where_it_is_written(
    browser: Browser, desk_address: str
) -> None:
    with watched(browser, desk_address) as seen:
        hit = {"session_id": "s-02", "rule_id": "hostile_phrase", "reason": "是玩笑"}
        assert seen.page.request.post(f"{desk_address}/v1/my/appeals?agent=a-1", data=hit).ok
        page = seen.open("/review/case")
        page.keyboard.press("c")
        page.locator(".problem", has_text="请写明为什么驳回申诉").first.wait_for()
        assert page.evaluate("document.activeElement.name") == "note"
        page.keyboard.type("不是玩笑")
        page.keyboard.press("Escape")
        page.keyboard.press("c")
        assert notice(page, "已记：确认，驳回申诉")


def test_it_is_said_when_a_reservation_ends(browser: Browser, desk_address: str) -> None:
    with watched(browser, desk_address) as seen:
        draw(seen.page, desk_address)
        seen.page.clock.install()
        page = seen.open("/review/case")
        assert page.locator("[data-over]").is_hidden()
        page.clock.fast_forward("10:01")
        page.locator("[data-over]").wait_for()
        page.keyboard.press("c")
        assert notice(page, "已记：确认")
        assert page.locator("[data-over]").is_hidden()


def test_hits_of_a_whole_session_are_called_misjudged_by_number(browser: Browser, desk_address: str) -> None:
    with watched(browser, desk_address) as seen:
        page = seen.page
        page.goto(f"{desk_address}/review")
        page.fill("[name=title]", "抽查")
        page.get_by_role("button", name="抽样").click()
        seen.open("/review/case")
        page.keyboard.press("2")
        assert page.locator("[name=misjudged]").nth(1).is_checked()
        page.keyboard.press("m")
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.name") == "missed"
        page.keyboard.press("c")
        assert notice(page, "这条命中不再计分")
