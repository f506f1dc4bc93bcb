"""The tables of `./dev bench intervals` and `./dev bench gate`, with few repetitions: their shape, not their figures."""

import json
import sys

import pytest

from tests.benchmarks.gate import run as gate
from tests.benchmarks.intervals import run as intervals


def test_the_coverage_table_ends_with_one_line_of_json(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "argv", ["run.py", "--repetitions", "60", "--json"])
    status = intervals.main()
    found = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert {"used", "raw", "judgy"} < found.keys()
    assert {"regime", "estimator", "coverage", "width"} < found["used"][0].keys()
    inside = all(0.93 <= line["coverage"] <= 0.97 for line in found["used"])
    assert status == (0 if inside else 2)


def test_the_gate_table_has_a_line_per_change_and_size(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "argv", ["run.py", "--repetitions", "3", "--json"])
    assert gate.main() == 0
    found = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert [line["cases"] for line in found] == [100] * 3 + [200] * 3 + [400] * 3
