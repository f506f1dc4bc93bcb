"""The flow: a session and a plan in, verified outcomes out. Live is batch: the same function over the prefix."""

from datetime import datetime
from typing import NamedTuple

from evaluators.engine.plan import Plan
from evaluators.judges.answers import NOBODY_ASKED, Answers
from evaluators.judges.port import Judge
from evaluators.judges.verification import verified
from evaluators.scoring.scorecard import score_session, served_by, settle
from evaluators.timeline.timeline import Timeline
from evaluators.types import ChatSession, Outcome, Scorecard


class Inspection(NamedTuple):
    """All outcomes of one session under one catalogue, exclusion groups and caps settled, and their sums."""

    outcomes: list[Outcome]
    scorecard: Scorecard


async def inspect_session(
    session: ChatSession, plan: Plan, judge: Judge | None = None, now: datetime | None = None
) -> Inspection:
    """What the rules find in the session.

    The judge is asked once, and only about acts that something still depends on. `now`: the session is being
    watched and nothing arrived until now; windows that have passed by then are decided.
    """
    timeline = plan.timeline(session, now)
    answers: Answers = NOBODY_ASKED
    acts = plan.open_acts(plan.find(timeline, NOBODY_ASKED)) if judge is not None else frozenset()
    if judge is not None and acts:
        answers = verified(timeline, await judge.answer(session, acts))
    outcomes = settled(timeline, plan, answers)
    card = score_session(session.session_id, outcomes, plan.catalogue, plan.policy, served_by(session))
    return Inspection(outcomes, card)


def inspect_deterministic(session: ChatSession, plan: Plan, now: datetime | None = None) -> list[Outcome]:
    """The outcomes without a judge: what needs one is `undetermined/judge_unavailable`."""
    return settled(plan.timeline(session, now), plan, NOBODY_ASKED)


def settled(timeline: Timeline, plan: Plan, answers: Answers) -> list[Outcome]:
    """Findings as outcomes, of exclusion groups only the worst scoring."""
    findings = plan.find(timeline, answers)
    outcomes = [
        compiled.outcome(timeline, finding, answers)
        for compiled, finding in zip(plan.compiled, findings, strict=True)
    ]
    return settle(outcomes, plan.catalogue, plan.policy, plan.occurrences(timeline, enumerate(findings)))
