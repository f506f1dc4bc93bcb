"""The arithmetic of a score, as inspected and as it counts, line beside line."""

from datetime import UTC, datetime

import pytest

from api.console.desk.sums import paired, why_not
from api.console.language import translator
from evaluators.scoring.scorecard import ScoreLine
from storage.corrections import Cause, Override

ZH = translator("zh")


def _line(rule_id: str | None, points: float, agent: str | None = None, kind: str = "deduction") -> ScoreLine:
    return ScoreLine(kind=kind, points=points, title="x", rule_id=rule_id, agent_id=agent)  # type: ignore[arg-type]


def test_the_same_line_stands_beside_itself_and_each_of_the_others_alone() -> None:
    base, limit = _line(None, 100, kind="base"), _line(None, 20, kind="limit")
    lost, won = _line("loser", 0, "a", "not_counted"), _line("loser", -3, "a")
    winner, bonus = _line("winner", -120, "a"), _line("late", 5)
    found = paired([base, winner, lost, limit], [base, won, bonus])
    assert found == [(base, base), (winner, None), (lost, won), (limit, None), (None, bonus)]


def test_lines_of_two_agents_are_two_lines() -> None:
    first, second = _line("r", -1, "a"), _line("r", -1, "b")
    assert paired([first], [second]) == [(first, None), (None, second)]


@pytest.mark.parametrize(
    ("cause", "reason", "expected"),
    [
        ("misjudged", "", "li 于 2026-11-02 08:30 判为误判"),
        ("appeal", "属实", "li 于 2026-11-02 08:30 判申诉成立：属实"),
    ],
)
def test_it_is_said_who_took_a_hit_off_when_and_why(cause: Cause, reason: str, expected: str) -> None:
    override = Override(
        override_id=1, session_id="s", revision=1, rule_id="r", effect="overturned", cause=cause, actor="li",
        case_id=None, reason=reason, at=datetime(2026, 11, 2, 8, 30, tzinfo=UTC),
    )  # fmt: skip
    assert why_not(override, UTC, ZH) == expected
    assert why_not(None, UTC, ZH) == "规则的计分阶段还不是自动，不计分"
