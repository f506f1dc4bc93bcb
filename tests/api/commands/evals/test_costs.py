"""What `mingjian eval run` costs: said before it, accounted for after it, and in every form of the report."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from api.cli import main
from api.commands.judging import JudgedRun
from calibration.eval_sets import load_eval_set
from calibration.runs import RunReport, load_reports
from evaluators.judges.vllm.accounting import Usage
from tests.calibration.sets import case, write_set
from tests.evaluators.judges.asking import asking
from tests.fake_vllm.brain import Scripted
from tests.fake_vllm.model import Ability
from tests.fake_vllm.server import FakeVllm

OUT = pytest.CaptureFixture[str]
ACT = "customer_abuse"
PRICES = {"prompt": 2.0, "cached_prompt": 0.5, "generated": 8.0, "currency": "CNY"}


@pytest.fixture(autouse=True)
def _prices(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MINGJIAN_JUDGE_OPTIONS", json.dumps({"prices": PRICES, "audit_share": 0}))


@pytest.fixture
def server() -> Iterator[FakeVllm]:
    with FakeVllm(Scripted({ACT: [(1, "这个怎么样")]})) as running:
        yield running


def a_set(folder: Path, count: int, act: str = ACT) -> str:
    return str(write_set(folder, [case(f"{act}{n}", {act: "hit"}, f"好的{n}") for n in range(count)], act))


def run(server: FakeVllm, *arguments: str) -> RunReport:
    shared = ["eval", "run", "--judge", "vllm", "--base-url", server.base_url, "-o", "report.json"]
    assert main([*shared, *arguments]) == 0
    return load_reports(Path("report.json"))[0]


def test_a_run_is_estimated_before_and_accounted_after(server: FakeVllm, tmp_path: Path, capsys: OUT) -> None:
    cost = run(server, "--set", a_set(tmp_path, 40)).cost
    told = capsys.readouterr().err.splitlines()
    assert told[0].startswith("judge: 40 cases: 40 questions in about 43 requests, about ")
    assert "counted on 16 of them with the server's tokenizer" in told[0]
    assert told[1].startswith("judge: 40 questions about 40 cases: 40 acts found")
    assert cost is not None
    assert cost.expected is not None
    assert cost.asked is not None
    # Every case is a hit here, and every hit is explained.
    assert (cost.asked.questions, cost.asked.requests, cost.asked.explained) == (40, 80, {"hit": 40})
    assert cost.expected.usage.prompt == pytest.approx(cost.asked.usage.prompt * 1.08 / 2, rel=0.05)
    assert cost.asked.usage.cached_share is not None
    assert cost.asked.usage.cached_share > 0.9
    said = f"judge: {cost.asked.usage.prompt:,} prompt tokens, {cost.asked.usage.cached_share:.1%} of them cached"
    assert told[4].startswith(said)
    assert told[4].endswith(f"{cost.cost:,.2f} CNY")
    assert cost.cost == pytest.approx(_price(cost.asked.usage))
    assert cost.seconds > 0


def _price(usage: Usage) -> float:
    fresh = usage.prompt - usage.cached
    return (fresh * 2.0 + usage.cached * 0.5 + usage.generated * 8.0) / 1e6


def test_the_account_stands_in_every_form_of_the_report(
    server: FakeVllm, tmp_path: Path, capsys: OUT
) -> None:
    cost = run(server, "--set", a_set(tmp_path, 4)).cost
    assert cost is not None
    assert cost.asked is not None
    row = f"{ACT}\t实际 accounted\t4\t8\t{cost.asked.usage.prompt:,}\t"
    assert row in capsys.readouterr().out
    for name in ("out.md", "out.html"):
        assert main(["eval", "report", "last", "-o", name]) == 0
        page = Path(name).read_text("utf-8")
        assert f"{cost.asked.usage.prompt:,}" in page
        assert f"{cost.cost:,.2f} CNY" in page
        assert "预计 expected" in page
    assert main(["eval", "runs"]) == 0
    assert f"\t{cost.cost:,.2f} CNY 预计 expected" in capsys.readouterr().out


def test_only_what_is_still_open_is_estimated_and_charged(
    server: FakeVllm, tmp_path: Path, capsys: OUT
) -> None:
    run(server, "--set", a_set(tmp_path / "first", 4))
    capsys.readouterr()
    cost = run(server, "--set", a_set(tmp_path / "second", 6)).cost
    assert capsys.readouterr().err.startswith("judge: 2 cases: 2 questions in about 2 requests")
    assert cost is not None
    assert cost.asked is not None
    assert cost.asked.questions == 2
    again = run(server, "--set", a_set(tmp_path / "third", 6)).cost
    told = capsys.readouterr().err
    assert "nothing to ask: every verdict is known from earlier runs, or code decides it" in told
    assert "questions about" not in told
    assert again is not None
    assert again.asked is not None
    assert (again.expected, again.asked.questions, again.cost) == (None, 0, 0.0)


def test_each_vote_is_estimated_and_charged(server: FakeVllm, tmp_path: Path, capsys: OUT) -> None:
    cost = run(server, "--set", a_set(tmp_path, 5), "--votes", "3").cost
    assert capsys.readouterr().err.startswith("judge: 15 cases: 15 questions")
    assert cost is not None
    assert cost.asked is not None
    assert cost.asked.questions == 15


def test_what_code_decides_is_not_asked(server: FakeVllm, tmp_path: Path, capsys: OUT) -> None:
    rule = "prohibited_superlative"
    cost = run(server, "--set", a_set(tmp_path, 3, rule)).cost
    assert "nothing to ask" in capsys.readouterr().err
    assert cost is not None
    assert cost.asked is not None
    assert cost.asked.questions == 0


def test_sets_are_accounted_for_one_by_one(server: FakeVllm, capsys: OUT) -> None:
    acts = ("agent_abuse", "hesitates")
    run(server, "--set", "all", "--rules", ",".join(acts))
    costs = {each.eval_set: each.cost for each in load_reports(Path("report.json"))}
    asked = {name: cost.asked.questions for name, cost in costs.items() if cost is not None and cost.asked}
    sets = [load_eval_set(name, "dev") for name in ("agent_abuse", "everyday_service", "hesitates")]
    cases = {
        each.name: sum(case.expected(act) is not None for case in each.cases for act in acts) for each in sets
    }
    assert {name: count for name, count in asked.items() if count} == cases
    captured = capsys.readouterr()
    total = sum(cases.values())
    assert captured.err.startswith(f"judge: {total:,} cases: {total:,} questions")
    assert f"全部 all\t实际 accounted\t{total:,}\t" in captured.out
    assert f"hesitates\t实际 accounted\t{cases['hesitates']}\t" in captured.out


@pytest.mark.parametrize("judge", ["baseline", "none"])
def test_judging_in_this_process_is_said_to_cost_nothing(judge: str, tmp_path: Path, capsys: OUT) -> None:
    assert main(["eval", "run", "--set", a_set(tmp_path, 3), "--judge", judge, "-o", "report.json"]) == 0
    told = capsys.readouterr()
    assert "judge: nothing is charged" in told.err
    assert "费用 cost: 不收费" in told.out
    assert json.loads(Path("report.json").read_bytes())["cost"] == {"charged": False}
    assert main(["eval", "report", "last", "-o", "out.html"]) == 0
    assert "不收费 nothing charged" in Path("out.html").read_text("utf-8")


def test_a_report_of_before_there_were_costs_is_read_and_says_nothing_of_them(
    tmp_path: Path, capsys: OUT
) -> None:
    assert main(["eval", "run", "--set", a_set(tmp_path, 3), "--judge", "none", "-o", "report.json"]) == 0
    old = json.loads(Path("report.json").read_bytes())
    del old["cost"]
    Path("old.json").write_text(json.dumps(old), "utf-8")
    capsys.readouterr()
    assert main(["eval", "report", "old.json"]) == 0
    assert "费用" not in capsys.readouterr().out


def test_a_server_that_does_not_tokenize_is_accounted_for_without_an_estimate(
    tmp_path: Path, capsys: OUT
) -> None:
    with FakeVllm(ability=Ability(tokenizer=False)) as server:
        cost = run(server, "--set", a_set(tmp_path, 3)).cost
    assert capsys.readouterr().err.count("judge: what it will cost cannot be said") == 1
    assert cost is not None
    assert cost.asked is not None
    assert (cost.expected, cost.asked.questions) == (None, 3)


@pytest.mark.anyio
async def test_progress_may_be_drawn_while_an_event_loop_runs(server: FakeVllm) -> None:
    async with asking(server) as judge:
        run = JudgedRun([judge], 2, "cases")
        assert run.line(1).startswith("1 of 2 cases, ")
