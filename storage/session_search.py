"""The session list: filters, newest first, page by page with a cursor.

Text is found by containment in the folded text of the session: the same on both databases, exact for
two-character Chinese words, which trigram indexes miss. It reads the texts of the sessions that pass the
other filters, so give a period.
"""

import base64
import hashlib
from collections.abc import Sequence
from datetime import datetime
from typing import Any, Literal

import msgspec
from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from evaluators.types import OrderState
from storage import effective
from storage.errors import CursorInvalid
from storage.instants import from_microseconds, to_microseconds
from storage.session_filters import SessionFilters, revealed, session_conditions
from storage.tables.sessions import InspectionRow, SessionAgentRow, SessionRow

MAX_LIMIT = 500


class SessionSummary(msgspec.Struct, frozen=True, kw_only=True):
    """A line of the session list: the newest revision and its latest inspection (None: not inspected yet).

    Score, red line and hits are those that count: without hits that people have overturned.

    `inspected_revision` is less than `revision` while newer content waits to be inspected. `order_state`:
    of the latest order event, `none` (known: no order) or None (unknown). `satisfaction`: level 1-5 of the
    last rating. `withheld`: inspected, but whoever asks is still to judge it blind and is told nothing.
    """

    session_id: str
    revision: int
    platform: str | None
    shop: str | None
    group: str | None
    customer_id: str | None
    started_at: datetime
    ended_at: datetime | None
    received_at: datetime
    message_count: int
    agents: tuple[str, ...]
    order_state: OrderState | Literal["none"] | None
    satisfaction: int | None
    inspection_id: str | None
    inspected_revision: int | None
    score: float | None
    red_line: bool | None
    hits: int | None
    undetermined: int | None
    withheld: bool


class SessionPage(msgspec.Struct, frozen=True, kw_only=True):
    """`next_cursor` is None on the last page."""

    items: tuple[SessionSummary, ...]
    next_cursor: str | None


async def search(
    db: AsyncSession, filters: SessionFilters, *, cursor: str | None = None, limit: int = 50
) -> SessionPage:
    """Sessions, newest start first, `limit` (1-500) at a time. Raises `CursorInvalid`."""
    if not 1 <= limit <= MAX_LIMIT:
        raise ValueError(f"limit {limit} is not between 1 and {MAX_LIMIT}")
    sums = [effective.sums(name) for name in ("score", "red_line", "hits")]
    query = (
        _meeting(select(SessionRow, InspectionRow, *sums), filters)
        .order_by(col(SessionRow.started_at).desc(), col(SessionRow.session_id).desc())
        .limit(limit + 1)
    )
    if cursor is not None:
        query = query.where(_beyond(cursor, filters))
    found = (await db.execute(query)).all()
    agents = await _agents(db, [row.SessionRow.session_id for row in found[:limit]])
    items = tuple(_summary(row.SessionRow, row.InspectionRow, row[2:], agents) for row in found[:limit])
    return SessionPage(items=items, next_cursor=_cursor(items[-1], filters) if len(found) > limit else None)


async def count(db: AsyncSession, filters: SessionFilters, *, most: int) -> int:
    """How many sessions `search` finds on all its pages; `most` where there are that many or more."""
    some = _meeting(select(col(SessionRow.session_id)), filters).limit(most).subquery()
    return int((await db.execute(select(func.count()).select_from(some))).scalar_one())


def _meeting(query: Select[Any], filters: SessionFilters) -> Select[Any]:
    """With the latest inspection of each session, as far as whoever asks may see it."""
    latest = col(InspectionRow.inspection_id) == col(SessionRow.inspection_id)
    joined = query.select_from(SessionRow).outerjoin(InspectionRow, and_(latest, *revealed(filters)))
    return effective.joined(joined).where(*session_conditions(filters))


async def _agents(db: AsyncSession, session_ids: list[str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {session_id: [] for session_id in session_ids}
    served = select(col(SessionAgentRow.session_id), col(SessionAgentRow.agent_id))
    served = served.where(col(SessionAgentRow.session_id).in_(session_ids))
    for session_id, agent_id in await db.execute(served):
        found[session_id].append(agent_id)
    return found


def _summary(
    row: SessionRow, inspected: InspectionRow | None, sums: Sequence[Any], agents: dict[str, list[str]]
) -> SessionSummary:
    score, red_line, hits = sums
    return SessionSummary(
        session_id=row.session_id,
        revision=row.revision,
        platform=row.platform,
        shop=row.shop,
        group=row.group_name,
        customer_id=row.customer_id,
        started_at=row.started_at,
        ended_at=row.ended_at,
        received_at=row.received_at,
        message_count=row.message_count,
        agents=tuple(sorted(agents[row.session_id])),
        order_state=row.order_state,  # type: ignore[arg-type]  # written by `session_rows.order_state`
        satisfaction=row.satisfaction,
        inspection_id=inspected.inspection_id if inspected else None,
        inspected_revision=inspected.revision if inspected else None,
        withheld=row.inspection_id is not None and inspected is None,
        score=score,
        red_line=red_line,
        hits=hits,
        undetermined=inspected.undetermined if inspected else None,
    )


def _fingerprint(filters: SessionFilters) -> str:
    return hashlib.sha256(msgspec.json.encode(filters)).hexdigest()[:16]


def _cursor(last: SessionSummary, filters: SessionFilters) -> str:
    place = [to_microseconds(last.started_at), last.session_id, _fingerprint(filters)]
    return base64.urlsafe_b64encode(msgspec.json.encode(place)).decode().rstrip("=")


def _beyond(cursor: str, filters: SessionFilters) -> ColumnElement[bool]:
    try:
        text = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
        microseconds, session_id, fingerprint = msgspec.json.decode(text, type=tuple[int, str, str])
        started_at = from_microseconds(microseconds)
    except (ValueError, OverflowError, msgspec.MsgspecError) as error:
        raise CursorInvalid from error
    if fingerprint != _fingerprint(filters):
        raise CursorInvalid("the cursor belongs to other filters: start again without one")
    start = col(SessionRow.started_at)
    return or_(start < started_at, and_(start == started_at, col(SessionRow.session_id) < session_id))
