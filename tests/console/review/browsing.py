"""What tests of the review desk do in the browser again and again."""

from typing import Any

from playwright.sync_api import Page


def draw(page: Page, address: str, **fields: Any) -> None:
    """By the form of the page, with all hits of R33."""
    page.goto(f"{address}/review")
    page.fill("[name=title]", "抽检")
    page.select_option("[name=what]", fields.pop("what", "flagged"))
    page.select_option("[name=rules]", "hostile_phrase")
    if fields.pop("blind", False):
        page.check("[name=blind]")
    page.get_by_role("button", name="抽样").click()


def notice(page: Page, said: str) -> str:
    """Waits until something is said of the last answer."""
    shown = page.locator("[role=status]", has_text=said)
    shown.wait_for()
    return shown.inner_text()
