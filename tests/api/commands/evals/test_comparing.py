"""`mingjian eval compare`: change a rule, run, compare; the gate's exit status."""

import json
from pathlib import Path

import pytest

from api.cli import main
from evaluators.catalogue.loading import BUILT_IN
from tests.calibration.sets import ACT, a_prompt, case, write_set
from tests.fake_vllm.brain import Scripted
from tests.fake_vllm.server import FakeVllm

OUT = pytest.CaptureFixture[str]
RULE = "prohibited_superlative"


@pytest.fixture
def runs(tmp_path: Path, capsys: OUT) -> tuple[str, str]:
    """The published rule, and a draft that calls a greeting a superlative."""
    cases = [case(str(number), {RULE: "no_hit"}, f"亲亲,{number}号发货") for number in range(20)]
    cases += [case(f"h{number}", {RULE: "hit"}, f"这是极品,{number}号发货") for number in range(20)]
    place = write_set(tmp_path, cases, RULE)
    draft = tmp_path / "draft"
    draft.mkdir()
    head, _, _ = (BUILT_IN / f"{RULE}.toml").read_text("utf-8").partition("says.any")
    (draft / f"{RULE}.toml").write_text(f'{head}says.any = ["极品", "亲亲"]\n', "utf-8")
    shared = ["eval", "run", "--set", str(place), "--judge", "none", "-o"]
    assert main([*shared, "before.json"]) == main([*shared, "after.json", "--draft", str(draft)]) == 0
    capsys.readouterr()
    return "before.json", "after.json"


def test_a_change_for_the_worse_is_2_with_what_it_broke(runs: tuple[str, str], capsys: OUT) -> None:
    assert main(["eval", "compare", *runs, "--gate", "--show", "2"]) == 2
    captured = capsys.readouterr()
    assert f"弄坏 broken\t0\t{RULE}\tno_hit\tno_hit\thit\t亲亲" in captured.out
    assert f"{RULE}\t40\t40\t20\t0\t20\t<0.001\t0.0% n=40\t0.0%\t不通过 fail" in captured.out
    assert "# 另有 18 个 more" in captured.out
    assert "门槛 gate: 不通过 fail" in captured.err


def test_a_wording_that_the_judge_cannot_read_is_no_loss(tmp_path: Path, capsys: OUT) -> None:
    a_prompt(tmp_path / "draft")
    place = write_set(
        tmp_path, [case(str(number), {ACT: "no_hit"}, f"{number}号发货") for number in range(30)]
    )
    shared = ["eval", "run", "--set", str(place), "-o"]
    draft = ["--draft", str(tmp_path / "draft")]
    assert main([*shared, "before.json"]) == main([*shared, "after.json", *draft]) == 0
    capsys.readouterr()
    assert main(["eval", "compare", "before.json", "after.json", "--gate"]) == 1
    captured = capsys.readouterr()
    assert "没人判 judged by nobody: 30 个用例" in captured.out
    assert "in one of the runs nobody judged many of the cases (30 of 30)" in captured.err
    assert "Cases that flipped" not in captured.out


def test_without_the_gate_it_is_0_and_json_has_it_all(runs: tuple[str, str], capsys: OUT) -> None:
    assert main(["eval", "compare", *runs, "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["total"]["broken"], len(found["cases"]), found["total"]["gate"]["verdict"]) == (
        20,
        20,
        "fail",
    )
    assert [name for name, *_ in found["changed_pins"]] == [RULE]


def test_a_change_for_the_better_passes(runs: tuple[str, str], capsys: OUT) -> None:
    assert main(["eval", "compare", *runs[::-1], "--gate"]) == 0
    assert main(["eval", "compare", "last", "last", "--gate"]) == 0
    assert main(["eval", "compare", *runs, "--gate", "--tolerance", "0.5"]) == 0


def test_a_repetition_out_of_what_is_known_is_refused(runs: tuple[str, str], capsys: OUT) -> None:
    assert main(["eval", "compare", *runs, "--again", "before.json"]) == 1
    assert "its pins differ" in capsys.readouterr().err


def test_a_served_judge_has_its_noise_measured_by_votes(tmp_path: Path, capsys: OUT) -> None:
    act = "customer_abuse"
    place = write_set(tmp_path, [case(str(n), {act: "hit"}, f"好的{n}") for n in range(8)], act)
    shared = ["eval", "run", "--set", str(place), "--judge", "vllm", "-o"]
    for name, brain, votes in (
        ("one.json", Scripted({act: [(1, "这个怎么样")]}), "1"),
        ("two.json", Scripted(), "3"),
    ):
        with FakeVllm(brain) as server:
            assert main([*shared, name, "--base-url", server.base_url, "--votes", votes, "--fresh"]) == 0
    capsys.readouterr()
    assert main(["eval", "compare", "one.json", "two.json", "--gate"]) == 2
    shown = capsys.readouterr().out
    assert f"{act}\t8\t8\t0\t0\t8\t0.008\t0.0% n=8" in shown
    assert main(["eval", "compare", "one.json", "one.json", "--gate"]) == 0


def test_a_gate_that_only_noise_could_decide_is_1(tmp_path: Path, capsys: OUT) -> None:
    act = "customer_abuse"
    place = write_set(tmp_path, [case(str(n), {act: "hit"}, f"好的{n}") for n in range(8)], act)
    shared = ["eval", "run", "--set", str(place), "--judge", "vllm", "-o"]
    for name, brain in (("one.json", Scripted({act: [(1, "这个怎么样")]})), ("two.json", Scripted())):
        with FakeVllm(brain) as server:
            assert main([*shared, name, "--base-url", server.base_url, "--fresh"]) == 0
    assert main(["eval", "compare", "one.json", "two.json", "--gate"]) == 1
    assert "the judge's self-flips are not known" in capsys.readouterr().err
    with FakeVllm() as server:
        assert main([*shared, "again.json", "--base-url", server.base_url, "--fresh"]) == 0
    capsys.readouterr()
    assert main(["eval", "compare", "one.json", "two.json", "--gate", "--again", "again.json"]) == 2
