"""Every kind of mistake in a set is found and named with file, line and field; a sound set is silent."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from calibration.drafts import drafted, published
from calibration.eval_sets import FOLDER, set_names
from calibration.eval_sets.lint import Known, lint_sets
from tests.calibration.sets import ACT, a_prompt, case, sound_set, write_cases

KNOWN = Known(*published())
Cases = list[dict[str, Any]]


def findings(place: Path, known: Known = KNOWN) -> list[str]:
    return [str(each).replace(f"{place}/", "") for each in lint_sets([str(place)], place.parent, known)]


def test_a_sound_set_has_no_findings(tmp_path: Path) -> None:
    assert findings(sound_set(tmp_path)) == []


def _first(name: str, value: Any) -> Callable[[Cases], None]:
    def break_it(cases: Cases) -> None:
        cases[0]["labels"][0][name] = value

    return break_it


def _twice(cases: Cases) -> None:
    cases[1]["case_id"] = cases[0]["case_id"]


def _no_sender(cases: Cases) -> None:
    del cases[0]["session"]["messages"][0]["sender"]


def _no_label(cases: Cases) -> None:
    cases[-1]["labels"] = []


def _two_minds(cases: Cases) -> None:
    cases[0]["labels"].append({**cases[0]["labels"][0], "verdict": "no_hit"})


@pytest.mark.parametrize(
    ("break_it", "said"),
    [
        (_first("rule_id", "nonsense"), "dev.jsonl:1: labels[0].rule_id: no rule or act 'nonsense'"),
        (_first("message_ids", ["m9"]), "dev.jsonl:1: labels[0].message_ids: no message 'm9' in the session"),
        (
            _first("message_ids", []),
            "dev.jsonl:1: labels[0].message_ids: a hit without a message that shows it",
        ),
        (
            _first("quotes", ["没说过"]),
            "dev.jsonl:1: labels[0].quotes: '没说过' is in none of the messages cited",
        ),
        (_first("inclusion_probability", 1.5), "dev.jsonl:1: Expected `float` <= 1.0"),
        (_first("verdict", "maybe"), "dev.jsonl:1: Invalid enum value 'maybe'"),
        (_twice, "dev.jsonl:2: case_id: '000' stands in line 1 already"),
        (_no_sender, "dev.jsonl:1: Object missing required field `sender`"),
        (_no_label, "dev.jsonl:24: labels: no label"),
        (_two_minds, "dev.jsonl:1: labels[1].verdict: t says no_hit, and hit in labels[0]"),
    ],
)
def test_a_mistake_is_named_with_its_place(
    break_it: Callable[[Cases], None], said: str, tmp_path: Path
) -> None:
    found = findings(sound_set(tmp_path, break_it))
    assert any(each.startswith(said) for each in found), found


def test_one_broken_line_does_not_hide_the_next(tmp_path: Path) -> None:
    def break_two(cases: Cases) -> None:
        _no_sender(cases)
        cases[1]["labels"][0]["rule_id"] = "nonsense"

    found = findings(sound_set(tmp_path, break_two))
    assert [each.split(": ")[0] for each in found[:2]] == ["dev.jsonl:1", "dev.jsonl:2"]


@pytest.mark.parametrize(
    ("shared", "field"),
    [
        ({"session_id": "same"}, "session.session_id: the session of"),
        ({"customer_id": "same"}, "session.customer_id: the customer of"),
        ({"messages": [{"message_id": "m2", "sender": "agent", "text": "亲您身高体重多少,平时穿多大码呢"}]},
         "session.messages: nearly the text of"),
    ],
)  # fmt: skip
def test_what_dev_and_test_share_is_a_leak(shared: dict[str, Any], field: str, tmp_path: Path) -> None:
    def leak(cases: Cases) -> None:
        cases[3]["session"].update(shared)

    place = sound_set(tmp_path, leak, in_test=leak)
    [found] = findings(place)
    assert found == f"test.jsonl:4: {field} {ACT}/dev.jsonl:4 (dev)"


def test_a_leak_from_one_set_to_another_is_found_too(tmp_path: Path) -> None:
    def same_customer(cases: Cases) -> None:
        cases[0]["session"]["customer_id"] = "k"

    first = sound_set(tmp_path / "a", same_customer)
    second = sound_set(tmp_path / "b", in_test=same_customer, name="other", ids="x")
    [found] = lint_sets([str(first), str(second)], tmp_path, KNOWN)
    assert (
        str(found) == f"{second}/test.jsonl:1: session.customer_id: the customer of {ACT}/dev.jsonl:1 (dev)"
    )


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("xd001", None),
        ("xt001", "no dev case 'xt001'"),
        ("nowhere", "no dev case 'nowhere'"),
        ("003", f"'003' has a label of its own: {ACT}/dev.jsonl:4"),
    ],
)
def test_cases_said_to_hold_the_act_are_there_and_do_not_say_so_themselves(
    name: str, said: str | None, tmp_path: Path
) -> None:
    def of_another_act(cases: Cases) -> None:
        for each in cases:
            each["labels"][0]["rule_id"] = "courteous_closing"

    place = sound_set(tmp_path)
    other = sound_set(tmp_path, of_another_act, in_test=of_another_act, name="other", ids="x")
    other.joinpath("set.toml").write_text('title = "t"\nrules = ["courteous_closing"]\n', "utf-8")
    with place.joinpath("set.toml").open("a", encoding="utf-8") as file:
        file.write(f'also_in = ["{name}"]\n')
    found = [str(each) for each in lint_sets(set_names(tmp_path), tmp_path, KNOWN)]
    assert found == ([] if said is None else [f"{place}/set.toml: also_in: {said}"])


def test_too_few_cases_and_too_easy_ones_are_named(tmp_path: Path) -> None:
    place = tmp_path / ACT
    write_cases(place, [case("1", {ACT: "no_hit"})], [case("2", {ACT: "no_hit"}, "别的")])
    assert findings(place) == [
        f"dev.jsonl: {ACT}: 0 hits and 1 others; it takes 10 of each",
        f"dev.jsonl: {ACT}: 0 of 1 negatives are hard; at least 20% should be",
        f"test.jsonl: {ACT}: 0 hits and 1 others; it takes 10 of each",
        f"test.jsonl: {ACT}: 0 of 1 negatives are hard; at least 20% should be",
    ]


def test_labels_of_an_act_the_set_is_not_about_may_be_few(tmp_path: Path) -> None:
    def beside(cases: Cases) -> None:
        label = {"rule_id": "need_not_explored", "verdict": "hit", "message_ids": ["m2"]}
        cases[0]["labels"].append({"labeller": "t", "source": "constructed", **label})

    assert findings(sound_set(tmp_path, beside)) == []


def test_a_few_shot_example_may_not_come_from_test(tmp_path: Path) -> None:
    place = sound_set(tmp_path / "sets")
    held_out = "亲,第0位顾客身高体重多少呢test"
    a_prompt(tmp_path / "draft", examples=f"“{held_out}”是命中。")
    [found] = findings(place, Known(*drafted(tmp_path / "draft")))
    assert found == f"test.jsonl:1: session.messages[1].text: stands in the examples of {ACT}.md.j2"
    a_prompt(tmp_path / "draft", examples="“亲,第0位顾客身高体重多少呢dev”是命中。")
    assert findings(place, Known(*drafted(tmp_path / "draft"))) == []


def test_no_shipped_prompt_shows_a_test_case() -> None:
    found = [str(each) for each in lint_sets(set_names(FOLDER), FOLDER, KNOWN)]
    assert [each for each in found if "examples" in each] == []


def test_every_shipped_set_is_sound_in_itself() -> None:
    assert [str(each) for name in set_names(FOLDER) for each in lint_sets([name], FOLDER, KNOWN)] == []
