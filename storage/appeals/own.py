"""What agents are shown of themselves: their hits, merits as well as faults, and how they may answer."""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

import msgspec
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from evaluators.types import AgentCard, Outcome
from storage import corrections, inspections, sessions
from storage.appeals.choosing import Place, Which, beyond, chosen
from storage.appeals.records import Appeal, of_hits
from storage.errors import SessionNotFound
from storage.inspections import StoredInspection
from storage.session_filters import ReportFilters, report_conditions
from storage.tables.sessions import OutcomeRow, SessionAgentRow, SessionRow


class OwnHit(msgspec.Struct, frozen=True, kw_only=True):
    """A hit that is charged to the agent. `counts`: it was not overturned.

    `appeal_until`: until when an appeal (or taking a rejected one further) is possible; None: it is not.
    """

    session_id: str
    revision: int
    shop: str | None
    started_at: datetime
    inspected_at: datetime
    outcome: Outcome
    counts: bool
    acknowledged_at: datetime | None
    appeal: Appeal | None
    appeal_until: datetime | None


class OwnSession(msgspec.Struct, frozen=True, kw_only=True):
    """A session the agent served, as it was handed in, with their hits and their card in it."""

    session_id: str
    session: dict[str, Any]
    hits: tuple[OwnHit, ...]
    card: AgentCard | None


async def own_hits(
    db: AsyncSession,
    agent_id: str,
    filters: ReportFilters,
    *,
    window: timedelta,
    limit: int = 100,
    before: datetime | None = None,
    behind: Place | None = None,
    which: Which = "all",
    praise: Collection[str] = (),
    now: datetime,
) -> tuple[OwnHit, ...]:
    """Of the latest inspections, newest session first. `before`: only of sessions started before; `behind`: only what
    comes behind that session. `praise`: rules that give points.
    """
    row, outcome = SessionRow, OutcomeRow
    query = (
        select(SessionRow, col(outcome.rule_id))
        .join(OutcomeRow, col(outcome.inspection_id) == col(row.inspection_id))
        # Out of the sessions the agent served: there are far more hits than those.
        .join(SessionAgentRow, col(SessionAgentRow.session_id) == col(row.session_id))
        .where(col(SessionAgentRow.agent_id) == agent_id)
        .where(*report_conditions(filters), col(outcome.verdict) == "hit", col(outcome.agent_id) == agent_id)
        .where(*chosen(which, agent_id, praise, now - window))
        .order_by(col(row.started_at).desc(), col(row.session_id), col(outcome.position))
        .limit(limit)
    )
    if before is not None:
        query = query.where(col(row.started_at) < before)
    if behind is not None:
        query = query.where(beyond(behind))
    found = [(session, rule_id) for session, rule_id in (await db.execute(query)).all()]
    return await _own(db, agent_id, found, window, now)


async def charged_agents(db: AsyncSession) -> tuple[str, ...]:
    """Everybody who has a hit in a latest inspection, in order."""
    served = select(col(SessionAgentRow.agent_id).label("agent_id")).distinct().subquery()
    outcome, own = OutcomeRow, SessionAgentRow
    hit = (
        select(col(outcome.position))
        .join(SessionRow, col(SessionRow.inspection_id) == col(outcome.inspection_id))
        .join(SessionAgentRow, col(own.session_id) == col(SessionRow.session_id))
        .where(col(own.agent_id) == served.c.agent_id, col(outcome.agent_id) == served.c.agent_id)
        .where(col(outcome.verdict) == "hit")
        .correlate(served)
    )
    query = select(served.c.agent_id).where(hit.exists()).order_by(served.c.agent_id)
    return tuple(str(agent_id) for agent_id in (await db.execute(query)).scalars())


async def own_session(
    db: AsyncSession, agent_id: str, session_id: str, *, window: timedelta, now: datetime
) -> OwnSession:
    """Raises `SessionNotFound`, also for a session somebody else served."""
    served = await db.get(SessionAgentRow, (session_id, agent_id))
    row = await db.get(SessionRow, session_id)
    if served is None or row is None:
        raise SessionNotFound(f"agent {agent_id!r} served no session {session_id!r}")
    stored = await sessions.get(db, session_id, row.inspected_revision or row.revision)
    document = msgspec.json.decode(stored.document)
    if row.inspection_id is None:
        return OwnSession(session_id=session_id, session=document, hits=(), card=None)
    kept = await inspections.get(db, row.inspection_id)
    correction = (await corrections.of_inspections(db, [row.inspection_id])).get(row.inspection_id)
    card = correction.scorecard if correction and correction.scorecard else kept.inspection.scorecard
    mine = [
        each.rule_id
        for each in kept.inspection.outcomes
        if each.verdict == "hit" and each.agent_id == agent_id
    ]
    hits = await _own(db, agent_id, [(row, rule_id) for rule_id in mine], window, now)
    return OwnSession(session_id=session_id, session=document, hits=hits, card=card.agents.get(agent_id))


async def _own(
    db: AsyncSession, agent_id: str, found: list[tuple[SessionRow, str]], window: timedelta, now: datetime
) -> tuple[OwnHit, ...]:
    ids = sorted({str(session.inspection_id) for session, _ in found})
    kept = await inspections.get_many(db, ids)
    corrected = await corrections.of_inspections(db, ids)
    revisions = sorted({(session.session_id, session.inspected_revision or 0) for session, _ in found})
    appeals, seen = await of_hits(db, agent_id, revisions)
    hits = []
    for session, rule_id in found:
        inspected = kept[str(session.inspection_id)]
        key = session.session_id, inspected.inspection.revision, rule_id
        gone = corrected.get(inspected.inspection_id)
        counts = gone is None or rule_id not in gone.not_counted
        until = _appeal_until(inspected, counts, appeals.get(key), key in seen, window)
        hits.append(
            OwnHit(
                session_id=session.session_id, revision=key[1], shop=session.shop, started_at=session.started_at,
                inspected_at=inspected.inspected_at, outcome=_outcome(inspected, rule_id), counts=counts,
                acknowledged_at=seen.get(key), appeal=appeals.get(key),
                appeal_until=until if until is not None and until > now else None,
            )
        )  # fmt: skip
    return tuple(hits)


def _outcome(kept: StoredInspection, rule_id: str) -> Outcome:
    return next(each for each in kept.inspection.outcomes if each.rule_id == rule_id)


def _appeal_until(
    kept: StoredInspection, counts: bool, appeal: Appeal | None, seen: bool, window: timedelta
) -> datetime | None:
    if not counts or seen:
        return None
    if appeal is None:
        return kept.inspected_at + window
    return appeal.changed_at + window if appeal.state == "rejected" and not appeal.final else None
