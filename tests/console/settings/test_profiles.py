"""Profiles in the console: in words, checked with line and field, published for the next day with a reason."""

import re

import pytest
from starlette.testclient import TestClient

from api.console.language import translator
from api.console.settings.profiles.differences import differences, from_built_in, layers_of
from evaluators.catalogue.loading import load_catalogue
from evaluators.profiles import ProfileSource, load_profile, resolve_profile

ZH, EN = translator("zh"), translator("en")
CATALOGUE = load_catalogue()
RULES = {rule.id: rule for rule in CATALOGUE.rules}
SALE = """name = "sale"
title = "大促"

[rules.slow_first_reply]
longer_than = "45s"
"""


def publish(
    console: TestClient, text: str, reason: str = "大促放宽", base_version: int = 0, action: str = "publish"
) -> tuple[int, str]:
    form = {"text": text, "reason": reason, "base_version": str(base_version), "action": action}
    answer = console.post("/settings/profiles/sale/edit", data=form, follow_redirects=False)
    return answer.status_code, answer.text


def test_a_profile_says_in_words_what_differs_from_the_built_in_rules() -> None:
    found = from_built_in(CATALOGUE, load_profile("service_standard"), ZH)
    rule = RULES["slow_first_human_reply"]
    [limit] = [each for each in found if each.where == f"{rule.title} › 超过多久算慢"]
    assert limit.after == "30s"
    assert limit.before == str(getattr(rule, "longer_than", None) or "—")
    assert from_built_in(CATALOGUE, load_profile("default"), ZH) == []


def test_layers_stand_apart_with_whom_they_are_for() -> None:
    source = ProfileSource(
        "x.toml", SALE + '[[layer]]\nshop = ["a", "b"]\ntier = "新人"\nrules.R05.enabled = false\n'
    )
    [(whom, found)] = layers_of(resolve_profile(source), RULES, ZH)
    assert whom == "店铺 a、b，层级 新人"
    [(where, before, after)] = found
    assert (where.split(" › ")[-1], before, after) == ("启用", "—", "否")
    assert where.split(" › ")[0] == next(rule.title for rule in RULES.values() if rule.number == "R05")


def test_differences_name_what_came_changed_and_went() -> None:
    before = {"rules": {"gone": {"score": 1}}, "why": "a", "scoring": {"start": 100}}
    after = {"why": "b", "scoring": {"start": 100, "caps": {"x": {"rules": ["1", "2"]}}}}
    assert [tuple(each) for each in differences(before, after, {}, EN)] == [
        ("Reason", "a", "b"), ("scoring › caps › x › Rules", "—", "1, 2"), ("Rules › gone › points", "1", "—"),
    ]  # fmt: skip


def test_a_mistake_is_told_with_its_line_and_field(console: TestClient) -> None:
    status, text = publish(console, SALE.replace("longer_than", "longer_then"))
    assert status == 200
    assert "还不能发布" in text
    assert "第 5 行" in text
    assert "<code>rules.slow_first_reply.longer_then</code>" in text
    assert "没有这个键；是不是想写 longer_than？" in text
    assert "第 1 行" in publish(console, "name = ")[1]
    assert console.get("/settings/profiles/sale").status_code == 404


def test_another_name_than_in_the_address_is_refused(console: TestClient) -> None:
    assert (
        "expected &#39;sale&#39; as in the address" in publish(console, SALE.replace('"sale"', '"other"'))[1]
    )


def test_publishing_needs_a_reason_and_keeps_what_was_written(console: TestClient) -> None:
    status, text = publish(console, SALE, reason=" ")
    assert status == 409
    assert "请写明原因" in text
    assert "longer_than = &#34;45s&#34;" in text


def test_what_is_published_holds_from_midnight_and_stands_in_the_history(console: TestClient) -> None:
    assert publish(console, SALE)[0] == 303
    page = console.get("/settings/profiles/sale").text
    assert "尚未生效" in page
    assert "大促放宽" in page
    assert "local" in page
    assert publish(console, SALE.replace("45s", "60s"), reason="再放宽", base_version=1)[0] == 303
    page = console.get("/settings/profiles/sale").text
    newest = page[page.index("sale@2") : page.index("sale@1")]
    assert "再放宽" in newest
    assert re.search(r'class="was">45s</td><td><b>60s</b>', newest)
    assert "发布方案" in console.get("/settings/audit").text
    assert 'longer_than = "60s"' in console.get("/settings/profiles/sale/edit").text.replace("&#34;", '"')


def test_a_version_that_came_in_between_is_not_lost(console: TestClient) -> None:
    publish(console, SALE)
    status, text = publish(console, SALE.replace("45s", "90s"), base_version=0)
    assert status == 409
    assert "有人先发布了新版本" in text
    assert "90s" in text


def test_checking_publishes_nothing(console: TestClient) -> None:
    status, text = publish(console, SALE, action="check")
    assert status == 200
    assert "没有问题" in text
    assert console.get("/settings/profiles/sale").status_code == 404


@pytest.mark.parametrize("name", ["default", "service_standard", "ten_nodes", "service_standard_promotion"])
def test_every_built_in_profile_can_be_read_and_edited(console: TestClient, name: str) -> None:
    assert console.get(f"/settings/profiles/{name}").status_code == 200
    assert "没有问题" in console.get(f"/settings/profiles/{name}/edit").text
    assert f"/settings/profiles/{name}" in console.get("/settings/profiles").text


def test_a_name_that_no_profile_can_have(console: TestClient) -> None:
    assert console.post("/settings/profiles", data={"name": "Sale!"}).status_code == 422
    answer = console.post("/settings/profiles", data={"name": "sale"}, follow_redirects=False)
    assert answer.headers["location"] == "/settings/profiles/sale/edit"
