"""Scorecards and the arithmetic behind them."""

import pytest

from evaluators.errors import RuleNotFound
from evaluators.scoring.policy import ScoringPolicy
from evaluators.scoring.scorecard import explain_score, score_session, served_by, settle, written
from evaluators.types import AgentCard, Outcome, Scorecard
from tests.builders import a_session, agent, auto_reply, bot, customer
from tests.evaluators.catalogues import a_catalogue, a_hit, a_rule, an_outcome
from tests.evaluators.scoring.scored_rules import (
    ALERT_ONLY,
    CATALOGUE,
    FAULT,
    MERIT,
    POLICY,
    RED_LINE,
    ROOMS,
    SHOP_FAULT,
    WORSE,
)


def card(*outcomes: Outcome, policy: ScoringPolicy = POLICY, agents: tuple[str, ...] = ()) -> Scorecard:
    return score_session("s-1", outcomes, CATALOGUE, policy, agents)


def sums(of: Scorecard | AgentCard) -> tuple[object, ...]:
    return of.raw_total, of.score, of.red_line, of.bonus, of.deductions, of.undetermined


CARDS = [
    ("nothing", [], (100, 100, False, 0, 0, 0)),
    ("a fault", [a_hit(FAULT)], (97, 97, False, 0, -3, 0)),
    ("a bonus shows although the score is full", [a_hit(MERIT)], (130, 100, False, 30, 0, 0)),
    ("a bonus makes up for faults", [a_hit(MERIT), a_hit(WORSE)], (120, 100, False, 30, -10, 0)),
    ("a red line is a veto", [a_hit(RED_LINE), a_hit(MERIT)], (30, 0, True, 30, -100, 0)),
    ("alert only", [a_hit(ALERT_ONLY)], (100, 100, False, 0, 0, 0)),
    ("undecided is counted, never scored", [an_outcome(WORSE, "undetermined")], (100, 100, False, 0, 0, 1)),
    ("undecided red line", [an_outcome(RED_LINE, "undetermined")], (100, 100, False, 0, 0, 1)),
    ("not applicable", [an_outcome(WORSE, "not_applicable")], (100, 100, False, 0, 0, 0)),
]


@pytest.mark.parametrize(("outcomes", "expected"), [case[1:] for case in CARDS], ids=[c[0] for c in CARDS])
def test_the_card_of_a_session(outcomes: list[Outcome], expected: tuple[object, ...]) -> None:
    assert sums(card(*outcomes)) == expected


def test_the_score_stays_above_the_floor_and_the_raw_total_does_not() -> None:
    policy = ScoringPolicy(base=5, floor=2, cap=6)
    assert sums(card(a_hit(WORSE), policy=policy)) == (-5, 2, False, 0, -10, 0)
    assert sums(card(a_hit(MERIT), policy=policy)) == (35, 6, False, 30, 0, 0)
    assert card(a_hit(RED_LINE), policy=policy).score == 0


def test_a_red_line_that_lost_its_group_is_still_a_veto() -> None:
    hidden = a_rule("hidden", "R01", -100, red_line=True, exclusion_group="g")
    louder = a_rule("louder", "R02", -120, exclusion_group="g")
    catalogue = a_catalogue(hidden, louder)
    outcomes = settle([a_hit(hidden), a_hit(louder)], catalogue, POLICY)
    assert score_session("s-1", outcomes, catalogue, ScoringPolicy(base=130, cap=130)).score == 0


def test_decimals_add_up_exactly() -> None:
    outcomes = [a_hit(ROOMS[2]), a_hit(ROOMS[3]), a_hit(ROOMS[3])]
    assert sums(card(*outcomes)) == (100.3, 100, False, 0.4, -0.1, 0)
    assert sums(card(a_hit(ROOMS[1]))) == (97.5, 97.5, False, 0, -2.5, 0)


def test_each_agent_has_a_card_of_his_own() -> None:
    outcomes = [
        a_hit(FAULT, agent="a-1"),
        a_hit(RED_LINE, agent="a-2"),
        a_hit(MERIT, agent="b-1"),
        a_hit(WORSE, agent=None),
        an_outcome(ROOMS[0], "undetermined", agent_id="a-1"),
    ]
    found = card(*outcomes, agents=("a-3",))
    assert sums(found) == (17, 0, True, 30, -113, 1)
    assert {agent_id: sums(own) for agent_id, own in found.agents.items()} == {
        "a-1": (97, 97, False, 0, -3, 1),
        "a-2": (0, 0, True, 0, -100, 0),
        "a-3": (100, 100, False, 0, 0, 0),
        "b-1": (130, 100, False, 30, 0, 0),
    }


def test_what_the_shop_is_charged_with_is_on_no_agents_card() -> None:
    outcome = a_hit(SHOP_FAULT, agent="a-1")
    assert card(outcome).deductions == -5
    assert card(outcome).agents["a-1"].deductions == 0
    own = card(outcome, policy=ScoringPolicy(shop_faults_count_for_agents=True))
    assert own.agents["a-1"].deductions == -5


def test_a_hit_of_an_unknown_rule_is_refused() -> None:
    stranger = a_hit(a_rule("stranger", "R77", -5))
    with pytest.raises(RuleNotFound, match="stranger"):
        card(stranger)
    with pytest.raises(RuleNotFound, match="stranger"):
        explain_score([stranger], CATALOGUE, POLICY)


def test_who_served() -> None:
    session = a_session(
        customer("在吗"), agent("您好", by="a-2"), bot("亲", by=None), bot("亲", by="b-2"),
        agent("嗯", by=None), auto_reply("稍等", sender_id="x"), agents=[{"agent_id": "a-1"}],
    )  # fmt: skip
    assert served_by(session) == ("a-1", "a-2", "bot", "b-2")


def test_the_arithmetic_line_by_line() -> None:
    outcomes = [
        a_hit(FAULT, agent=None), a_hit(RED_LINE, agent="a-2"), a_hit(MERIT, explanation=""),
        a_hit(ALERT_ONLY), an_outcome(WORSE, "no_hit"),
    ]  # fmt: skip
    lines = explain_score(outcomes, CATALOGUE, POLICY)
    assert written(lines).splitlines() == [
        "+100  基础分",
        " +30  R39 标题 merit(a-1)",
        "-100  R33 标题 red_line(a-2)  因为",
        "  -3  R01 标题 fault  因为",
        "   0  R48 标题 alert_only(a-1)  仅告警,不计分",
        " -27  触犯红线,一票否决",
        "------------",
        "   0  得分",
    ]


def test_limits_are_lines_too() -> None:
    policy = ScoringPolicy(base=5, floor=2, cap=6)
    assert written(explain_score([a_hit(WORSE)], CATALOGUE, policy)).splitlines()[-3:] == [
        " +7  不低于 2 分",
        "-----------",
        "  2  得分",
    ]
    assert " -9  不高于 6 分" not in written(explain_score([a_hit(WORSE)], CATALOGUE, policy))
    assert "-29  不高于 6 分" in written(explain_score([a_hit(MERIT)], CATALOGUE, policy))


def test_a_hit_that_lost_is_listed_with_the_reason() -> None:
    outcomes = settle([a_hit(ROOMS[0], agent="a-1"), a_hit(ROOMS[1], agent="a-2")], CATALOGUE, POLICY)
    lost = next(line for line in explain_score(outcomes, CATALOGUE, POLICY) if line.rule_id == "second")
    assert (lost.kind, lost.points) == ("not_counted", 0)
    assert "R51" in lost.note
    assert [line.rule_id for line in explain_score(outcomes, CATALOGUE, POLICY, "a-1")] == [None, "first"]
