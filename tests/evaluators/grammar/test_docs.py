"""Generated text says what the catalogue and the grammar say."""

from pathlib import Path
from typing import Literal

import pytest

from evaluators.catalogue.loading import load_catalogue
from evaluators.grammar.docs import EXAMPLES, grammar_reference_markdown, rule_table_markdown

DOCS = Path(__file__).parents[3] / "docs"


def test_the_reference_page_is_up_to_date() -> None:
    page = (DOCS / "rule_grammar.md").read_text(encoding="utf-8")
    assert page == grammar_reference_markdown(), "run `mingjian rules docs`"


def test_every_example_is_on_the_page_as_it_is_written() -> None:
    page = grammar_reference_markdown()
    for path in EXAMPLES.glob("*.toml"):
        assert f"### {path.stem}\n" in page
        rule = path.read_text(encoding="utf-8").split("'''")[1].strip()
        assert f"```toml\n{rule}\n```" in page


@pytest.mark.parametrize("language", ["zh", "en"])
def test_one_row_per_rule_and_as_many_cells_as_the_head(language: Literal["zh", "en"]) -> None:
    for derived in (False, True):
        head, line, *rows = rule_table_markdown(language, derived=derived).splitlines()
        assert {text.count(" | ") for text in (line, *rows)} == {head.count(" | ")}
        listed = [row.split("`")[1] for row in rows]
        rules = load_catalogue(derived=derived).rules
        assert listed == [rule.id for rule in rules if (rule.provenance == "derived") == derived]


def test_marks_what_is_off_and_what_is_a_red_line() -> None:
    rows = {row.split("`")[1]: row for row in rule_table_markdown("zh").splitlines()[2:]}
    assert "(默认关)" in rows["nonstandard_closing"]
    assert "(红线)" in rows["prohibited_superlative"]
    assert rows["prohibited_superlative"].endswith("| 代码 | 中级 | 手动 | −100 |")
    assert rows["customer_abuse"].endswith("| 评判 | 初级 | 手动 | / |")
    assert "(" not in rows["missing_welcome"]
