"""The card of a session as people would have it: without some of its hits, or with hits that were missed."""

from collections.abc import Collection, Mapping, Sequence

from msgspec.structs import replace

from evaluators.engine.plan import Plan
from evaluators.judges.answers import NOBODY_ASKED
from evaluators.scoring.scorecard import score_session, served_by, settle
from evaluators.types import ChatSession, Evidence, Outcome, Scorecard


def score_without(
    session: ChatSession, outcomes: Sequence[Outcome], gone: Collection[str], plan: Plan
) -> Scorecard:
    """The card of the outcomes settled without the hits of the rules in `gone`. `plan` is the one they come from."""
    settled = settle_without(session, outcomes, gone, plan)
    return score_session(session.session_id, settled, plan.catalogue, plan.policy, served_by(session))


def score_as(
    session: ChatSession,
    outcomes: Sequence[Outcome],
    gone: Collection[str],
    missed: Mapping[str, Collection[str]],
    plan: Plan,
) -> Scorecard:
    """Like `score_without`, and with hits of the rules in `missed`, on the messages named, charged to nobody.

    Raises `RuleNotFound` for a missed rule that `plan` does not have.
    """
    told = [_hit(each, missed[each.rule_id], plan) if each.rule_id in missed else each for each in outcomes]
    return score_without(session, told, gone, plan)


def _hit(outcome: Outcome, message_ids: Collection[str], plan: Plan) -> Outcome:
    points = plan.catalogue.find(outcome.rule_id).score or 0
    evidence = tuple(Evidence(message_id, "", 0, 0) for message_id in message_ids)
    return replace(outcome, verdict="hit", reason_code=None, score=points, evidence=evidence)


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
