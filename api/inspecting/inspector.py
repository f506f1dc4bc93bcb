"""Sessions inspected under a standard: what the service, the worker and dry runs share."""

import asyncio
from datetime import datetime
from typing import NamedTuple

from sqlalchemy.ext.asyncio import AsyncSession

from api.inspecting.asking import IN_FLIGHT
from api.inspecting.editions import Editions
from api.inspecting.standards import Standard, Standards
from api.reporting.replies import measure_replies
from api.schemas.inspecting import Check, Trial
from evaluators.catalogue.loading import Catalogue
from evaluators.engine.plan import Plan
from evaluators.grammar.kinds import ReplyTime
from evaluators.inspection import inspect_deterministic, inspect_session
from evaluators.judges.port import Judge, ServedJudge
from evaluators.scoring.scorecard import ScoreLine, explain_score, score_session, served_by
from evaluators.types import ChatSession, Outcome, Scorecard
from storage.inspections import Inspection, ReplyTimes
from storage.sessions import StoredSession

NO_JUDGE = "none"
#: The three clocks a report shows, measured the same for every shop whatever rules it has switched on.
_FIRST_REPLY = ReplyTime(id="first_reply", title="首响", measure="first_reply", clock="shop")
_FIRST_HUMAN_REPLY = ReplyTime(id="first_human_reply", title="人工首响", measure="first_reply", clock="human")
_AVERAGE_REPLY = ReplyTime(id="average_reply", title="平响", measure="session_average", clock="human")


class Found(NamedTuple):
    """What an inspection found; nothing of it is kept yet."""

    outcomes: tuple[Outcome, ...]
    scorecard: Scorecard
    reply_times: ReplyTimes


class Inspector:
    """Inspects sessions with the editions of one catalogue and one judge (None: what needs one stays undetermined)."""

    def __init__(self, editions: Editions, default_profile: str) -> None:
        self.editions = editions
        self.standards = Standards(editions, default_profile)

    @property
    def catalogue(self) -> Catalogue:
        """What sessions that begin now are judged by, before any profile."""
        return self.editions.now.standard.catalogue

    @property
    def judge(self) -> Judge | None:
        """The one that is set up. It answers in the wordings of the files: ask that of a standard."""
        return self.editions.files.judge

    def judge_version(self, found: Found) -> str:
        """What an inspection records about the judge: its name, and the models that had a say."""
        if self.judge is None:
            return NO_JUDGE
        models = {outcome.judge.model for outcome in found.outcomes if outcome.judge and outcome.judge.model}
        return "/".join([self.judge.name, *sorted(models)])

    async def check_judge(self) -> Check:
        """For `/readyz`: a service without a judge works; it says what stays undecided."""
        if self.judge is None:
            return Check(ok=True, detail="none: what needs language understanding stays undetermined")
        if not isinstance(self.judge, ServedJudge):
            return Check(ok=True, detail=self.judge.name)
        condition = await self.judge.condition()
        return Check(ok=condition.able, detail=f"{self.judge.name}: {condition.detail}")

    @property
    def at_once(self) -> int:
        """How many sessions are worth inspecting at the same time: those that wait for a server."""
        return IN_FLIGHT if isinstance(self.judge, ServedJudge) else 1

    async def inspect(self, session: ChatSession, standard: Standard, now: datetime | None = None) -> Found:
        """All outcomes, their sums and the reply times. A long session does not hold up the event loop."""
        plan = standard.plan
        judge = standard.judge
        if judge is None:
            return await asyncio.to_thread(_found_without_judge, session, plan, now)
        if now is not None and isinstance(judge, ServedJudge):
            judge = judge.live()
        outcomes, card = await inspect_session(session, plan, judge, now)
        return Found(tuple(outcomes), card, _reply_times(session, plan))

    def record(
        self,
        stored: StoredSession,
        standard: Standard,
        found: Found,
        *,
        attempt: int = 1,
        official: bool = True,
    ) -> Inspection:
        """What storage keeps of it."""
        return Inspection(
            session_id=stored.session.session_id,
            revision=stored.revision,
            catalogue_version=standard.plan.catalogue.version,
            profile_version=standard.profile_version,
            judge_version=self.judge_version(found),
            attempt=attempt,
            official=official,
            outcomes=found.outcomes,
            scorecard=found.scorecard,
            reply_times=found.reply_times,
        )

    def trial(self, session: ChatSession, standard: Standard, found: Found) -> Trial:
        """What the caller is told where nothing is kept."""
        return Trial(
            session_id=session.session_id,
            catalogue_version=standard.plan.catalogue.version,
            profile_version=standard.profile_version,
            judge_version=self.judge_version(found),
            outcomes=found.outcomes,
            scorecard=found.scorecard,
            arithmetic=arithmetic(found.outcomes, standard),
        )

    async def explain(
        self, db: AsyncSession, stored: StoredSession, inspection: Inspection, agent_id: str | None = None
    ) -> tuple[ScoreLine, ...] | None:
        """The arithmetic of a kept inspection; None if rules or profile of that version are not here any more."""
        at = started(stored)
        standard = await self.standards.recorded(db, inspection.profile_version, stored.session, at)
        if standard is None or standard.plan.catalogue.version != inspection.catalogue_version:
            return None
        return arithmetic(inspection.outcomes, standard, agent_id)


def arithmetic(
    outcomes: tuple[Outcome, ...], standard: Standard, agent_id: str | None = None
) -> tuple[ScoreLine, ...]:
    """The score of the session, or of one agent, line by line."""
    return tuple(explain_score(outcomes, standard.plan.catalogue, standard.plan.policy, agent_id))


def started(stored: StoredSession) -> datetime:
    """When the session started: given, else its first message, else when it was handed in."""
    return start_of(stored.session) or stored.received_at


def start_of(session: ChatSession) -> datetime | None:
    """When a session started, if it says so."""
    times = [session.started_at] if session.started_at else [message.sent_at for message in session.messages]
    return min((time for time in times if isinstance(time, datetime)), default=None)


def _found_without_judge(session: ChatSession, plan: Plan, now: datetime | None) -> Found:
    outcomes = inspect_deterministic(session, plan, now)
    card = score_session(session.session_id, outcomes, plan.catalogue, plan.policy, served_by(session))
    return Found(tuple(outcomes), card, _reply_times(session, plan))


def _reply_times(session: ChatSession, plan: Plan) -> ReplyTimes:
    clocks = (_FIRST_REPLY, _FIRST_HUMAN_REPLY, _AVERAGE_REPLY)
    waits = measure_replies(plan.timeline(session), clocks).by_rule
    return ReplyTimes(**{clock.id: waits[clock.id][0] for clock in clocks if waits.get(clock.id)})
