"""What the pages say is so: generated text is up to date, every command they show exists, every link leads somewhere."""

import re
from pathlib import Path

import pytest

from api.cli import COMMANDS, load_command
from api.generated import all_texts, filled, rewrite
from prompts.errors import FileError

ROOT = Path(__file__).parents[1]
PAGES = [
    ROOT / "README.md",
    ROOT / "README.zh-CN.md",
    ROOT / "CONTRIBUTING.md",
    *sorted((ROOT / "docs").glob("*.md")),
]
READMES = PAGES[:2]
_SHOWN = re.compile(r"(?<![\w/.`-])(?:\.venv/bin/)?mingjian (?P<words>[a-z-]+(?: [a-z-]+)?)(?P<rest>[^\n`]*)")
_DEV = re.compile(r"\./dev (?P<command>[a-z]+)")
_LINK = re.compile(r"\]\((?P<target>[^)#:]+)(?:#[^)]*)?\)")


def text_of(page: Path) -> str:
    return page.read_text(encoding="utf-8")


@pytest.mark.parametrize("path", sorted(all_texts()))
def test_generated_text_is_up_to_date(path: str) -> None:
    page = text_of(ROOT / path)
    assert all_texts()[path](page) == page, "run ./dev docs"


def test_stale_text_is_reported_then_rewritten(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    page = tmp_path / "page.md"
    page.write_text("a\n<!-- generated: x -->\nold\n<!-- end -->\nb\n", encoding="utf-8")
    pages = {"page.md": lambda text: filled(text, {"x": "new"})}
    assert rewrite(pages, check_only=True, root=tmp_path) == 2
    assert "old" in text_of(page)
    assert "page.md: stale" in capsys.readouterr().err
    assert rewrite(pages, root=tmp_path) == 0
    assert text_of(page) == "a\n<!-- generated: x -->\nnew\n<!-- end -->\nb\n"
    assert rewrite(pages, check_only=True, root=tmp_path) == 0


@pytest.mark.parametrize("text", ["no mark", "<!-- generated: x -->\n<!-- end -->\n" * 2])
def test_a_page_that_has_lost_its_mark_is_an_error(tmp_path: Path, text: str) -> None:
    (tmp_path / "page.md").write_text(text, encoding="utf-8")
    with pytest.raises(FileError, match=r"page\.md: expected the mark <!-- generated: x -->"):
        rewrite({"page.md": lambda page: filled(page, {"x": "new"})}, root=tmp_path)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_command_shown_exists(page: Path) -> None:
    for shown in _SHOWN.finditer(text_of(page)):
        name, _, second = shown["words"].partition(" ")
        assert name in COMMANDS, shown[0]
        inner = getattr(load_command(name), "commands", {})
        if inner and second:
            assert second in inner, shown[0]
        command = inner.get(second) or load_command(name)
        known = {option for each in command.params for option in (*each.opts, *each.secondary_opts)}
        for option in re.findall(r"(?<=\s)--?[a-z][a-z-]*", shown["rest"]):
            assert option in known | {"--help"}, shown[0]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_dev_command_shown_exists(page: Path) -> None:
    script = text_of(ROOT / "dev")
    for shown in _DEV.finditer(text_of(page)):
        assert f'    "{shown["command"]}": ' in script, shown[0]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_leads_somewhere(page: Path) -> None:
    for link in _LINK.finditer(text_of(page)):
        assert (page.parent / link["target"]).exists(), link[0]


def test_the_two_readmes_show_the_same() -> None:
    english, chinese = map(text_of, READMES)
    assert english.count("\n## ") == chinese.count("\n## ")
    ids = [re.findall(r"^\| R\d\d \| `(\w+)`", text, re.MULTILINE) for text in (english, chinese)]
    assert ids[0] == ids[1]
    assert len(ids[0]) == 55
    assert english.count("flowchart LR") == chinese.count("flowchart LR") == 1


@pytest.mark.parametrize("name", COMMANDS)
def test_the_help_in_the_list_is_the_commands_own(name: str) -> None:
    assert (load_command(name).help or "").splitlines()[0] == COMMANDS[name].help
