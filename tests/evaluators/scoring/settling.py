"""Rules that compete, and what settling makes of their hits."""

from typing import Any

from evaluators.scoring.exclusion import settle
from evaluators.scoring.policy import ScoringPolicy
from evaluators.types import Outcome
from tests.evaluators.catalogues import a_catalogue, a_rule

BOT_ONLY = a_rule("slow_first_human_reply", "R51", -5, exclusion_group="first_reply", alert="medium")
NOBODY = a_rule("slow_first_reply", "R52", -5, exclusion_group="first_reply", alert="medium")
LATE = a_rule("late", "R05", -10, exclusion_group="overdue", exclusion_per="turn", alert="medium")
OVERDUE = a_rule("overdue", "R54", -5, exclusion_group="overdue", exclusion_per="turn", alert="medium")
SEVERE = a_rule("severe", "R55", -10, exclusion_group="overdue", exclusion_per="turn", alert="high")
TWICE = a_rule("invited_twice", "R08", -5, exclusion_group="review", alert="none")
GUIDED = a_rule("praise_guided", "R09", 5, exclusion_group="review", alert="none")
COMPLAINT = a_rule("complaint", "R49", None, exclusion_group="complaint", alert="high")
EXPOSURE = a_rule("exposure", "R50", None, exclusion_group="complaint", alert="high")
ALONE = a_rule("alone", "R01", -3)
EMOTIONS = {
    number: a_rule(name, number, -5, attribute_to="sender" if number == "R43" else "shop")
    for number, name in {
        "R43": "dissatisfied_with_attitude",
        "R44": "dissatisfied_with_logistics",
        "R45": "dissatisfied_with_product",
        "R46": "dissatisfied_with_missing_items",
        "R47": "dissatisfied_other",
    }.items()
}
CATALOGUE = a_catalogue(
    BOT_ONLY, NOBODY, LATE, OVERDUE, SEVERE, TWICE, GUIDED, COMPLAINT, EXPOSURE, ALONE, *EMOTIONS.values()
)
POLICY = ScoringPolicy()


def scores(outcomes: list[Outcome], policy: ScoringPolicy = POLICY, **turns: str) -> dict[str, Any]:
    """Scores by R-number; `turns`: rule id to the turns its hit concerns, separated by spaces."""
    numbers = {rule.id: rule.number or rule.id for rule in CATALOGUE.rules}
    occurrences = {rule_id: frozenset(found.split()) for rule_id, found in turns.items()}
    settled = settle(outcomes, CATALOGUE, policy, occurrences)
    assert [outcome.rule_id for outcome in settled] == [outcome.rule_id for outcome in outcomes]
    assert all(outcome.verdict == before.verdict for outcome, before in zip(settled, outcomes, strict=True))
    return {numbers[outcome.rule_id]: outcome.score for outcome in settled}
