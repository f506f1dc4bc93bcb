"""Labels are only ever added; a case keeps its split; a set divided once moves only what leaks."""

from pathlib import Path
from typing import Any

from msgspec.structs import replace

from calibration.eval_sets import Case, Label, Split, load_eval_set
from calibration.labelling.merging import merge_labels, resplit
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
