"""What holds for every scorecard."""

from decimal import Decimal
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from evaluators.grammar.kinds import Rule
from evaluators.scoring.points import exact
from evaluators.scoring.policy import ScoringPolicy
from evaluators.scoring.scorecard import explain_score, score_session, settle
from evaluators.types import AgentCard, Outcome, Scorecard
from tests.evaluators.catalogues import a_catalogue, a_hit, a_rule, an_outcome
from tests.evaluators.scoring.scored_rules import (
    CATALOGUE,
    RULES,
)

VERDICTS = st.sampled_from(("hit", "hit", "no_hit", "not_applicable", "undetermined"))
AGENTS = st.sampled_from((None, "a-1", "a-2"))


@st.composite
def outcomes_of(draw: st.DrawFn) -> list[Outcome]:
    """At most one outcome per rule, in any order."""
    rules: list[Rule] = draw(st.lists(st.sampled_from(RULES), unique_by=lambda rule: rule.id))
    found = []
    for rule in rules:
        verdict, who = draw(VERDICTS), draw(AGENTS)
        hit = verdict == "hit"
        found.append(a_hit(rule, agent=who) if hit else an_outcome(rule, verdict, agent_id=who))
    return found


@st.composite
def policies(draw: st.DrawFn) -> ScoringPolicy:
    floor, base, cap = sorted(draw(st.lists(st.integers(0, 200), min_size=3, max_size=3)))
    return ScoringPolicy(base=base, floor=floor, cap=cap, shop_faults_count_for_agents=draw(st.booleans()))


def all_cards(found: Scorecard) -> list[Scorecard | AgentCard]:
    return [found, *found.agents.values()]


@given(outcomes_of(), policies())
def test_laws_of_every_card(outcomes: list[Outcome], policy: ScoringPolicy) -> None:
    settled = settle(outcomes, CATALOGUE, policy)
    found = score_session("s-1", settled, CATALOGUE, policy)
    for each in all_cards(found):
        assert exact(each.raw_total) == exact(policy.base) + exact(each.bonus) + exact(each.deductions)
        assert each.bonus >= 0 >= each.deductions
        if each.red_line:
            assert each.score == 0
        else:
            assert policy.floor <= each.score <= policy.cap
    assert found.red_line == any(o.rule_id == "red_line" and o.verdict == "hit" for o in outcomes)
    assert found.undetermined == sum(outcome.verdict == "undetermined" for outcome in outcomes)


@given(outcomes_of(), policies())
def test_the_lines_add_up_to_the_card(outcomes: list[Outcome], policy: ScoringPolicy) -> None:
    settled = settle(outcomes, CATALOGUE, policy)
    found = score_session("s-1", settled, CATALOGUE, policy)
    agents: list[str | None] = [None, *found.agents]
    for agent_id, each in zip(agents, all_cards(found), strict=True):
        lines = explain_score(settled, CATALOGUE, policy, agent_id)
        assert sum((exact(line.points) for line in lines), Decimal(0)) == exact(each.score)
        before_limits = [line for line in lines if line.kind not in ("limit", "red_line")]
        assert sum((exact(line.points) for line in before_limits), Decimal(0)) == exact(each.raw_total)


@given(outcomes_of(), policies(), st.randoms())
def test_the_order_of_outcomes_does_not_matter(
    outcomes: list[Outcome], policy: ScoringPolicy, random: Random
) -> None:
    shuffled = random.sample(outcomes, len(outcomes))
    settled = settle(outcomes, CATALOGUE, policy)
    again = settle(shuffled, CATALOGUE, policy)
    assert sorted(again, key=lambda o: o.rule_id) == sorted(settled, key=lambda o: o.rule_id)
    assert score_session("s-1", again, CATALOGUE, policy) == score_session("s-1", settled, CATALOGUE, policy)


@given(outcomes_of(), policies())
def test_a_rule_without_a_hit_changes_nothing(outcomes: list[Outcome], policy: ScoringPolicy) -> None:
    silent = a_rule("silent", "R60", -50, red_line=True, exclusion_group="g")
    catalogue = a_catalogue(*RULES, silent)
    more = [*outcomes, an_outcome(silent, "no_hit")]
    with_it = score_session("s-1", settle(more, catalogue, policy), catalogue, policy)
    assert with_it == score_session("s-1", settle(outcomes, CATALOGUE, policy), CATALOGUE, policy)
