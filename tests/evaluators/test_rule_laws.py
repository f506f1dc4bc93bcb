"""What holds for every shipped rule file."""

import re
from pathlib import Path
from typing import Any

import msgspec
import pytest

from evaluators.catalogue.loading import BUILT_IN, DERIVED, load_catalogue
from evaluators.catalogue.phrase_lists import load_phrases
from evaluators.grammar.docs import catalogue_counts, decided_by
from evaluators.grammar.kinds import Existence, Response, Rule
from evaluators.grammar.walk import acts_of, behaviours_of
from evaluators.phrases.text import bare, fold
from prompts.library import load_prompts
from tests.evaluators.seed_rules import EXCEPT, GROUPS, PHRASES, SEED_RULES

ALERTS = {"none": "不告警", "low": "初级", "medium": "中级", "high": "高级"}
NOTIFIES = {"none": "/", "auto": "自动", "manual": "手动"}
SUBJECTS = {"all_agents": "全部客服", "human_agents": "人工客服"}
DEFAULTS = {None: "", True: "yes", False: "no"}
RULES = load_catalogue().rules
EVERY = load_catalogue(derived=True).rules
DOCS = Path(__file__).parents[2] / "docs"

CODE = [
    "R01",
    "R02",
    "R04",
    "R05",
    "R07",
    "R08",
    "R10",
    "R11",
    "R32",
    "R33",
    "R35",
    "R36",
    "R37",
    "R38",
    "R39",
    "R51",
    "R52",
    "R53",
    "R54",
    "R55",
]
BOTH = ["R06", "R12", "R14", "R16", "R18", "R20", "R23", "R24", "R25", "R26", "R28", "R29", "R30", "R31"]


def _fields(rule: Rule) -> str:
    score = "" if rule.score is None else str(rule.score)
    return "|".join(
        [
            rule.number or "",
            rule.id,
            rule.section,
            rule.category,
            rule.title,
            rule.provenance,
            DEFAULTS[rule.system_default],
            SUBJECTS[rule.subject],
            ALERTS[rule.alert],
            NOTIFIES[rule.notify],
            score,
        ]
    )


def test_every_field_is_as_the_seeds_give_it() -> None:
    assert [_fields(rule) for rule in RULES] == SEED_RULES.splitlines()


def test_phrases_and_exceptions_are_those_of_the_seeds() -> None:
    for rule_id, listed in PHRASES.items():
        rule = next(rule for rule in EVERY if rule.id == rule_id)
        said = [each.says for _, each in behaviours_of(rule) if each.says is not None]
        assert "、".join(said[0].any) == listed, rule_id
        if rule_id in EXCEPT:
            assert "、".join(said[0].except_) == EXCEPT[rule_id]


def test_exclusion_groups_are_those_of_the_readings() -> None:
    found: dict[str, tuple[set[str], str]] = {}
    for rule in RULES:
        if rule.exclusion_group is not None:
            members, per = found.setdefault(rule.exclusion_group, (set(), rule.exclusion_per))
            assert per == rule.exclusion_per
            members.add(rule.number or "")
    assert found == GROUPS


def test_switches_red_lines_and_attribution() -> None:
    assert {rule.number for rule in RULES if not rule.enabled} == {"R02", "R09"}
    assert {rule.number for rule in RULES if rule.red_line} == {"R29", "R30", "R31", "R32", "R33", "R34"}
    assert {rule.number for rule in RULES if rule.attribute_to == "shop"} == {"R44", "R45", "R46", "R47"}
    assert {rule.number for rule in RULES if rule.score is None} == {"R48", "R49", "R50"}
    confirmed = {rule.number for rule in RULES if rule.needs_human_confirm}
    assert {"R29", "R30", "R31"} <= confirmed


def test_what_decides_each_rule() -> None:
    decided = {rule.number: decided_by(rule) for rule in RULES}
    assert [number for number, by in decided.items() if by == "code"] == CODE
    assert [number for number, by in decided.items() if by == "both"] == BOTH
    assert catalogue_counts(load_catalogue()) == {"code": 20, "both": 14, "judge": 21}


@pytest.mark.parametrize(
    "rule", [rule for rule in RULES if decided_by(rule) == "judge"], ids=lambda rule: rule.id
)
def test_a_judged_rule_is_an_existence_of_one_act(rule: Rule) -> None:
    assert isinstance(rule, Existence)
    assert len(acts_of(rule)) == 1


@pytest.mark.parametrize("rule", EVERY, ids=lambda rule: rule.id)
def test_tells_people_why(rule: Rule) -> None:
    assert re.search("[\u4e00-\u9fff]", rule.why), "why is shown to Chinese readers"
    assert rule.title_en
    assert rule.section
    assert rule.category
    assert rule.why != rule.title


@pytest.mark.parametrize("rule", EVERY, ids=lambda rule: rule.id)
def test_survives_the_way_through_json(rule: Rule) -> None:
    assert msgspec.json.decode(msgspec.json.encode(rule), type=Rule) == rule


@pytest.mark.parametrize("rule", EVERY, ids=lambda rule: rule.id)
def test_duties_are_owed_by_the_service_and_not_triggered_by_closers(rule: Rule) -> None:
    if not isinstance(rule, Response):
        return
    assert rule.behaviour.by in ("service", "shop", "human")
    for place, behaviour in behaviours_of(rule):
        if place.startswith("trigger") and behaviour.by == "customer" and behaviour.act is not None:
            assert behaviour.closer is False


def test_every_act_has_a_prompt_and_every_signal_is_used() -> None:
    prompts = load_prompts()
    used = {act for rule in RULES for act in acts_of(rule)}
    assert used <= set(prompts)
    assert {prompt.id for prompt in prompts.values() if prompt.kind == "signal"} <= used


def test_derived_rules_are_alerts_without_points_and_are_written_down() -> None:
    page = (DOCS / "derived_rules.md").read_text(encoding="utf-8")
    derived = [rule for rule in EVERY if rule.provenance == "derived"]
    assert [rule.number for rule in derived] == (
        ["D01", "D02", "D03", "D04", "D05", "D06", "D08", "D11", "D12", "D16", "D19", "D23", "D25"]
    )
    for rule in derived:
        assert rule.score is None
        assert not rule.red_line
        assert f"| {rule.number} | `{rule.id}` |" in page


def test_every_rule_file_is_where_it_belongs() -> None:
    sources = load_catalogue(derived=True).sources
    for rule in EVERY:
        folder = sources[rule.id].parent
        if rule.provenance == "derived":
            assert folder == DERIVED
        elif decided_by(rule) == "judge":
            assert folder.parts[-2:] == ("prompts", "rules")
        else:
            assert folder == BUILT_IN


@pytest.mark.parametrize("name", ["closers", "asks_for_human"])
def test_phrase_lists_name_nothing_twice(name: Any) -> None:
    phrases = [fold(phrase) for phrase in load_phrases(name).phrases]
    assert len(phrases) == len(set(phrases))
    assert all(phrases)


def test_no_way_to_ask_for_a_human_is_a_closer_and_no_long_closer_hides_a_question() -> None:
    closers = {bare(fold(phrase)) for phrase in load_phrases("closers").phrases} - {""}
    asks = [fold(phrase) for phrase in load_phrases("asks_for_human").phrases]
    assert not [ask for ask in asks if ask in closers]
    assert not [
        closer
        for closer in closers
        if re.search("[吗呢?]$", closer) and closer not in ("好呢", "嗯呢", "好的呢")
    ]
