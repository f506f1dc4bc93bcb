"""A killed run goes on where it was; only what changed is judged again; a failure is never kept."""

import asyncio
from collections.abc import Collection
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from calibration.drafts import drafted, published
from calibration.errors import RunInvalid
from calibration.eval_sets import EvalSet, load_eval_set
from calibration.runs import RunReport, Setup, load_reports, open_run, run_eval_set
from calibration.runs.pins import JudgePins
from calibration.runs.store import list_runs
from evaluators.judges.answers import Answers, Unanswered
from evaluators.judges.port import Judge
from evaluators.testing import ScriptedJudge
from evaluators.types import ChatSession
from tests.calibration.sets import ACT, a_prompt, case, write_set

CASES = [case(str(number), {ACT: "hit"}, f"亲您身高{number}") for number in range(6)]


class Killed(BaseException):
    """What a kill looks like from inside."""


class Stopping(ScriptedJudge):
    """Is killed while it answers for the n-th time."""

    def __init__(self, after: int) -> None:
        super().__init__({ACT: ["m2"]})
        self.after = after

    async def answer(self, session: ChatSession, acts: Collection[str]) -> Answers:
        if len(self.asked) == self.after:
            raise Killed
        return await super().answer(session, acts)


def a_set(folder: Path, cases: list[dict[str, Any]]) -> EvalSet:
    return load_eval_set(str(write_set(folder, cases)), "dev")


def a_setup(*judges: Judge, draft: Path | None = None, **pins: Any) -> Setup:
    standard = drafted(draft)
    return Setup(standard.catalogue, standard.prompts, judges, JudgePins(name="scripted", **pins))


def run(state: Path, eval_set: EvalSet, setup: Setup, *, fresh: bool = False) -> tuple[RunReport, int, int]:
    with open_run(state, setup.pins([eval_set], []), fresh=fresh) as store:
        report = asyncio.run(run_eval_set(eval_set, [], setup, store=store, concurrency=1))
        store.finish([report])
    return report, store.kept, store.reused


def test_a_killed_run_goes_on_where_it_was(tmp_path: Path) -> None:
    eval_set = a_set(tmp_path, CASES)
    with pytest.raises(Killed):
        run(tmp_path / "state", eval_set, a_setup(Stopping(4)))
    [unfinished] = (tmp_path / "state" / "runs").iterdir()
    with (unfinished / "cases.jsonl").open("ab") as file:
        file.write(b'{"key": "half a li')
    judge = ScriptedJudge({ACT: ["m2"]})
    report, kept, reused = run(tmp_path / "state", eval_set, a_setup(judge))
    assert (kept, reused, len(judge.asked)) == (2, 4, 2)
    assert list_runs(tmp_path / "state") == [unfinished]
    assert load_reports(unfinished) == [report]
    assert [each.case_id for each in report.cases] == [str(number) for number in range(6)]


def test_the_same_again_asks_nobody_and_a_new_run_says_the_same(tmp_path: Path) -> None:
    eval_set, judge = a_set(tmp_path, CASES), ScriptedJudge({ACT: ["m2"]})
    first, *_ = run(tmp_path, eval_set, a_setup(judge))
    second, kept, reused = run(tmp_path, eval_set, a_setup(judge))
    assert (kept, reused, len(judge.asked), second.cases) == (0, 6, 6, first.cases)
    assert len(list_runs(tmp_path)) == 2
    assert run(tmp_path, eval_set, a_setup(judge), fresh=True)[1:] == (6, 0)


def test_a_case_that_changed_is_judged_again_and_only_that(tmp_path: Path) -> None:
    judge = ScriptedJudge({ACT: ["m2"]})
    run(tmp_path, a_set(tmp_path / "a", CASES), a_setup(judge))
    changed = a_set(tmp_path / "b", [*CASES[:5], case("5", {ACT: "hit"}, "改过的话")])
    assert run(tmp_path, changed, a_setup(judge))[1:] == (1, 5)


@pytest.mark.parametrize("pins", [{"model": "m"}, {"server": "0.33"}, {"parameters": {"layout": "x"}}])
def test_another_judge_is_asked_everything(pins: dict[str, Any], tmp_path: Path) -> None:
    eval_set, judge = a_set(tmp_path, CASES), ScriptedJudge({ACT: ["m2"]})
    run(tmp_path, eval_set, a_setup(judge))
    assert run(tmp_path, eval_set, a_setup(judge, **pins))[1:] == (6, 0)


def test_another_wording_is_asked_everything_and_code_rules_ask_nobody_twice(tmp_path: Path) -> None:
    mixed = [case(str(n), {ACT: "hit", "prohibited_superlative": "no_hit"}, f"亲{n}") for n in range(3)]
    eval_set, judge = a_set(tmp_path, mixed), ScriptedJudge({ACT: ["m2"]})
    a_prompt(tmp_path / "draft", hit="真的问了顾客。")
    run(tmp_path, eval_set, a_setup(judge))
    assert run(tmp_path, eval_set, a_setup(judge, draft=tmp_path / "draft"))[1:] == (3, 3)
    assert run(tmp_path, eval_set, a_setup(judge, model="m"))[1:] == (3, 3)


def test_a_failure_is_asked_again(tmp_path: Path) -> None:
    eval_set = a_set(tmp_path, CASES)
    away = ScriptedJudge({ACT: Unanswered(reason_code="judge_timeout")})
    report, *_ = run(tmp_path, eval_set, a_setup(away))
    assert report.rules[0].undetermined == {"judge_timeout": 6}
    assert run(tmp_path, eval_set, a_setup(ScriptedJudge({ACT: ["m2"]})))[1:] == (6, 0)


def test_votes_are_counted_and_the_share_is_the_confidence(tmp_path: Path) -> None:
    votes: list[Judge] = [ScriptedJudge({ACT: ["m2"]}), ScriptedJudge({}), ScriptedJudge({ACT: ["m2"]})]
    report, kept, _ = run(tmp_path, a_set(tmp_path, CASES), a_setup(*votes))
    assert kept == 18
    assert {(each.verdict, each.confidence, each.flips) for each in report.cases} == {
        ("hit", 2 / 3, 1 - 1 / 3)
    }
    assert report.cases[0].votes == {"hit": 2, "no_hit": 1}
    assert report.rules[0].flips == pytest.approx(2 / 3)


def test_undecided_votes_are_counted_and_outvote_nobody(tmp_path: Path) -> None:
    away = ScriptedJudge({ACT: Unanswered(reason_code="judge_timeout")})
    report, *_ = run(tmp_path, a_set(tmp_path, CASES), a_setup(away, away, ScriptedJudge({ACT: ["m2"]})))
    assert (report.cases[0].verdict, report.cases[0].confidence) == ("hit", 1.0)
    assert report.cases[0].votes == {"undetermined": 2, "hit": 1}


def test_two_processes_do_not_write_into_one_run(tmp_path: Path) -> None:
    eval_set, setup = a_set(tmp_path, CASES), a_setup(ScriptedJudge({ACT: ["m2"]}))
    pins = setup.pins([eval_set], [])
    with open_run(tmp_path, pins) as first, open_run(tmp_path, pins) as second:
        assert first.place != second.place


def test_a_broken_line_in_the_middle_is_named(tmp_path: Path) -> None:
    eval_set, setup = a_set(tmp_path, CASES), a_setup(ScriptedJudge({ACT: ["m2"]}))
    run(tmp_path, eval_set, setup)
    [place] = list_runs(tmp_path)
    lines = (place / "cases.jsonl").read_bytes().splitlines()
    (place / "cases.jsonl").write_bytes(b"\n".join([lines[0], b"{}", *lines[1:], b""]))
    with pytest.raises(RunInvalid, match=r"cases\.jsonl:2"):
        run(tmp_path, eval_set, setup)


def test_what_is_no_report_is_said(tmp_path: Path) -> None:
    for content in (None, b"[]x", b'{"rules": 1}'):
        if content is not None:
            (tmp_path / "report.json").write_bytes(content)
        with pytest.raises(RunInvalid, match=r"report\.json"):
            load_reports(tmp_path)


def test_pins_name_all_a_verdict_depends_on(tmp_path: Path) -> None:
    eval_set = a_set(tmp_path, CASES)
    pins = a_setup(ScriptedJudge({}), ScriptedJudge({}), model="m").pins([eval_set], [])
    assert pins.rules == {ACT: published().catalogue.rule_versions[ACT]}
    assert (pins.sets[ACT].version, pins.sets[ACT].split) == (eval_set.version, "dev")
    assert (pins.catalogue, pins.votes) == (published().catalogue.version, 2)
    assert pins.judge == JudgePins(name="scripted", model="m")
    assert pins.code.startswith("0.1.0+")


def test_stale_labels_are_left_out_and_counted(tmp_path: Path) -> None:
    eval_set = a_set(tmp_path, CASES)
    (tmp_path / ACT / "changes.toml").write_text(
        "\n".join(
            f'[[change]]\nrule_id = "{ACT}"\nversion = "{version}"\nkind = "different"\nreason = "r"\n'
            "changed_at = 2026-11-28T00:00:00Z\n"
            for version in ("a", "b")
        ),
        "utf-8",
    )
    stale = replace(load_eval_set(str(tmp_path / ACT), "dev"), name=eval_set.name)
    report, *_ = run(tmp_path, stale, a_setup(ScriptedJudge({ACT: ["m2"]})))
    assert (report.stale, report.cases) == (6, [])
