"""Every text of the console has its English, and no text is hidden from this test."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from string import Formatter

import pytest
from jinja2 import nodes

import api.console
from api.console.author.trying import verdict_words
from api.console.language import MESSAGES, Translator, load_messages, translator
from api.console.rendering import TEMPLATES, environment
from api.errors import MessageMissing

FOLDER = Path(api.console.__file__).parent
CODE = sorted(FOLDER.rglob("*.py"))
PAGES = sorted(TEMPLATES.rglob("*.html"))
_CHINESE = re.compile("[\u3400-\u9fff]")


def _called(node: ast.Call) -> str:
    return node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")


def texts_of_code(source: str) -> Iterator[str]:
    """What is given to `t` or `msg` as it stands."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and _called(node) in ("t", "msg") and node.args:
            first = node.args[0]
            if isinstance(first, ast.Constant) and isinstance(first.value, str):
                yield first.value
            elif isinstance(first, ast.IfExp):
                yield from (
                    part.value for part in (first.body, first.orelse) if isinstance(part, ast.Constant)
                )


def chinese_of_code(source: str) -> set[str]:
    """Every Chinese text that is no docstring."""
    tree = ast.parse(source)
    documented = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    said = {ast.get_docstring(node, clean=False) for node in ast.walk(tree) if isinstance(node, documented)}
    found = (node.value for node in ast.walk(tree) if isinstance(node, ast.Constant))
    return {text for text in found if isinstance(text, str) and _CHINESE.search(text)} - said


def texts_of_page(source: str) -> Iterator[str]:
    for call in environment().parse(source).find_all(nodes.Call):
        if isinstance(call.node, nodes.Name) and call.node.name == "t":
            yield from (each.value for each in call.args[:1] if isinstance(each, nodes.Const))


def untranslated_of_page(source: str) -> set[str]:
    """Chinese that stands in a template outside of `t(…)`."""
    tree = environment().parse(source)
    plain = {each.data.strip() for each in tree.find_all(nodes.TemplateData) if _CHINESE.search(each.data)}
    constants = {str(each.value) for each in tree.find_all(nodes.Const) if _CHINESE.search(str(each.value))}
    return plain | (constants - set(texts_of_page(source)))


def all_texts() -> set[str]:
    code = {text for path in CODE for text in texts_of_code(path.read_text(encoding="utf-8"))}
    return code | {text for path in PAGES for text in texts_of_page(path.read_text(encoding="utf-8"))}


@pytest.mark.parametrize("path", CODE, ids=lambda path: path.relative_to(FOLDER).as_posix())
def test_code_says_nothing_that_is_not_translated(path: Path) -> None:
    source = path.read_text(encoding="utf-8")
    assert chinese_of_code(source) - set(texts_of_code(source)) == set(), "wrap it: t(…) or msg(…)"


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.relative_to(TEMPLATES).as_posix())
def test_a_template_says_nothing_that_is_not_translated(path: Path) -> None:
    assert untranslated_of_page(path.read_text(encoding="utf-8")) == set(), "wrap it: {{ t(…) }}"


def test_every_text_has_its_english() -> None:
    assert all_texts() - load_messages().keys() == set(), f"add the English to a file of {MESSAGES}"


def test_no_english_is_left_over() -> None:
    assert load_messages().keys() - all_texts() == set(), "nothing says that any more"


@pytest.mark.parametrize("chinese", sorted(load_messages()))
def test_both_languages_name_the_same_values(chinese: str) -> None:
    def named(text: str) -> set[str]:
        return {name for _, name, _, _ in Formatter().parse(text) if name is not None}

    assert named(load_messages()[chinese]) == named(chinese)


def test_what_is_not_translated_is_noticed() -> None:
    assert chinese_of_code('"""说明"""\nx = "会话"\ny = t("页面")') - set(texts_of_code('y = t("页面")')) == {
        "会话"
    }
    assert untranslated_of_page("<p>会话</p>{{ t('页面') }}{{ '标题' }}") == {"<p>会话</p>", "标题"}
    assert set(texts_of_page("{{ t('页面') }}")) == {"页面"}


def test_a_translator_speaks_its_language() -> None:
    assert Translator("zh")("{days} 天", days=3) == "3 天"
    assert Translator("en")("{days} 天", days=3) == "3 days"
    assert (translator("en").code, translator("fr").code, translator(None).code) == ("en", "zh", "zh")
    assert (translator("en").pick("会话", ""), translator("en").pick("会话", "chat")) == ("会话", "chat")
    with pytest.raises(MessageMissing, match="没有这句"):
        Translator("en")("没有这句")


def test_a_word_with_several_meanings_shows_none_of_the_signs_that_tell_them_apart() -> None:
    assert [translator(code)("命中|结论") for code in ("zh", "en")] == ["命中", "hit"]
    assert [translator(code)("命中") for code in ("zh", "en")] == ["命中", "Hits"]
    assert verdict_words("hit", translator("en")) == "hit"
