"""A new wording leaves labels alone; a new meaning makes stale what it can have turned, and nothing else."""

from datetime import UTC, datetime
from pathlib import Path
from typing import get_args

import pytest

from calibration.drafts import published
from calibration.errors import EvalSetInvalid
from calibration.eval_sets import load_eval_set
from calibration.eval_sets.lint import Known, lint_sets
from calibration.eval_sets.meaning import Change, Kind, add_change, load_changes
from calibration.staleness import find_stale
from tests.calibration.sets import ACT, case, sound_set, write_set

CASES = [
    case("hit", [{"rule_id": ACT, "verdict": "hit", "rule_version": "v1"}]),
    case("miss", [{"rule_id": ACT, "verdict": "no_hit", "rule_version": "v1"}]),
    case("other", [{"rule_id": "customer_abuse", "verdict": "hit", "rule_version": "v1"}]),
    case("new", [{"rule_id": ACT, "verdict": "hit", "rule_version": "v2"}]),
    case("again", [{"rule_id": ACT, "verdict": "hit", "rule_version": "v1"},
                   {"rule_id": ACT, "verdict": "no_hit", "labeller": "u", "rule_version": "v2"}]),
    case("unknown", [{"rule_id": ACT, "verdict": "hit"}]),
]  # fmt: skip


def a_change(version: str, kind: Kind, reason: str = '因为 "改" 了') -> Change:
    at = datetime(2026, 11, 28, 8, tzinfo=UTC)
    return Change(rule_id=ACT, version=version, kind=kind, reason=reason, changed_at=at)


def a_set(folder: Path, kind: Kind) -> Path:
    place = write_set(folder, CASES)
    add_change(place, a_change("v1", "different", "首次标注"))
    add_change(place, a_change("v2", kind))
    return place


def test_changes_are_read_as_they_were_written(tmp_path: Path) -> None:
    place = a_set(tmp_path, "wider")
    assert load_changes(place) == (a_change("v1", "different", "首次标注"), a_change("v2", "wider"))


@pytest.mark.parametrize(
    ("kind", "stale"),
    [
        ("wording", []),
        ("narrower", ["hit", "unknown"]),
        ("wider", ["miss"]),
        ("different", ["hit", "miss", "unknown"]),
    ],
)
def test_the_smallest_set_to_look_at_again(kind: Kind, stale: list[str], tmp_path: Path) -> None:
    loaded = load_eval_set(str(a_set(tmp_path, kind)), "dev")
    assert [each.case_id for each in find_stale(loaded)] == stale
    assert all(each.reason == f'{kind}: 因为 "改" 了' for each in find_stale(loaded))


def test_stale_labels_count_in_nothing_and_stay_in_the_file(tmp_path: Path) -> None:
    loaded = load_eval_set(str(a_set(tmp_path, "different")), "dev")
    expected = {each.case_id: each.expected(ACT) for each in loaded.fresh().cases}
    assert expected == {
        "hit": None, "miss": None, "other": None, "new": "hit", "again": "no_hit", "unknown": None,
    }  # fmt: skip
    assert loaded.cases[4].expected(ACT) is None
    assert loaded.fresh().cases[2].labels == loaded.cases[2].labels


def test_a_version_is_written_down_once(tmp_path: Path) -> None:
    with pytest.raises(EvalSetInvalid, match="is written down already"):
        add_change(a_set(tmp_path, "wording"), a_change("v2", "different"))


def test_a_broken_file_is_named(tmp_path: Path) -> None:
    place = a_set(tmp_path, "wording")
    (place / "changes.toml").write_text('[[change]]\nrule_id = "x"\n', "utf-8")
    with pytest.raises(EvalSetInvalid, match=r"changes\.toml: .*version"):
        load_eval_set(str(place), "dev")


def test_lint_asks_about_a_change_nobody_explained(tmp_path: Path) -> None:
    place, known = sound_set(tmp_path), Known(*published())
    add_change(place, a_change("an older version", "different"))
    [found] = lint_sets([str(place)], tmp_path, known)
    assert str(found).startswith(f"{place}/changes.toml: {ACT} has changed; say what that means")
    add_change(place, a_change(known.versions[ACT], "wording"))
    assert list(lint_sets([str(place)], tmp_path, known)) == []


def test_every_kind_is_tried_above() -> None:
    assert set(get_args(Kind)) == {"wording", "narrower", "wider", "different"}
