"""Text that is generated and kept in files: `python -m api.generated` writes it, `--check` says what is stale.

A part of a page stands between `<!-- generated: NAME -->` and `<!-- end -->`.
"""

import re
import sys
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from api.cli import COMMANDS, load_command
from api.cli_docs import command_reference
from api.commands.output import FOUND_SOMETHING, say
from evaluators.grammar.docs import grammar_reference_markdown, rule_table_markdown
from prompts.errors import FileError

ROOT = Path(__file__).parents[1]
Page = Callable[[str], str]


def whole(text: Callable[[], str]) -> Page:
    """A page that is generated from the first line to the last."""
    return lambda page: text()


def parts(texts: Mapping[str, Callable[[], str]]) -> Page:
    """A page some parts of which are generated, by the name in their mark."""
    return lambda page: filled(page, {name: text() for name, text in texts.items()})


def filled(page: str, texts: Mapping[str, str]) -> str:
    """The page with every part as it is now. Raises `ValueError` naming a mark that is not there once."""
    for name, text in texts.items():
        begin, end = f"<!-- generated: {name} -->\n", "<!-- end -->"
        found = re.findall(re.escape(begin) + ".*?" + re.escape(end), page, re.DOTALL)
        if len(found) != 1:
            raise ValueError(f"expected the mark {begin.strip()} … {end} once")
        page = page.replace(found[0], f"{begin}{text.rstrip()}\n{end}")
    return page


RULE_TEXTS: dict[str, Page] = {
    "README.md": parts({"rules": lambda: rule_table_markdown("en")}),
    "README.zh-CN.md": parts({"rules": lambda: rule_table_markdown("zh")}),
    "docs/rule_grammar.md": whole(grammar_reference_markdown),
}
_COMMAND_TEXTS: dict[str, Page] = {
    "docs/cli.md": parts(
        {"commands": lambda: command_reference({name: load_command(name) for name in COMMANDS})}
    ),
}


def rewrite(pages: Mapping[str, Page], *, check_only: bool = False, root: Path = ROOT) -> int:
    """Brings the pages up to date; the exit status. With `check_only` writes nothing and says what is stale.

    Raises `FileError` for a page that is not there or has lost its marks.
    """
    stale = [path for path, page in pages.items() if _bring_up_to_date(root / path, page, check_only)]
    for path in stale:
        say(f"{path}: {'stale: run ./dev docs' if check_only else 'rewritten'}")
    return FOUND_SOMETHING if stale and check_only else 0


def _bring_up_to_date(path: Path, page: Page, check_only: bool) -> bool:
    try:
        old = path.read_text(encoding="utf-8")
        new = page(old)
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        raise FileError(reason or "cannot be read", path=str(path)) from error
    if new == old:
        return False
    if not check_only:
        path.write_text(new, encoding="utf-8")
    return True


def all_texts() -> dict[str, Page]:
    """Every page with generated text."""
    # Imported here: the REST pages need the whole service, the tables of rules do not.
    from api import rest_docs

    return {**RULE_TEXTS, **_COMMAND_TEXTS, "docs/rest.md": rest_docs.filled}


def main(arguments: Iterable[str]) -> int:
    """`python -m api.generated [--check]`; the exit status."""
    return rewrite(all_texts(), check_only="--check" in arguments)


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except FileError as problem:
        say(str(problem))
        sys.exit(1)
