"""What a draft changes is counted per rule and per agent, and told apart from what it leaves alone."""

from typing import Any

import pytest

from calibration.replay import AgentTotals, Change, Replaying, RuleTotals
from evaluators.types import AgentCard, Evidence, Outcome, Scorecard


def an_outcome(session: str, verdict: Any, rule: str = "r", **fields: Any) -> Outcome:
    evidence = (Evidence("m1", "引文", 0, 2),) if verdict == "hit" else ()
    return Outcome(
        session_id=session, rule_id=rule, rule_version="v", verdict=verdict, evidence=evidence, **fields
    )


def a_card(session: str, **scores: int) -> Scorecard:
    def sums(score: int) -> dict[str, Any]:
        return {
            "raw_total": score,
            "score": score,
            "red_line": False,
            "bonus": 0,
            "deductions": score - 100,
            "undetermined": 0,
        }

    agents = {agent: AgentCard(**sums(score)) for agent, score in scores.items()}
    return Scorecard(session_id=session, agents=agents, **sums(100))


def test_hits_that_come_and_go_are_listed_with_their_quotes() -> None:
    replaying = Replaying(["r"])
    for session, before, after in (
        ("1", "no_hit", "hit"), ("2", "hit", "no_hit"), ("3", "hit", "hit"), ("4", "no_hit", "undetermined"),
    ):  # fmt: skip
        card = a_card(session, a=100)
        replaying.add(
            [an_outcome(session, before), an_outcome(session, "hit", "other")],
            [an_outcome(session, after)],
            card,
            card,
        )
    found = replaying.replay()
    assert found.sessions == 4
    assert [(each.session_id, each.kind, each.quotes) for each in found.changes] == [
        ("1", "gained", ("引文",)), ("2", "lost", ("引文",)), ("4", "other", ()),
    ]  # fmt: skip
    assert found.rules == (
        RuleTotals(
            rule_id="r",
            hits_before=2,
            hits_after=2,
            gained=1,
            lost=1,
            undetermined_before=0,
            undetermined_after=1,
        ),
    )


def test_a_rule_that_is_new_or_gone_is_off_on_the_other_side() -> None:
    replaying = Replaying(["r"])
    card = a_card("1")
    replaying.add([], [an_outcome("1", "hit")], card, card)
    replaying.add([an_outcome("2", "hit")], [], card, card)
    replaying.add([], [], card, card)
    assert [(each.before, each.after) for each in replaying.replay().changes] == [
        ("off", "hit"),
        ("hit", "off"),
    ]


def test_agents_stand_in_the_order_of_what_it_costs_them() -> None:
    replaying = Replaying(["r"])
    replaying.add([], [], a_card("1", a=100, b=90), a_card("1", a=80, b=90))
    replaying.add([], [], a_card("2", a=100, c=50), a_card("2", a=100, c=60))
    assert replaying.replay().agents == (
        AgentTotals(agent_id="a", sessions=2, before=100, after=90, changed=1),
        AgentTotals(agent_id="b", sessions=1, before=90, after=90, changed=0),
        AgentTotals(agent_id="c", sessions=1, before=50, after=60, changed=1),
    )


@pytest.mark.parametrize(
    ("before", "after", "scores"), [({"a": 70}, {}, (70, 100)), ({}, {"a": 70}, (100, 70))]
)
def test_an_agent_on_one_card_alone_has_no_fault_on_the_other(
    before: dict[str, int], after: dict[str, int], scores: tuple[int, int]
) -> None:
    replaying = Replaying(["r"])
    replaying.add([], [], a_card("1", **before), a_card("1", **after))
    [agent] = replaying.replay().agents
    assert (agent.before, agent.after) == scores


def test_a_change_without_a_hit_is_neither_gained_nor_lost() -> None:
    assert Change(session_id="s", rule_id="r", before="no_hit", after="not_applicable").kind == "other"
