"""Who was wrong, counted: the bottleneck is named once it is certain."""

from datetime import UTC, datetime
from typing import Any

import pytest

from api.trust import wrong_by_rule
from storage.labels import JudgedCase
from storage.trust.adjudication import Adjudication, Disagreement

AT = datetime(2026, 11, 1, tzinfo=UTC)


def disagreement(cause: Any) -> Disagreement:
    case = JudgedCase(
        session_id="s", revision=1, rule_id="r", rule_version="v", inspection_id="i", said={}, sources=(),
        expected="hit", judged="no_hit", reason_code=None, probability=None, inclusion_probability=None,
        shop=None, group=None, agent_id=None, started_at=AT, labelled_at=AT,
    )  # fmt: skip
    said = Adjudication(
        inspection_id="i", session_id="s", revision=1, rule_id="r", expected="hit", judged="no_hit",
        cause=cause, actor="li", reason="", at=AT,
    )  # fmt: skip
    return Disagreement(case=case, between="label_and_verdict", adjudication=said if cause else None)


@pytest.mark.parametrize(
    ("judge", "label", "rule", "open_", "expected"),
    [
        (2, 1, 1, 9, None), (0, 0, 0, 3, None), (20, 2, 1, 0, "judge_wrong"), (1, 20, 2, 0, "label_wrong"),
        (3, 2, 30, 5, "rule_unclear"),
    ],
)  # fmt: skip
def test_the_bottleneck_is_named_once_it_is_clear(
    judge: int, label: int, rule: int, open_: int, expected: str | None
) -> None:
    causes = ["judge_wrong"] * judge + ["label_wrong"] * label + ["rule_unclear"] * rule + [None] * open_
    [found] = wrong_by_rule(tuple(disagreement(cause) for cause in causes))
    assert (found.judge_wrong, found.label_wrong, found.rule_unclear, found.waiting) == (
        judge,
        label,
        rule,
        open_,
    )
    assert found.bottleneck == expected
