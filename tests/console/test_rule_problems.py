"""What is wrong with a draft is told in the language of the page; what is not known stays as it was said."""

import re

import pytest
from starlette.testclient import TestClient

from api.console.language import translator
from api.console.rule_problems import problem_words
from api.console.words import CATEGORIES, category_of, gaps_of, why_of
from evaluators.catalogue.loading import load_catalogue

ZH, EN = translator("zh"), translator("en")
CHINESE = re.compile("[\u3400-\u9fff]")
RULES = load_catalogue(derived=True).rules

SAID = [
    ("unknown key; did you mean 'longer_than'?", "没有这个键；是不是想写 'longer_than'？"),
    ("unknown key; known: any, all", "没有这个键。有的是：any, all"),
    ("expected a number, got 'viel'", "应为数，写的是 'viel'"),
    ("expected a list, each a string, not empty, got 3", "应为列表，每项是文字，不能为空，写的是 3"),
    ("expected one of none, low, got 'hoch'; did you mean 'low'?", "应为其中之一：none, low，写的是 'hoch'；是不是想写 'low'？"),
    ("required, but missing: expected a string, not empty", "缺少，应为文字，不能为空"),
    ("expected 'x', the name of its file, got 'y'", "应为文件名 'x'，写的是 'y'"),
    ("something nobody has thought of", "something nobody has thought of"),
]  # fmt: skip


@pytest.mark.parametrize(("english", "chinese"), SAID)
def test_a_reason_is_told_in_both_languages(english: str, chinese: str) -> None:
    assert problem_words(english, ZH) == chinese
    assert problem_words(english, EN) == english


def test_the_bench_tells_mistakes_in_chinese(console: TestClient) -> None:
    text = (
        load_catalogue()
        .sources["hostile_phrase"]
        .read_text("utf-8")
        .replace("score = -100", 'score = "viel"')
    )
    told = console.post("/author/hostile_phrase/problems", data={"text": text}).json()["problems"]
    assert [each["reason"] for each in told if each["field"] == "score"] == ["应为数，写的是 'viel'"]


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_a_rule_says_why_and_what_it_misses_in_english_too(rule: object) -> None:
    found = next(each for each in RULES if each is rule)
    assert found.title_en
    assert found.why_en
    assert not CHINESE.search(why_of(found, EN))
    assert len(found.known_gaps_en) == len(found.known_gaps)
    assert not any(map(CHINESE.search, gaps_of(found, EN)))
    assert (why_of(found, ZH), gaps_of(found, ZH)) == (found.why, found.known_gaps)


def test_every_shipped_category_has_its_english() -> None:
    assert {rule.category for rule in RULES} <= CATEGORIES
    assert not any(CHINESE.search(category_of(each, EN)) for each in CATEGORIES)
    assert category_of("我们自己的", EN) == "我们自己的"
