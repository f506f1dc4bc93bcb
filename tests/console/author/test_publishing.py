"""From a draft to a profile: exactly what was changed, laid over what the profile says already."""

import tomllib
from typing import Any

import pytest

from api.console.author.drafting import RuleText
from api.console.author.publishing import Change, change_of, laid
from evaluators.catalogue.loading import load_catalogue
from evaluators.profiles import ProfileSource, apply_profile, resolve_profile

CATALOGUE = load_catalogue()


def text_of(rule_id: str) -> RuleText:
    path = CATALOGUE.sources[rule_id]
    return RuleText(rule_id, path.name, path.read_text("utf-8"), path.suffix == ".j2")


@pytest.mark.parametrize(
    ("rule_id", "old", "new", "edit"),
    [
        ("slow_first_reply", 'longer_than = "20s"', 'longer_than = "15s"', {"longer_than": "15s"}),
        ("slow_first_reply", "score = -5\n", "", {"unset": ["score"]}),
        ("price_concern_not_addressed", 'within = "2m"', 'within = "3m"', {"window": {"within": "3m"}}),
        ("agent_abuse", "score = -100", "score = -50", {"score": -50}),
        (
            "hostile_phrase",
            'says.except = ["着急什么", "急什么时候"]',
            "",
            {"unset": ["behaviour.says.except"]},
        ),
    ],
)
def test_the_edit_is_what_was_changed(rule_id: str, old: str, new: str, edit: dict[str, Any]) -> None:
    rule = text_of(rule_id)
    assert old in rule.text
    found = change_of(rule, rule.text.replace(old, new, 1))
    assert found == Change(edit, ())
    assert found.is_publishable


@pytest.mark.parametrize(
    ("rule_id", "old", "new", "names"),
    [
        ("agent_abuse", "没有骂人。", "没有。", ("wording",)),
        ("agent_abuse", "context = 2", "context = 3", ("prompt",)),
        ("hostile_phrase", 'number = "R33"', 'number = "R99"', ("number",)),
    ],
)
def test_what_only_the_text_can_say_is_named(
    rule_id: str, old: str, new: str, names: tuple[str, ...]
) -> None:
    rule = text_of(rule_id)
    found = change_of(rule, rule.text.replace(old, new, 1))
    assert (found.by_text, found.is_publishable) == (names, False)


def test_an_edit_is_laid_over_what_the_profile_says_of_the_rule() -> None:
    document = {
        "name": "p",
        "title": "P",
        "rules": {"R52": {"score": -2, "unset": ["alert"]}, "R53": {"score": 0}},
    }
    found = laid(document, "slow_first_reply", "R52", {"longer_than": "15s", "unset": ["exclusion_group"]})
    assert found["rules"] == {
        "R52": {"score": -2, "longer_than": "15s", "unset": ["alert", "exclusion_group"]}, "R53": {"score": 0},
    }  # fmt: skip
    assert document["rules"]["R52"] == {"score": -2, "unset": ["alert"]}  # type: ignore[index]


@pytest.mark.parametrize(
    ("rule_id", "old", "new"),
    [
        ("slow_first_reply", 'longer_than = "20s"', 'longer_than = "15s"'),
        ("price_concern_not_addressed", 'within = "2m"', 'within = "3m"'),
        ("hostile_phrase", '"急什么", ', '"急什么", "随便你", '),
        ("hostile_phrase", "red_line = true\n", ""),
    ],
)
def test_what_comes_into_force_is_the_draft(rule_id: str, old: str, new: str) -> None:
    rule = text_of(rule_id)
    draft = rule.text.replace(old, new, 1)
    document = laid({"name": "p", "title": "P"}, rule_id, None, change_of(rule, draft).edit)
    now = apply_profile(CATALOGUE, resolve_profile(ProfileSource("p.json", document))).find(rule_id)
    said = tomllib.loads(draft)
    plain = apply_profile(CATALOGUE, resolve_profile(ProfileSource("p.json", {"name": "p", "title": "P"})))
    assert now != plain.find(rule_id)
    assert now.red_line == said.get("red_line", False)
