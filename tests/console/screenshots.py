"""`./dev screenshots [FOLDER]`: a picture of every page, 1280 px wide, light, Chinese; a few dark, English or narrow."""

import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Browser

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))  # started as a file, like the benchmarks

from tests.console.serving import CHROMIUM, NO_CHROMIUM, chromium, served_samples  # noqa: E402
from tests.console.shots import SHOTS, Shot  # noqa: E402

_HEIGHT = 900


def take(browser: Browser, address: str, shot: Shot, file: Path, **options: object) -> None:
    """One picture, of the part that is seen without scrolling."""
    width = options.pop("width", 1280)
    context = browser.new_context(
        viewport={"width": width, "height": _HEIGHT}, reduced_motion="reduce", **options  # type: ignore[arg-type]
    )  # fmt: skip
    page = context.new_page()
    page.goto(address + shot.path)
    for key in shot.keys:
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
        served_samples(Path(database)) as address,
        chromium() as browser,
    ):
        for shot in SHOTS:
            take(browser, address, shot, folder / f"{shot.name}.png")
        for shot in SHOTS[::2]:
            take(browser, address, shot, folder / f"{shot.name}_dark.png", color_scheme="dark")
            take(browser, address, shot, folder / f"{shot.name}_phone.png", width=390)
    for path in sorted(folder.glob("*.png")):
        print(f"{path.stat().st_size:>9,} {path.name}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
