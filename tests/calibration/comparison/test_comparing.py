"""Two runs: what is fixed, what is broken, how noisy the judge is, and what the gate makes of it."""

from datetime import UTC, datetime
from typing import Any

import pytest

from calibration.comparison import Comparison, compare_runs
from calibration.comparison.noise import check_repetition
from calibration.errors import RunInvalid
from calibration.runs import Judged, JudgePins, Pins, RunReport, figures_of
from calibration.statistics.comparison import GatePolicy
from evaluators.types import JudgeRef

VLLM = JudgeRef(name="vllm", model="m")


def a_case(name: str, expected: str, verdict: str, **fields: Any) -> Judged:
    return Judged(case_id=name, rule_id=fields.pop("rule", "r"), expected=expected, verdict=verdict, **fields)


def a_run(*cases: Judged, judge: str | None = None, version: str = "v", reused: int = 0) -> RunReport:
    rules = list(dict.fromkeys(case.rule_id for case in cases))
    pins = Pins(
        code="c", catalogue="k", rules=dict.fromkeys(rules, version), sets={},
        judge=JudgePins(name=judge) if judge else None,
    )  # fmt: skip
    return RunReport(
        eval_set="s", split="dev", set_version="sha256:1", source="constructed", catalogue_version="k", judges=[],
        started_at=datetime(2026, 11, 28, tzinfo=UTC), rules=[figures_of(rule, version, cases) for rule in rules],
        cases=list(cases), pins=pins, reused=reused,
    )  # fmt: skip


def compared(
    before: list[Judged], after: list[Judged], judge: str | None = None, **options: Any
) -> Comparison:
    return compare_runs([a_run(*before, judge=judge)], [a_run(*after, judge=judge, version="w")], **options)


def many(verdicts: dict[str, int], expected: str = "hit", **fields: Any) -> list[Judged]:
    told = [verdict for verdict, count in verdicts.items() for _ in range(count)]
    return [a_case(str(number), expected, verdict, **fields) for number, verdict in enumerate(told)]


def test_every_way_a_case_can_go() -> None:
    before = [
        a_case("fixed", "hit", "no_hit"), a_case("broken", "no_hit", "no_hit"), a_case("same", "hit", "hit"),
        a_case("lost", "hit", "hit"), a_case("still open", "hit", "undetermined", reason_code="judge_timeout"),
        a_case("open now", "no_hit", "hit"), a_case("not applicable", "not_applicable", "no_hit"),
        a_case("gone", "hit", "hit"),
    ]  # fmt: skip
    after = [
        a_case("fixed", "hit", "hit", quotes=("引文",)), a_case("broken", "no_hit", "hit"), a_case("same", "hit", "hit"),
        a_case("lost", "hit", "undetermined", reason_code="judge_timeout", label_quotes=("标的",)),
        a_case("still open", "hit", "undetermined", reason_code="judge_timeout"),
        a_case("open now", "no_hit", "undetermined", reason_code="answer_invalid"),
        a_case("not applicable", "not_applicable", "not_applicable"),
        a_case("new", "hit", "hit"),
    ]  # fmt: skip
    found = compared(before, after)
    assert [(each.kind, each.case_id, each.before, each.after) for each in found.cases] == [
        ("broken", "broken", "no_hit", "hit"),
        ("broken", "lost", "hit", "judge_timeout"),
        ("fixed", "fixed", "no_hit", "hit"),
        ("changed", "open now", "hit", "answer_invalid"),
    ]
    assert (found.cases[1].label_quotes, found.cases[2].quotes_after) == (("标的",), ("引文",))
    assert (found.only_before, found.only_after, found.total.n) == (1, 1, 7)
    assert (found.total.right_before, found.total.right_after) == (4, 3)
    assert (found.total.undecided_before, found.total.undecided_after) == (1, 3)


def test_the_later_label_counts_for_both() -> None:
    found = compared([a_case("1", "hit", "hit")], [a_case("1", "no_hit", "no_hit")])
    assert [(each.kind, each.expected) for each in found.cases] == [("fixed", "no_hit")]


def nobody(n: int, cause: str = "not_configured", **fields: Any) -> list[Judged]:
    return many({"undetermined": n}, reason_code=cause, **fields)


@pytest.mark.parametrize("cause", ["not_configured", "judge_unavailable"])
def test_a_run_in_which_nobody_judged_is_no_loss_but_undetermined(cause: str) -> None:
    found = compared(many({"hit": 50}), nobody(50, cause), judge="baseline")
    assert (found.total.n, found.total.unanswered, found.total.one_sided) == (0, 50, 50)
    assert (found.cases, found.verdict) == ([], "undetermined")
    assert found.total.gate.reason == "in one of the runs nobody judged many of the cases"


def test_a_few_cases_that_nobody_judged_are_left_out() -> None:
    after = many({"hit": 90, "no_hit": 6})
    lost = [
        a_case(str(number), "hit", "undetermined", reason_code="judge_unavailable")
        for number in range(96, 100)
    ]
    found = compared(many({"hit": 100}), [*after, *lost], judge="baseline")
    assert (found.total.n, found.total.broken, found.total.one_sided, found.verdict) == (96, 6, 4, "fail")


def test_a_rule_that_neither_run_could_judge_stops_no_other() -> None:
    unknown = nobody(20, rule="unlearned")
    found = compared([*many({"hit": 50}), *unknown], [*many({"hit": 50}), *unknown], judge="baseline")
    assert [each.gate.verdict for each in found.rules] == ["pass", "undetermined"]
    assert ([each.rule_id for each in found.gates], found.verdict) == (["r", ""], "pass")
    alone = compared(unknown, unknown, judge="baseline")
    assert alone.verdict == "undetermined"


def test_what_the_runs_do_not_share_is_listed() -> None:
    found = compare_runs(
        [a_run(a_case("1", "hit", "hit"))], [a_run(a_case("1", "hit", "hit"), judge="vllm", version="w")]
    )
    assert found.changed_pins == [("r", "v", "w"), ("judge", "none", "vllm")]


@pytest.mark.parametrize(
    ("before", "after", "verdict"),
    [
        ({"hit": 100}, {"hit": 80, "no_hit": 20}, "fail"),
        ({"hit": 100}, {"hit": 99, "no_hit": 1}, "pass"),  # within the tolerance
        ({"hit": 40}, {"hit": 37, "no_hit": 3}, "pass"),  # not significant
        ({"no_hit": 20, "hit": 80}, {"hit": 100}, "pass"),  # a gain
        ({"hit": 100}, {"hit": 80, "undetermined": 20}, "fail"),  # undecided is not right
    ],
)
def test_code_is_steady_so_the_gate_decides(
    before: dict[str, int], after: dict[str, int], verdict: str
) -> None:
    assert compared(many(before), many(after)).verdict == verdict


def test_a_judge_that_was_never_asked_twice_leaves_the_gate_undecided() -> None:
    before, after = many({"hit": 100}, judge=VLLM), many({"hit": 80, "no_hit": 20}, judge=VLLM)
    assert compared(before, after, "vllm").verdict == "undetermined"


@pytest.mark.parametrize(("share", "verdict"), [(0.05, "fail"), (1.0, "pass")])
def test_votes_tell_the_noise_and_a_loss_below_it_passes(share: float, verdict: str) -> None:
    def votes(number: int) -> dict[str, int]:
        return {"hit": 1, "no_hit": 1} if number < share * 60 else {"hit": 2}

    before = [a_case(str(n), "hit", "hit", judge=VLLM, votes=votes(n)) for n in range(60)]
    after = [a_case(str(n), "hit", "hit" if n >= 9 else "no_hit", judge=VLLM) for n in range(60)]
    found = compared(before, after, "vllm")
    assert found.total.own is not None
    assert (found.total.own.rate, found.total.own.n) == (pytest.approx(share), 60)
    assert found.verdict == verdict


def test_a_repetition_tells_the_noise_too() -> None:
    before, after = many({"hit": 100}, judge=VLLM), many({"hit": 80, "no_hit": 20}, judge=VLLM)
    again = [
        a_run(*many({"hit": 80, "no_hit": 19, "undetermined": 1}, judge=VLLM), judge="vllm", version="w")
    ]
    found = compared(before, after, "vllm", again=again)
    assert found.total.own is not None
    assert (found.total.own.rate, found.verdict) == (pytest.approx(0.01), "fail")


def test_a_repetition_that_repeats_nothing_is_refused() -> None:
    run = a_run(a_case("1", "hit", "hit"), judge="vllm")
    check_repetition([run], [run], "x")
    with pytest.raises(RunInvalid, match="its pins differ"):
        check_repetition([run], [a_run(a_case("1", "hit", "hit"), judge="vllm", version="w")], "x")
    with pytest.raises(RunInvalid, match="eval run --fresh"):
        check_repetition([run], [a_run(a_case("1", "hit", "hit"), judge="vllm", reused=1)], "x")


def test_code_rules_need_no_measurement_beside_a_judge() -> None:
    assert compared(many({"hit": 100}), many({"hit": 80, "no_hit": 20}), "vllm").verdict == "fail"
    gone = many({"hit": 100}), many({"hit": 80, "undetermined": 20}, reason_code="judge_timeout")
    assert compared(*gone, "vllm").verdict == "undetermined"


def test_several_rules_share_the_significance() -> None:
    before = [*many({"hit": 100}, rule="a"), *many({"hit": 100}, rule="b")]
    after = [*many({"hit": 100}, rule="a"), *many({"hit": 94, "no_hit": 6}, rule="b")]
    alone = compared(
        [each for each in before if each.rule_id == "b"], [each for each in after if each.rule_id == "b"]
    )
    together = compared(before, after, policy=GatePolicy(0.0, 0.05))
    assert (alone.tests, alone.verdict) == (1, "fail")
    assert (together.tests, together.verdict) == (3, "pass")
    assert [each.rule_id for each in together.gates] == ["a", "b", ""]
