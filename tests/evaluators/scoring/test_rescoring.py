"""The card as people would have it: hits taken away, hits added, caps and exclusion settled again."""

import pytest

from evaluators.catalogue.loading import load_catalogue
from evaluators.engine.plan import compile_plan
from evaluators.scoring.rescoring import score_as, score_without
from evaluators.types import ChatSession, Message, Outcome

CATALOGUE = load_catalogue()
PLAN = compile_plan(CATALOGUE)
SESSION = ChatSession(
    session_id="s-1",
    messages=(
        Message(sender="customer", text="在吗", message_id="m1"),
        Message(sender="customer", text="太慢了", message_id="m2"),
    ),
)
#: Three of the negative emotions: -5 each, -5 for one message at most, -10 for a session.
MOODS = ["dissatisfied_with_logistics", "dissatisfied_with_product", "dissatisfied_other"]


def _outcomes(*hits: str) -> list[Outcome]:
    rules = [*MOODS, "missing_welcome", "prohibited_superlative"]
    return [
        Outcome(
            session_id="s-1", rule_id=each, rule_version=CATALOGUE.rule_versions[each],
            verdict="hit" if each in hits else "no_hit",
            score=(CATALOGUE.find(each).score or 0) if each in hits else 0,
        )
        for each in rules
    ]  # fmt: skip


def test_a_missed_hit_costs_its_points() -> None:
    card = score_as(SESSION, _outcomes(), set(), {"missing_welcome": ["m1"]}, PLAN)
    assert card.score == 100 + (CATALOGUE.find("missing_welcome").score or 0)


def test_a_missed_red_line_takes_the_score() -> None:
    card = score_as(SESSION, _outcomes(), set(), {"prohibited_superlative": []}, PLAN)
    assert (card.score, card.red_line) == (0, True)


@pytest.mark.parametrize(
    ("missed", "score"),
    [
        ({MOODS[0]: ["m1"], MOODS[1]: ["m1"]}, 95),
        ({MOODS[0]: ["m1"], MOODS[1]: ["m2"]}, 90),
        ({MOODS[0]: ["m1"], MOODS[1]: ["m2"], MOODS[2]: []}, 90),
    ],
)
def test_missed_hits_share_their_caps(missed: dict[str, list[str]], score: int) -> None:
    """Added up rule by rule they would cost more."""
    assert score_as(SESSION, _outcomes(), set(), missed, PLAN).score == score


def test_one_gone_and_one_missed() -> None:
    outcomes = _outcomes("prohibited_superlative")
    assert score_without(SESSION, outcomes, (), PLAN).score == 0
    card = score_as(SESSION, outcomes, {"prohibited_superlative"}, {MOODS[0]: ["m2"]}, PLAN)
    assert (card.score, card.red_line) == (95, False)
