"""Loading the catalogue, and what it says about files that cannot be used."""

import time
from pathlib import Path

import pytest
from msgspec.structs import replace

from evaluators.catalogue.loading import BUILT_IN, build_catalogue, find_problems, load_catalogue
from evaluators.errors import RuleInvalid, RuleNotFound
from prompts.library import load_prompts
from tests.evaluators.catalogue.broken_rules import DUTY, HEAD, RESPONSE, WRONG_SHAPE
from tests.evaluators.catalogue.senseless_rules import SENSELESS

BROKEN = WRONG_SHAPE | SENSELESS


def _folder(tmp_path: Path, **files: str) -> Path:
    for name, text in files.items():
        (tmp_path / f"{name}.toml").write_text(text, encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize("name", BROKEN)
def test_says_file_line_and_what_was_expected(name: str, tmp_path: Path) -> None:
    text, line, message = BROKEN[name]
    (problem,) = find_problems(_folder(tmp_path, broken=text))
    assert str(problem).startswith(f"{tmp_path / 'broken.toml'}:{line}: ")
    assert message in str(problem)
    with pytest.raises(RuleInvalid) as raised:
        load_catalogue([tmp_path])
    assert str(raised.value) == str(problem)


def test_finds_every_problem_of_every_file_not_only_the_first(tmp_path: Path) -> None:
    first = (
        HEAD.replace("broken", "first")
        + 'score = "x"\nalert = "loud"\n[behaviour]\nby = "custmer"\nact = "nothing"\n'
    )
    second = HEAD.replace("broken", "second") + '[behaviour]\nsays.any = ["好", "好"]\nmatches = "("\n'
    problems = find_problems(_folder(tmp_path, first=first, second=second, third="= 3\n"))
    found = sorted((Path(problem.path).stem, problem.line, problem.field) for problem in problems)
    assert found == [
        ("first", 4, "score"),
        ("first", 5, "alert"),
        ("first", 7, "behaviour.by"),
        ("second", 5, "behaviour.says.any[1]"),
        ("second", 6, "behaviour.matches"),
        ("third", 1, None),
    ]


def test_a_key_taken_out_causes_no_further_complaints(tmp_path: Path) -> None:
    text = RESPONSE + DUTY + '[trigger]\nsilense = "5m"\n[window]\nwithin = "2 min"\n'
    problems = find_problems(_folder(tmp_path, broken=text))
    assert [problem.field for problem in problems] == ["trigger.silense", "window.within"]


def test_names_used_twice_and_groups_at_odds(tmp_path: Path) -> None:
    head = 'kind = "existence"\ntitle = "x"\nnumber = "R01"\nbehaviour = {{ by = "bot" }}\nid = "{0}"\n'
    group = 'exclusion_group = "overdue"\nexclusion_per = "{0}"\n'
    one = head.format("one") + group.format("turn")
    two = head.format("two").replace("R01", "R02") + group.format("session")
    three = head.format("three") + 'exclusion_group = "overdu"\n'
    problems = [str(problem) for problem in find_problems(_folder(tmp_path, one=one, three=three, two=two))]
    assert problems == [
        f"{tmp_path}/three.toml:3: number: R01 is the number of one too",
        f"{tmp_path}/two.toml:7: exclusion_per: one competes per turn in this group: expected the same here",
        f"{tmp_path}/three.toml:6: exclusion_group: no other rule is in the group 'overdu'; did you mean 'overdue'?",
    ]


def test_the_same_id_in_two_folders(tmp_path: Path) -> None:
    text = HEAD.replace("broken", "mine") + DUTY
    places = [_folder(tmp_path / name, mine=text) for name in ("a", "b") if (tmp_path / name).mkdir() is None]
    with pytest.raises(RuleInvalid, match=r"b/mine.toml:2: id: another rule file has the id 'mine' too"):
        load_catalogue(places)


@pytest.mark.parametrize("name", ["nowhere", "."])
def test_a_folder_without_rule_files(name: str, tmp_path: Path) -> None:
    (problem,) = find_problems(tmp_path / name)
    assert "expected a folder with rule files" in str(problem)


def test_a_file_that_is_not_utf8(tmp_path: Path) -> None:
    (tmp_path / "broken.toml").write_bytes('id = "x"\ntitle = "坏"'.encode("gb18030"))
    (problem,) = find_problems(tmp_path)
    assert str(problem) == f"{tmp_path}/broken.toml:2: is not UTF-8 text"


def test_a_byte_order_mark_is_no_mistake(tmp_path: Path) -> None:
    (tmp_path / "mine.toml").write_text("\ufeff" + HEAD.replace("broken", "mine") + DUTY, encoding="utf-8")
    assert [rule.id for rule in load_catalogue([tmp_path]).rules] == ["mine"]


def test_a_broken_prompt_file_beside_rule_files(tmp_path: Path) -> None:
    (tmp_path / "mine.md.j2").write_text("no front matter", encoding="utf-8")
    problems = find_problems(_folder(tmp_path, mine=HEAD.replace("broken", "mine") + DUTY))
    assert [problem.path for problem in problems] == [str(tmp_path / "mine.md.j2")]


def test_a_rule_in_a_prompt_file_names_the_line_of_that_file(tmp_path: Path) -> None:
    source = load_catalogue().sources["need_exploration"].read_text(encoding="utf-8")
    assert source.count('alert = "none"') == 1
    (tmp_path / "need_exploration.md.j2").write_text(
        source.replace('alert = "none"', 'alert = "loud"'), encoding="utf-8"
    )
    (problem,) = find_problems(tmp_path)
    line = source[: source.index('alert = "none"')].count("\n") + 1
    assert str(problem).startswith(
        f"{tmp_path}/need_exploration.md.j2:{line}: alert: expected one of none, low"
    )


def test_what_is_shipped_has_no_problems() -> None:
    assert find_problems() == []


def test_order_and_names() -> None:
    catalogue = load_catalogue(derived=True)
    numbers = [rule.number for rule in catalogue.rules]
    assert numbers[:55] == [f"R{number:02}" for number in range(1, 56)]
    assert numbers[55:] == sorted(number for number in numbers[55:] if number is not None)
    assert catalogue.find("R05") is catalogue.find("r05") is catalogue.find("late_reply_without_apology")
    assert set(catalogue.sources) == set(catalogue.rule_versions) == {rule.id for rule in catalogue.rules}


@pytest.mark.parametrize("name", ["R99", "", "missing_welcom"])
def test_no_such_rule(name: str) -> None:
    with pytest.raises(
        RuleNotFound, match="did you mean 'missing_welcome'" if name.startswith("m") else "no rule"
    ):
        load_catalogue().find(name)


def test_versions_are_stable_and_change_with_whatever_changes_an_outcome() -> None:
    catalogue, prompts = load_catalogue(), load_prompts()
    again = build_catalogue(reversed(catalogue.rules), catalogue.sources)
    assert again == catalogue == load_catalogue()
    assert all(
        version.startswith("sha256:") and len(version) == 71 for version in again.rule_versions.values()
    )
    rule = catalogue.find("R01")
    changed = build_catalogue(
        [replace(each, score=-4) if each is rule else each for each in catalogue.rules], {}
    )
    assert {
        key for key in changed.rule_versions if changed.rule_versions[key] != catalogue.rule_versions[key]
    } == {rule.id}
    assert changed.version != catalogue.version
    prompts["hesitates"] = replace(prompts["hesitates"], version="sha256:0")
    reworded = build_catalogue(catalogue.rules, {}, prompts)
    assert {key for key in reworded.rule_versions if reworded.rule_versions[key] != catalogue.rule_versions[key]} == {
        "hesitation_without_retention", "hesitation_reason_not_asked",
    }  # fmt: skip


def test_two_rules_of_the_same_content_but_another_name_have_different_versions(tmp_path: Path) -> None:
    text = HEAD + DUTY
    folder = _folder(tmp_path, one=text.replace("broken", "one"), two=text.replace("broken", "two"))
    assert len(set(load_catalogue([folder]).rule_versions.values())) == 2


def test_user_rules_may_name_shipped_acts(tmp_path: Path) -> None:
    text = HEAD.replace("broken", "mine") + '[behaviour]\nby = "service"\nact = "hesitates"\n'
    assert [rule.id for rule in load_catalogue([_folder(tmp_path, mine=text)]).rules] == ["mine"]


def test_built_in_folder_may_be_named_too() -> None:
    assert {rule.number for rule in load_catalogue([BUILT_IN]).rules} >= {"R01", "R55"}


def test_loading_is_fast() -> None:
    load_catalogue(derived=True)
    fastest = min(_seconds() for _ in range(5))
    assert fastest < 0.06


def _seconds() -> float:
    started = time.process_time()
    load_catalogue(derived=True)
    return time.process_time() - started
