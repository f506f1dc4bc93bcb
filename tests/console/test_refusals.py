"""Forms that are refused: the page comes back with what was typed, what is wrong beside it, and the status of the error."""

import re
from html import unescape
from typing import Any

import pytest
from starlette.testclient import TestClient

from api.console.error_words import EXPECTED, words_of
from api.console.language import translator
from api.errors import ParameterInvalid
from storage.errors import StageNotEarned

ZH, EN = translator("zh"), translator("en")

#: Form, what is typed, what the page says of it, and what still stands in the page.
FORMS: list[tuple[str, dict[str, Any], str, list[str]]] = [
    (
        "/review/plans",
        {"title": "周三抽检", "size": "viele", "rules": ["hostile_phrase"], "blind": "true", "quota": "7"},
        "每层抽几条：请填一个数",
        ['value="周三抽检"', 'value="viele"', 'value="hostile_phrase" selected', 'value="true" checked'],
    ),
    ("/review/plans", {"title": "x", "reviewers": "x"}, "每条几人看：请填一个数", ['name="reviewers"']),
    (
        "/calibration/hostile_phrase/sample",
        {"hits": "5000", "others": "7"},
        "命中里抽：不能大于 1000",
        ['value="5000"', 'value="7"'],
    ),
    (
        "/calibration/hostile_phrase/stage",
        {"purpose": "notification", "stage": "automatic", "reason": "我觉得行"},
        "这条规则还没有挣得这个阶段",
        ['value="我觉得行"', 'value="automatic" selected'],
    ),
    (
        "/settings/shops",
        {"shop": "", "profile": "ten_nodes", "reason": ""},
        "理由：请填写",
        ["<option selected>ten_nodes"],
    ),
    ("/settings/profiles", {"name": "Sale!"}, "标识：只能用小写字母", ['value="Sale!"']),
    (
        "/settings/profiles/default/edit",
        {"text": 'title = "新的"', "base_version": "-1", "reason": "因为"},
        "base_version：不能小于 0",
        ['title = "新的"', 'value="因为"'],
    ),
    ("/desk/export", {"what": "outcomes", "format": "pdf"}, "format：请从给出的里面选", ["<h1>"]),
    ("/alerts/none/dismissed", {}, "没有这条告警", ["<h1>"]),
]


@pytest.mark.parametrize(("path", "typed", "told", "kept"), FORMS)
def test_a_refused_form_comes_back_with_what_was_typed(
    console: TestClient, path: str, typed: dict[str, Any], told: str, kept: list[str]
) -> None:
    answer = console.post(path, data=typed)
    assert answer.status_code in (404, 409, 422)
    page = unescape(answer.text)
    assert re.search(rf'role="alert"[^>]*>{re.escape(told)}', page), page[-3000:]
    assert "回到首页" not in page, "no error page"
    for each in kept:
        assert each in page, each


def test_a_page_that_is_opened_has_no_refusal(console: TestClient) -> None:
    for path in ("/review", "/settings/shops", "/calibration/hostile_phrase"):
        page = console.get(path).text
        assert 'id="refused"' not in page
        assert 'aria-invalid="true"' not in page


def test_what_is_wrong_is_told_in_the_language_of_the_page(console: TestClient) -> None:
    console.cookies.set("mingjian_language", "en")
    page = console.post("/calibration/hostile_phrase/sample", data={"hits": "5000"}).text
    assert "at most 1000" in page
    assert not re.search('role="alert"[^<]*[\u3400-\u9fff]', page)


def test_a_form_of_a_page_that_is_not_there_gets_an_error_page(console: TestClient) -> None:
    answer = console.post("/calibration/no_such_rule/sample", data={"hits": "1"})
    assert answer.status_code == 422
    assert "回到首页" in answer.text


def test_errors_say_what_to_do_in_chinese_and_keep_their_details() -> None:
    assert words_of(StageNotEarned("0.80 < 0.90"), ZH) == "这条规则还没有挣得这个阶段：0.80 < 0.90"
    assert words_of(StageNotEarned("0.80 < 0.90"), EN) == "0.80 < 0.90"
    reason = ParameterInvalid("reason", "expected one: it goes into the audit trail")
    assert words_of(reason, ZH) == "理由：请填写"
    assert words_of(ParameterInvalid("x", "expected something odd"), ZH) == "x：expected something odd"


@pytest.mark.parametrize("pattern", [pattern for pattern, _ in EXPECTED])
def test_every_pattern_is_a_regular_expression(pattern: str) -> None:
    assert re.compile(pattern)
