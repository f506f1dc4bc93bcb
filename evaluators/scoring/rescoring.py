"""The card of a session without some of its hits: what people's decisions make of a score."""

from collections.abc import Collection, Sequence

from msgspec.structs import replace

from evaluators.engine.plan import Plan
from evaluators.judges.answers import NOBODY_ASKED
from evaluators.scoring.scorecard import score_session, served_by, settle
from evaluators.types import ChatSession, Outcome, Scorecard


def score_without(
    session: ChatSession, outcomes: Sequence[Outcome], gone: Collection[str], plan: Plan
) -> Scorecard:
    """The card of the outcomes settled without the hits of the rules in `gone`. `plan` is the one they come from."""
    settled = settle_without(session, outcomes, gone, plan)
    return score_session(session.session_id, settled, plan.catalogue, plan.policy, served_by(session))


def settle_without(
    session: ChatSession, outcomes: Sequence[Outcome], gone: Collection[str], plan: Plan
) -> tuple[Outcome, ...]:
    """As if the rules in `gone` had not hit: what lost to them in an exclusion group gets its points back.

    `plan` is the one the outcomes come from. Which turns a hit is about is found again, as far as that needs no judge.
    """
    left = [
        replace(each, verdict="no_hit", score=0) if each.verdict == "hit" and each.rule_id in gone else each
        for each in outcomes
    ]
    timeline = plan.timeline(session)
    occurrences = plan.occurrences(timeline, enumerate(plan.find(timeline, NOBODY_ASKED)))
    return tuple(settle(left, plan.catalogue, plan.policy, occurrences))
