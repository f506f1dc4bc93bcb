"""Sessions as they were handed in: every content is a revision, nothing is overwritten."""

from collections.abc import Mapping, Sequence
from datetime import datetime, tzinfo
from typing import Any, Literal

import msgspec
from sqlalchemy.ext.asyncio import AsyncSession

from evaluators.types import ChatSession, OrderState
from storage.jobs import JobStore


class SubmittedRecord(msgspec.Struct, frozen=True, kw_only=True):
    """What became of one submitted document. `index` is its place in the submission, from 0.

    `created`: a new session; `revised`: new content of a known one; `unchanged`: that content was handed in before;
    `invalid`: not kept, `field` and `expected` say why.
    """

    index: int
    status: Literal["created", "revised", "unchanged", "invalid"]
    session_id: str | None = None
    revision: int | None = None
    field: str | None = None
    expected: str | None = None


class Submission(msgspec.Struct, frozen=True, kw_only=True):
    """`job_id` is None when nothing is new: then there is nothing to inspect."""

    job_id: str | None
    records: tuple[SubmittedRecord, ...]


class StoredSession(msgspec.Struct, frozen=True, kw_only=True):
    """One revision of a session. `document` is the JSON object handed in, unknown fields included."""

    session: ChatSession
    document: bytes
    revision: int
    content_hash: str
    received_at: datetime


class SessionSummary(msgspec.Struct, frozen=True, kw_only=True):
    """A line of the session list: the newest revision and its latest inspection (None: not inspected yet).

    `order_state`: state of the latest order event, `none` (known: no order) or None (unknown).
    `satisfaction`: level 1-5 of the last rating.
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
    score: float | int | None
    red_line: bool | None
    hits: int | None
    undetermined: int | None


class SessionFilters(msgspec.Struct, frozen=True, kw_only=True):
    """All given conditions must hold. `started_from` is inclusive, `started_to` exclusive.

    `rule_hit`: a rule id that hit in the latest inspection. `undetermined`: True for sessions with at least one undetermined outcome,
    False for inspected ones without. `text`: contained in a message, after NFKC and case folding.
    `inspected`: whether the newest revision has been inspected.
    """

    shop: str | None = None
    group: str | None = None
    agent: str | None = None
    started_from: datetime | None = None
    started_to: datetime | None = None
    order_state: OrderState | Literal["none"] | None = None
    satisfaction: int | None = None
    rule_hit: str | None = None
    score_min: float | None = None
    score_max: float | None = None
    red_line: bool | None = None
    undetermined: bool | None = None
    inspected: bool | None = None
    text: str | None = None


class SessionPage(msgspec.Struct, frozen=True, kw_only=True):
    """`next_cursor` is None on the last page."""

    items: tuple[SessionSummary, ...]
    next_cursor: str | None


async def submit(
    db: AsyncSession,
    documents: Sequence[Mapping[str, Any]],
    *,
    timezone: tzinfo | None = None,
    replace: bool = False,
    priority: int = 0,
    jobs: JobStore | None = None,
    now: datetime | None = None,
) -> Submission:
    """Keeps decoded JSON documents (contract section 1) and queues one job for what is new.

    Idempotent by session id and content: a content that any revision of the session had is `unchanged`, so that
    a repeated request never undoes a later append; `replace=True` (PUT) compares with the newest revision only.
    A bad document is reported as `invalid`, the others are kept. `timezone` is given to times without an offset.
    Does not commit: sessions and job become visible together when the caller commits.
    """
    raise NotImplementedError


async def append(
    db: AsyncSession,
    session_id: str,
    *,
    messages: Sequence[Mapping[str, Any]] = (),
    events: Sequence[Mapping[str, Any]] = (),
    changes: Mapping[str, Any] | None = None,
    timezone: tzinfo | None = None,
    priority: int = 0,
    jobs: JobStore | None = None,
    now: datetime | None = None,
) -> Submission:
    """Adds late messages and events (order, transfer, rating, end) to a session: a new revision and its job.

    Every late message needs a `message_id`; one that is stored already with the same content is ignored, with
    other content it is a `MessageConflict`. An event equal to a stored one is ignored. `changes` sets other fields of the session
    (`ended_at`, `observed_until`, `orders_known` …; not `session_id`, `messages`, `events`).
    Nothing new: `unchanged`, no job. Raises `SessionNotFound`, `SessionInvalid`, `MessageConflict`. Does not commit.
    """
    raise NotImplementedError


async def get(db: AsyncSession, session_id: str, revision: int | None = None) -> StoredSession:
    """The newest revision, or a given one. Raises `SessionNotFound`."""
    raise NotImplementedError


async def search(
    db: AsyncSession, filters: SessionFilters, *, cursor: str | None = None, limit: int = 50
) -> SessionPage:
    """Sessions, newest start first, `limit` (1-500) at a time. Raises `CursorInvalid`."""
    raise NotImplementedError
