"""What holds for every shipped prompt."""

import re
from pathlib import Path

import msgspec
import pytest

from evaluators.grammar.kinds import Existence
from prompts.library import find_prompt_problems, load_prompts
from prompts.prompt_file import Prompt
from prompts.rendering import rulebook
from prompts.templates import render_blocks

PROMPTS = load_prompts()
RULES = {prompt.front["number"]: prompt for prompt in PROMPTS.values() if prompt.kind == "rule"}
ASKED = [prompt for prompt in PROMPTS.values() if prompt.asks == prompt.id]
READINGS = Path(__file__).parents[2] / "docs" / "rule_readings.md"
#: number: title, category, alert, notify, score — the seeds' own words.
SEEDS = {
    "R03": ("优秀结束语", "结束语", "none", "none", 5),
    "R09": ("好评引导", "邀评", "none", "none", 5),
    "R13": ("需求挖掘", "需求挖掘", "none", "none", 5),
    "R15": ("商品细节解答", "细节&卖点传达", "none", "none", 5),
    "R17": ("卖点传达", "细节&卖点传达", "none", "none", 5),
    "R19": ("商品推荐", "主动推荐", "none", "none", 5),
    "R21": ("活动传达", "主动推荐", "none", "none", 5),
    "R22": ("催拍催付", "引导下单", "none", "none", 5),
    "R27": ("无货挽回", "顾客挽留", "none", "none", 5),
    "R34": ("客服骂人", "服务红线", "high", "manual", -100),
    "R40": ("满意", "顾客正面情绪", "none", "none", 10),
    "R41": ("感激", "顾客正面情绪", "none", "none", 10),
    "R42": ("期待", "顾客正面情绪", "none", "none", 10),
    "R43": ("对客服态度不满", "顾客负面情绪", "medium", "manual", -5),
    "R44": ("对发货物流不满", "顾客负面情绪", "medium", "manual", -5),
    "R45": ("对产品不满", "顾客负面情绪", "medium", "manual", -5),
    "R46": ("对收货少件不满", "顾客负面情绪", "medium", "manual", -5),
    "R47": ("其他不满意", "顾客负面情绪", "medium", "manual", -5),
    "R48": ("顾客骂人", "客诉监控", "low", "manual", None),
    "R49": ("顾客提及投诉或举报", "客诉监控", "high", "auto", None),
    "R50": ("第三方投诉或曝光", "客诉监控", "high", "auto", None),
}
each_asked = pytest.mark.parametrize("prompt", ASKED, ids=lambda prompt: prompt.id)
each_prompt = pytest.mark.parametrize("prompt", PROMPTS.values(), ids=lambda prompt: prompt.id)


def test_the_example_of_the_documentation_is_in_order(tmp_path: Path) -> None:
    text = (READINGS.parent / "prompts.md").read_text(encoding="utf-8")
    example = re.search(r"```\n(\+\+\+.*?)```", text, re.DOTALL)
    assert example
    (tmp_path / "asks_for_gift.md.j2").write_text(example[1], encoding="utf-8")
    assert list(load_prompts(tmp_path)) == ["asks_for_gift"]


def test_none_has_a_problem() -> None:
    assert find_prompt_problems() == []


def test_every_act_of_the_readings_can_be_asked_and_no_other() -> None:
    section = READINGS.read_text(encoding="utf-8").split("need a judge (acts")[1].split("## Exclusion")[0]
    named = set(re.findall(r"\(([a-z_]+)\)", section)) - {"certain"}
    assert named == {prompt.id for prompt in ASKED}


@pytest.mark.parametrize("number", SEEDS)
def test_a_judged_rule_says_what_the_seeds_say(number: str) -> None:
    front = RULES[number].front
    assert (front["title"], front["category"], front["alert"], front["notify"], front.get("score")) == SEEDS[
        number
    ]
    assert front["provenance"] == "AI"
    assert front["subject"] == "all_agents"
    assert front.get("system_default") == (True if number >= "R40" else None)


def test_these_are_all_judged_rules() -> None:
    assert set(RULES) == set(SEEDS)


@pytest.mark.parametrize("number", SEEDS)
def test_a_rule_document_is_of_the_grammar(number: str) -> None:
    front = {key: value for key, value in RULES[number].front.items() if key != "prompt"}
    rule = msgspec.convert(front, Existence)
    assert rule.behaviour.act == RULES[number].asks
    assert rule.red_line == (number == "R34")
    assert rule.enabled == (number != "R09")


@pytest.mark.parametrize(
    ("numbers", "key", "value"),
    [
        (("R40", "R41", "R42", "R43", "R48", "R49", "R50"), "attribute_to", "on_duty"),
        (("R44", "R45", "R46", "R47"), "attribute_to", "shop"),
        (("R09",), "exclusion_group", "review_invitation"),
        (("R34",), "exclusion_group", "hostility"),
        (("R49", "R50"), "exclusion_group", "complaint"),
        (("R03",), "scope", {"last": 5, "of": "service", "at_end": True}),
    ],
)
def test_these_rules_and_no_others_have_it(numbers: tuple[str, ...], key: str, value: object) -> None:
    assert {number for number, rule in RULES.items() if rule.front.get(key) == value} == set(numbers)


def test_only_two_rules_look_at_orders() -> None:
    orders = {number: rule.front["behaviour"].get("order") for number, rule in RULES.items()}
    assert {number: order for number, order in orders.items() if order} == {
        "R22": ["none", "created_unpaid"],
        "R27": ["presale"],
    }


def test_customers_are_judged_by_the_emotion_and_complaint_rules_and_agents_by_the_others() -> None:
    assert {number: rule.by for number, rule in RULES.items()} == {
        number: "customer" if number >= "R40" else "service" for number in SEEDS
    }


@each_prompt
def test_people_are_told_why_and_what_it_misses(prompt: Prompt) -> None:
    front = prompt.front
    assert front["id"] == prompt.id == prompt.path.name.removesuffix(".md.j2")
    assert len(_han(front["why"])) >= 10
    assert front["known_gaps"]
    assert all(len(_han(gap)) >= 8 for gap in front["known_gaps"])
    assert _han(front["title"])
    assert re.fullmatch(r"[A-Z][a-z' -]+", front["title_en"])


@each_asked
def test_the_wording_is_complete_and_short(prompt: Prompt) -> None:
    blocks = render_blocks(prompt)
    assert blocks.question.endswith("？")
    assert len(blocks.hit) >= 40
    assert blocks.not_applicable.endswith("。")
    assert 120 <= len(_han("".join(_texts(prompt)))) <= 260
    assert len("".join(_texts(prompt))) <= 300


@each_asked
def test_it_names_examples_and_at_least_three_near_misses(prompt: Prompt) -> None:
    blocks = render_blocks(prompt)
    assert blocks.hit.count("“") == blocks.hit.count("”") >= 2
    plain, near_misses = blocks.no_hit.split("易混：")
    assert plain.endswith("。")
    assert len(near_misses.split("；")) >= 3
    assert blocks.no_hit.count("“") == blocks.no_hit.count("”")


@each_asked
def test_it_is_written_in_chinese_with_chinese_punctuation(prompt: Prompt) -> None:
    for text in _texts(prompt):
        assert not re.search(r"[,;:?!()\"']", text)
        assert len(_han(text)) > 0.6 * len(text)


@each_asked
def test_phrases_are_cues_written_as_people_write(prompt: Prompt) -> None:
    phrases = prompt.settings.phrases
    assert len(phrases) == len(set(phrases)) >= 4
    assert all(0 < len(phrase) <= 12 for phrase in phrases)


def test_versions_differ_between_prompts() -> None:
    assert len({prompt.version for prompt in ASKED}) == len(ASKED)
    assert all(re.fullmatch(r"sha256:[0-9a-f]{64}", prompt.version) for prompt in ASKED)


def test_the_rulebook_fits_a_small_context() -> None:
    assert len(rulebook(PROMPTS.values())) < 12_000


def _texts(prompt: Prompt) -> list[str]:
    blocks = render_blocks(prompt)
    return [blocks.question, blocks.hit, blocks.no_hit, blocks.not_applicable]


def _han(text: str) -> list[str]:
    return re.findall(r"[\u4e00-\u9fff]", text)
