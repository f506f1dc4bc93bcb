"""`./dev screenshots [FOLDER]`: a picture of every page, 1280 px wide, and what `Shot.also` asks for besides."""

import sys
import tempfile
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser

from tests.console.serving import CHROMIUM, NO_CHROMIUM, chromium, served_live, served_samples
from tests.console.shots import SHOTS, Shot

ROOT = Path(__file__).parents[2]
_WIDE = {"viewport": {"width": 1280, "height": 900}, "reduced_motion": "reduce", "locale": "zh-CN"}
_ALSO: dict[str, dict[str, Any]] = {
    "dark": {"color_scheme": "dark"},
    "phone": {"viewport": {"width": 390, "height": 844}},
    "english": {"locale": "en-GB"},
}


def take(browser: Browser, address: str, shot: Shot, file: Path, kind: str = "") -> None:
    """One picture, of the part that is seen without scrolling."""
    context = browser.new_context(**(_WIDE | _ALSO.get(kind, {})))
    if kind == "english":
        context.add_cookies([{"name": "mingjian_language", "value": "en", "url": address}])
    page = context.new_page()
    page.goto(address + shot.path)
    for key in shot.keys if kind != "phone" else ():
        page.keyboard.press(key)
    page.screenshot(path=file)
    context.close()


def main(arguments: list[str]) -> int:
    """Writes the pictures; their sizes on standard output."""
    if CHROMIUM is None:
        print(NO_CHROMIUM, file=sys.stderr)
        return 1
    folder = Path(arguments[0]) if arguments else ROOT / "docs" / "console"
    folder.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as database,
        served_samples(Path(database)) as samples,
        served_live(Path(database)) as live,
        chromium() as browser,
    ):
        for shot in SHOTS:
            address = live if shot.live else samples
            take(browser, address, shot, folder / f"{shot.name}.png")
            for kind in shot.also:
                take(browser, address, shot, folder / f"{shot.name}_{kind}.png", kind)
    for path in sorted(folder.glob("*.png")):
        print(f"{path.stat().st_size:>9,} {path.name}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
