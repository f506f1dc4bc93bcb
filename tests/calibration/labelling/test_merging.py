"""Labels are only ever added; a case keeps its split; a set divided once moves only what leaks."""

from pathlib import Path
from typing import Any

from msgspec.structs import replace

from calibration.eval_sets import Case, Label, Split, load_eval_set
from calibration.labelling.merging import merge_labels, resplit
from evaluators.sessions import convert_session
from tests.calibration.sets import ACT, case, sound_set, write_cases

SIDES: tuple[Split, ...] = ("dev", "test")


def ids(place: Path, split: Split) -> list[str]:
    return [each.case_id for each in load_eval_set(str(place), split).cases]


def cases_of(place: Path) -> list[Case]:
    return [each for split in SIDES for each in load_eval_set(str(place), split).cases]


def merge(place: Path, found: list[Case], split: Split | None) -> Any:
    return merge_labels(place, found, split=split, source=Path("in.jsonl"))


def test_a_second_labeller_is_kept_beside_the_first_and_nothing_is_added_twice(tmp_path: Path) -> None:
    place = write_cases(tmp_path / ACT, [case("1", {ACT: "hit"})], [case("2", {ACT: "hit"}, "别的")])
    second = Label(rule_id=ACT, verdict="no_hit", labeller="u", source="human_random")
    found = [replace(each, labels=(*each.labels, second)) for each in cases_of(place)]
    first_time, second_time = merge(place, found, "dev"), merge(place, found, "dev")
    assert (first_time.labels, first_time.known) == (2, 2)
    assert (second_time.labels, second_time.known) == (0, 4)
    assert (ids(place, "dev"), ids(place, "test")) == (["1"], ["2"])
    assert [[label.verdict for label in each.labels] for each in cases_of(place)] == [["hit", "no_hit"]] * 2


def test_a_case_with_another_session_is_no_more_of_the_same(tmp_path: Path) -> None:
    place = write_cases(tmp_path / ACT, [case("1", {ACT: "hit"})])
    other = cases_of(write_cases(tmp_path / "other", [case("1", {ACT: "hit"}, "改过的话")]))
    merged = merge(place, other, "dev")
    assert [str(each) for each in merged.problems] == [
        "in.jsonl: session: case '1' is in the set with another session"
    ]
    assert merged.labels == 0
    assert cases_of(place)[0].session.messages[1].text == "亲身高多少"


def test_new_cases_are_divided_without_leaks_and_old_ones_stay(tmp_path: Path) -> None:
    place = write_cases(
        tmp_path / ACT, [case("1", {ACT: "hit"}, customer_id="k")], [case("2", {ACT: "hit"}, "别的话说很长")]
    )
    many = cases_of(sound_set(tmp_path / "many"))
    many[0] = replace(many[0], session=replace(many[0].session, customer_id="k"))
    merged = merge(place, many, None)
    assert sum(merged.per_split.values()) == 48
    assert abs(len(ids(place, "test")) - 20) <= 1
    assert {"1", many[0].case_id} <= set(ids(place, "dev"))
    assert "2" in ids(place, "test")


def shops(cases: list[dict[str, Any]]) -> None:
    for number, each in enumerate(cases):
        each["session"]["shop"] = f"shop-{number % 12}"


def test_a_set_whose_shops_are_on_both_sides_keeps_its_test_split(tmp_path: Path) -> None:
    place = sound_set(tmp_path, shops, in_test=shops)
    before = {split: ids(place, split) for split in SIDES}
    merged = merge(place, [_of_shop("new", "shop-3")], None)
    assert (merged.moved, sum(merged.per_split.values())) == (0, 1)
    assert [before[split] for split in SIDES] == [
        [each for each in ids(place, split) if each != "new"] for split in SIDES
    ]
    assert resplit(place, test_share=0.5, seed=0, by="auto", again=False).moved == 0


def test_nothing_new_writes_nothing(tmp_path: Path) -> None:
    place = sound_set(tmp_path)
    before = [(place / f"{split}.jsonl").stat().st_mtime_ns for split in SIDES]
    assert merge(place, [], None).moved == 0
    assert [(place / f"{split}.jsonl").stat().st_mtime_ns for split in SIDES] == before


def test_what_a_new_case_links_to_dev_leaves_test_and_is_counted(tmp_path: Path) -> None:
    def customer(cases: list[dict[str, Any]]) -> None:
        cases[5]["session"]["customer_id"] = "k"

    place = sound_set(tmp_path, customer)
    new = _of_shop("new", None)
    in_test = load_eval_set(str(place), "test").cases[0]
    both = replace(new, session=replace(in_test.session, session_id="new", customer_id="k"))
    merged = merge(place, [both], None)
    assert merged.moved == 1
    assert {in_test.case_id, "new"} <= set(ids(place, "dev"))


def _of_shop(case_id: str, shop: str | None) -> Case:
    text = "谁也没有说过的一句话，关于蓝色的自行车和海边的灯塔"
    made = convert_session(case(case_id, {ACT: "hit"}, text, shop=shop)["session"])
    label = Label(rule_id=ACT, verdict="hit", labeller="u", source="human_random")
    return Case(case_id=case_id, session=made, labels=(label,))


def test_a_set_that_is_divided_moves_only_what_leaks(tmp_path: Path) -> None:
    def same_customer(cases: list[dict[str, Any]]) -> None:
        cases[5]["session"]["customer_id"] = "k"

    place = sound_set(tmp_path, same_customer, in_test=same_customer)
    done = resplit(place, test_share=0.5, seed=0, by="auto", again=False)
    assert (done.moved, done.per_split, done.by) == (1, {"dev": 25, "test": 23}, "session")
    assert "t005" in ids(place, "dev")
    again = resplit(place, test_share=0.5, seed=3, by="auto", again=True)
    assert again.moved > 10
    assert again.per_split == {"dev": 24, "test": 24}


def test_a_set_that_was_never_divided_is(tmp_path: Path) -> None:
    place = write_cases(tmp_path / ACT, [])
    merge(place, cases_of(sound_set(tmp_path / "many")), "dev")
    done = resplit(place, test_share=0.25, seed=0, by="auto", again=False)
    assert done.per_split == {"dev": 36, "test": 12}
