"""Looks at a test split are counted; looks at dev are nobody's business."""

from pathlib import Path

import pytest

from calibration.errors import RunInvalid
from calibration.eval_sets import load_eval_set
from calibration.eval_sets.looks import count_looks, record_look
from tests.calibration.sets import ACT, case, write_set


def test_looks_at_test_add_up_whatever_the_version(tmp_path: Path) -> None:
    state = tmp_path / "state"
    assert count_looks(state) == {}
    for labels in ("hit", "no_hit"):
        write_set(tmp_path / labels, [case("1", {ACT: labels})])
        for split in ("dev", "test"):
            record_look(state, load_eval_set(ACT, split, tmp_path / labels), [ACT], "baseline")  # type: ignore[arg-type]
    assert count_looks(state) == {ACT: 2}
    versions = {
        line.split('"version":"')[1][:20] for line in (state / "looks.jsonl").read_text().splitlines()
    }
    assert len(versions) == 2


def test_a_broken_file_of_looks_is_no_zero(tmp_path: Path) -> None:
    (tmp_path / "looks.jsonl").write_text("{}\n")
    with pytest.raises(RunInvalid, match=r"looks\.jsonl"):
        count_looks(tmp_path)
