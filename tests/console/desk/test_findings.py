"""Findings beside the chat: their order, who said so, and what is known about that."""

from datetime import UTC, datetime
from typing import Any

import pytest

from api.console.desk.findings import causes_of, findings_of, keyed
from api.console.language import translator
from api.console.trust import trust_of
from calibration.trust import measure
from evaluators.catalogue.loading import load_catalogue
from evaluators.types import JudgeRef, Outcome
from storage.automation.gate import Standing
from storage.labels import JudgedCase

RULES = {rule.id: rule for rule in load_catalogue().rules}
ZH, EN = translator("zh"), translator("en")


def outcome(rule_id: str, verdict: str = "hit", score: float = 0, **fields: Any) -> Outcome:
    given: dict[str, Any] = {"verdict": verdict, "score": score} | fields
    return Outcome(session_id="s", rule_id=rule_id, rule_version="v", **given)


OUTCOMES = [
    outcome("missing_welcome", score=-3),
    outcome("prohibited_superlative", score=-100),
    outcome("rating_very_satisfied", score=30),
    outcome("reply_overdue", "undetermined", reason_code="window_open"),
    outcome("reply_severely_overdue", "undetermined", reason_code="window_open"),
    outcome("need_not_explored", "undetermined", reason_code="judge_unavailable"),
    outcome("complaint_mentioned"),
    outcome("late_reply_without_apology", "no_hit"),
    outcome("nonstandard_transfer_phrase", "not_applicable"),
]


def test_the_worst_comes_first_and_nothing_is_left_out() -> None:
    found = findings_of(keyed(OUTCOMES), RULES, ZH)
    assert [each.points for each in found.faults] == ["-100", "-3", "0"]
    assert [each.number for each in found.praise] == ["R39"]
    assert [each.key for each in found.undetermined] == ["f3", "f4", "f5"]
    assert sum(map(len, found)) == len(OUTCOMES)
    assert [each.red_line for each in found.faults] == [True, False, False]


def test_causes_are_counted_the_most_frequent_first() -> None:
    assert causes_of(OUTCOMES, ZH) == "时限未到 2 · 没有可用的判断器 1"
    assert causes_of(OUTCOMES, EN) == "window still open 2 · no judge available 1"


def test_who_said_so() -> None:
    judge = JudgeRef(name="vllm", model="qwen")
    outcomes = [
        outcome("missing_welcome", score=-3),
        outcome("need_not_explored", score=-2, judge=judge, confidence=0.876),
        outcome("hesitation_reason_not_asked", "undetermined", reason_code="judge_unavailable"),
    ]
    found = findings_of(keyed(outcomes), RULES, ZH)
    assert [(each.judge, each.confidence) for each in found.faults] == [
        ("规则直接判定", ""),
        ("vllm qwen", "88%"),
    ]
    assert [each.judge for each in found.undetermined] == ["没有问过判断器"]


def _labelled(session_id: str, expected: str) -> JudgedCase:
    now = datetime(2026, 11, 1, tzinfo=UTC)
    return JudgedCase(
        session_id=session_id, revision=1, rule_id="missing_welcome", rule_version="v", inspection_id="i",
        said={"r-1": expected}, sources=("human_random",), expected=expected, judged="hit", reason_code=None,
        probability=None, inclusion_probability=0.5, shop=None, group=None, agent_id=None, started_at=now,
        labelled_at=now,
    )  # fmt: skip


def test_no_rule_is_trusted_before_it_is_measured() -> None:
    assert not trust_of(None, ZH).measured
    assert trust_of(None, EN).text == "not measured on your labels"


@pytest.mark.parametrize(
    ("standing", "told"),
    [
        ("certified", "未在你的标注上测量 · 达到证书门槛"),
        ("below_threshold", "未在你的标注上测量 · 未达证书门槛，由人看"),
        ("by_code", "未在你的标注上测量"),
    ],
)
def test_a_verdict_says_whether_it_reached_the_certified_threshold(standing: Standing, told: str) -> None:
    assert trust_of(None, ZH, standing).text == told


def test_a_measured_rule_says_how_many_of_its_hits_labels_confirm() -> None:
    cases = [_labelled(str(n), "hit" if n < 9 else "no_hit") for n in range(10)]
    trust = trust_of(measure(cases), EN)
    assert trust.measured
    assert trust.text.startswith("hits that labels confirm 90% [")
    assert trust.text.endswith("n = 10")
    found = findings_of(keyed(OUTCOMES), RULES, EN, measured={"missing_welcome": measure(cases)})
    assert {each.number for group in found for each in group if each.trust.measured} == {"R01"}


def test_a_judge_that_has_not_learned_a_rule_is_no_standard_that_a_shop_forgot() -> None:
    judge = JudgeRef(name="baseline", model="m")
    found = [
        outcome("dissatisfied_with_product", "undetermined", reason_code="not_configured", judge=judge),
        outcome("nonstandard_closing", "undetermined", reason_code="not_configured"),
    ]
    assert causes_of(found, ZH) == "判断器没学过 1 · 没有配置标准 1"
