"""`mingjian eval suggest` against a server; what cannot be reworded says why."""

import re
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


def suggest(server: FakeVllm, eval_set: str, tokens: int) -> int:
    arguments = ["--set", eval_set, "--base-url", server.base_url, "--model", "fake-8b", "-o", "draft"]
    return main(["eval", "suggest", ACT, "--tokens", str(tokens), *arguments])


def test_where_nothing_does_better_it_is_2_and_nobody_looked_at_test(eval_set: str, capsys: OUT) -> None:
    with FakeVllm(Scripted()) as server:
        assert suggest(server, eval_set, 700_000) == 2
    told = capsys.readouterr().err.splitlines()
    assert told[0].startswith("judge: judging half of dev once: 4 cases: 4 questions in about 4 requests")
    spent, rewordings, all_unusable = re.findall(r"[0-9,]+ of|[0-9]+ rewordings|[0-9]+ unusable", told[1])
    assert 0 < int(spent.removesuffix(" of").replace(",", "")) <= 700_000
    assert told[1].endswith(f"0 tried, {all_unusable} (no_text {rewordings.split()[0]})")
    assert told[2:] == [
        "the search ended early: 5 rewordings in a row could not be used: take a stronger --writer-model",
        "dev: the published wording is right on 2 of 4",
        "no wording did better on dev",
    ]
    assert not Path("draft").exists()
    assert not Path(".mingjian/looks.jsonl").exists()


def test_a_budget_that_cannot_suffice_is_1_before_anybody_judges(eval_set: str, capsys: OUT) -> None:
    with FakeVllm(Scripted()) as server:
        assert suggest(server, eval_set, 1000) == 1
        assert [body for body in server.asked("/v1/systemone") if body["instructions"]] == []
    assert "1,000 tokens are too few: judging 4 cases of dev takes about " in capsys.readouterr().err


def test_a_server_that_is_away_is_said(eval_set: str, capsys: OUT) -> None:
    with FakeVllm(Scripted()) as server:
        server.fail("/v1/chat/completions", 1000, status=400)
        assert suggest(server, eval_set, 700_000) == 1
    assert "cannot write: Error code: 400" in capsys.readouterr().err


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
