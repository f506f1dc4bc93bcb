"""What a profile changes in a rule, and what that does to versions."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evaluators.grammar.kinds import Absence, Existence, Response, Rule
from evaluators.profiles import (
    apply_profile,
    settings_for,
)
from tests.evaluators.profiles.documents import CATALOGUE, profile, rule

OVERRIDES = [
    ("a threshold", "[rules.R52]\nlonger_than = '15s'", "R52", {"longer_than": "15s"}),
    ("by id", "[rules.slow_first_reply]\nlonger_than = '15s'", "R52", {"longer_than": "15s"}),
    ("a switch", "[rules.R01]\nenabled = false", "R01", {"enabled": False}),
    ("score, level, notification", "[rules.R01]\nscore = -4.5\nalert = 'high'\nnotify = 'manual'", "R01",
     {"score": -4.5, "alert": "high", "notify": "manual"}),
    ("a red line of the shop's own", "[rules.R01]\nred_line = true", "R01", {"red_line": True}),
    ("alert only", "[rules.R01]\nunset = ['score']", "R01", {"score": None}),
    ("another kind of limit", "[rules.R54]\nunset = ['longer_than']\nat_least = '5m'", "R54",
     {"longer_than": None, "at_least": "5m"}),
    ("out of its group", "[rules.R54]\nunset = ['exclusion_group']", "R54", {"exclusion_group": None}),
]  # fmt: skip


@pytest.mark.parametrize(
    ("body", "number", "expected"), [case[1:] for case in OVERRIDES], ids=[case[0] for case in OVERRIDES]
)
def test_any_key_of_a_rule_can_be_set(body: str, number: str, expected: dict[str, Any]) -> None:
    changed = rule(number, body)
    assert {key: getattr(changed, key) for key in expected} == expected
    before = CATALOGUE.find(number)
    others = {key: getattr(changed, key) for key in changed.__struct_fields__ if key not in expected}
    assert others == {key: getattr(before, key) for key in others}


def test_tables_merge_and_lists_are_replaced() -> None:
    changed = rule("R05", "[rules.R05]\ntrigger.slow_reply.longer_than = '1m'\nbehaviour.says.any = ['抱歉']")
    assert isinstance(changed, Response)
    assert changed.trigger.slow_reply is not None
    assert (changed.trigger.slow_reply.longer_than, changed.trigger.slow_reply.clock) == ("1m", "service")
    assert changed.behaviour.by == "shop"
    assert changed.behaviour.says is not None
    assert changed.behaviour.says.any == ("抱歉",)


PHRASES = [
    ("add", "{ add = ['见谅', '抱歉'] }", ("对不起", "久等了", "抱歉", "不好意思", "见谅")),
    ("remove", "{ remove = ['抱歉', '久等了'] }", ("对不起", "不好意思")),
    ("set", "{ set = ['见谅'] }", ("见谅",)),
    ("all three", "{ add = ['c'], set = ['a', 'b'], remove = ['a'] }", ("b", "c")),
    (
        "moved to the end",
        "{ remove = ['对不起'], add = ['对不起'] }",
        ("久等了", "抱歉", "不好意思", "对不起"),
    ),
]


@pytest.mark.parametrize(("edit", "expected"), [case[1:] for case in PHRASES], ids=[c[0] for c in PHRASES])
def test_the_phrase_list_can_be_edited(edit: str, expected: tuple[str, ...]) -> None:
    changed = rule("R05", f"[rules.R05]\nphrases = {edit}")
    assert changed.behaviour.says.any == expected


def test_exceptions_go_with_the_phrase_they_belong_to_and_can_be_added() -> None:
    changed = rule("R33", "[rules.R33]\nphrases = { remove = ['急什么'] }\nadd_except = ['喊什么呢亲']")
    assert isinstance(changed, Existence)
    assert changed.behaviour.says is not None
    assert changed.behaviour.says.except_ == ("喊什么呢亲",)


def test_the_shops_closing_standard_switches_the_rule_on() -> None:
    changed = rule("R02", "[rules.R02]\nenabled = true\nphrases = { set = ['祝您生活愉快'] }")
    assert isinstance(changed, Absence)
    assert changed.enabled
    assert changed.behaviour.says is not None
    assert changed.behaviour.says.any == ("祝您生活愉快",)


def test_only_what_changes_gets_a_new_version() -> None:
    changed = apply_profile(CATALOGUE, profile("[rules.R52]\nlonger_than = '15s'"))
    assert changed.version != CATALOGUE.version
    differing = {
        old.id
        for old, new in zip(CATALOGUE.rules, changed.rules, strict=True)
        if changed.rule_versions[old.id] != CATALOGUE.rule_versions[old.id] or old is not new
    }
    assert differing == {"slow_first_reply"}
    assert all(
        version.startswith("sha256:") for version in (changed.version, *changed.rule_versions.values())
    )


def test_the_same_rule_has_the_same_version_however_it_came_about() -> None:
    plain = apply_profile(CATALOGUE, profile("[rules.R52]\nlonger_than = '15s'"))
    roundabout = apply_profile(
        CATALOGUE,
        profile("[rules.slow_first_reply]\nlonger_than = '9s'\n[[layer]]\nshop = 'a'\n[layer.rules.R52]\nlonger_than = '15s'"),
        shop="a",
    )  # fmt: skip
    assert roundabout == plain


def test_different_rules_have_different_versions() -> None:
    found = [apply_profile(CATALOGUE, profile(f"[rules.R52]\nlonger_than = '{n}s'")) for n in (15, 16)]
    assert found[0].rule_versions["slow_first_reply"] != found[1].rule_versions["slow_first_reply"]
    assert found[0].version != found[1].version


def test_a_rule_set_back_is_the_rule_it_was() -> None:
    body = "[rules.R52]\nlonger_than = '15s'\n[[layer]]\nshop = 'a'\nrules.R52.longer_than = '20s'\nrules.R01.score = -1"
    changed = apply_profile(CATALOGUE, profile(body), shop="a")
    assert changed.find("R52") is CATALOGUE.find("R52")
    assert changed.find("R01") is not CATALOGUE.find("R01")


def test_what_is_set_to_what_it_was_changes_nothing() -> None:
    assert apply_profile(CATALOGUE, profile("[rules.R52]\nlonger_than = '20s'")) is CATALOGUE


def test_a_profile_is_applied_once() -> None:
    mine = profile("[rules.R52]\nlonger_than = '15s'\n[[layer]]\nshop = 'a'\nrules.R52.score = -1")
    assert settings_for(CATALOGUE, mine) is settings_for(CATALOGUE, mine, shop="b", tier="junior")
    assert settings_for(CATALOGUE, mine) is not settings_for(CATALOGUE, mine, shop="a")


def test_the_version_of_a_profile_is_that_of_all_it_says() -> None:
    assert profile("").version == profile("# a comment\n").version
    assert profile("").version != profile("scoring.cap = 120").version
    assert profile('base = "ten_nodes"').version != profile("").version


@pytest.mark.parametrize("each", CATALOGUE.rules, ids=[each.id for each in CATALOGUE.rules])
def test_an_empty_override_leaves_every_rule_the_object_it_is(each: Rule) -> None:
    assert apply_profile(CATALOGUE, profile(f"[rules.{each.id}]")) is CATALOGUE


@given(st.sampled_from(CATALOGUE.rules), st.floats(-100, 100).filter(lambda score: score != 0))
def test_any_score_of_any_rule_can_be_set(each: Rule, score: float) -> None:
    score = -abs(score) if each.red_line else score
    changed = apply_profile(CATALOGUE, profile(f"[rules.{each.id}]\nscore = {score!r}")).find(each.id)
    assert changed.score == score
