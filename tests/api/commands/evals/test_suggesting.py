"""`mingjian eval suggest` against a server; what cannot be reworded says why."""

import sys
from pathlib import Path

import pytest

from api.cli import main
from tests.calibration.sets import case, write_set
from tests.fake_vllm.brain import Scripted
from tests.fake_vllm.server import FakeVllm

OUT = pytest.CaptureFixture[str]
ACT = "customer_abuse"


@pytest.fixture
def eval_set(tmp_path: Path) -> str:
    cases = [case(str(n), {ACT: "hit" if n % 2 else "no_hit"}, f"好的{n}") for n in range(8)]
    return str(write_set(tmp_path, cases, ACT))


def test_where_nothing_does_better_it_is_2_and_nobody_looked_at_test(eval_set: str, capsys: OUT) -> None:
    with FakeVllm(Scripted()) as server:
        arguments = ["--set", eval_set, "--base-url", server.base_url, "--model", "fake-8b", "-o", "draft"]
        assert main(["eval", "suggest", ACT, "--tokens", "1", *arguments]) == 2
    told = capsys.readouterr().err
    assert "of 1 tokens spent on dev" in told
    assert not told.startswith("0 of 1 ")
    assert "no wording did better on dev" in told
    assert not Path("draft").exists()
    assert not Path(".mingjian/looks.jsonl").exists()


@pytest.mark.parametrize(
    ("rule", "arguments", "said"),
    [
        ("prohibited_superlative", ["--base-url", "http://127.0.0.1:9/v1"], "is decided by code"),
        (ACT, ["--base-url", "http://127.0.0.1:9/v1"], "who rewords? --writer-model NAME"),
        (ACT, [], "the vLLM judge needs a server"),
        ("nonsense", [], "no rule 'nonsense'"),
    ],
)
def test_what_cannot_be_done_says_why(
    rule: str, arguments: list[str], said: str, eval_set: str, capsys: OUT
) -> None:
    assert main(["eval", "suggest", rule, "--tokens", "9", "--set", eval_set, "-o", "draft", *arguments]) == 1
    assert said in capsys.readouterr().err


def test_without_the_extra_it_says_what_to_install(
    eval_set: str, capsys: OUT, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "api.judging.suggesting", None)
    assert main(["eval", "suggest", ACT, "--tokens", "9", "--set", eval_set, "-o", "draft"]) == 1
    assert "pip install 'mingjian[suggest]'" in capsys.readouterr().err
