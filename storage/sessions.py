"""Sessions as they were handed in: every content is a revision, nothing is overwritten."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Literal

import msgspec
from sqlalchemy import select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from evaluators.errors import SessionInvalid
from evaluators.sessions import decode_session
from evaluators.types import ChatSession
from storage import session_writing
from storage.batches import batches
from storage.errors import MessageConflict, SessionNotFound
from storage.instants import utc_now
from storage.job_store import JobStore
from storage.session_documents import Conflict, Draft, Timezone, draft, late_part, merged
from storage.session_filters import SessionFilters as SessionFilters
from storage.session_search import SessionPage as SessionPage
from storage.session_search import SessionSummary as SessionSummary
from storage.session_search import count as count
from storage.session_search import search as search
from storage.sql_job_store import SqlJobStore
from storage.tables.sessions import SessionRevisionRow


class SubmittedRecord(msgspec.Struct, frozen=True, kw_only=True):
    """What became of one submitted document. `index` is its place in the submission, from 0.

    `created`: a new session; `revised`: new content of a known one; `unchanged`: that content was handed in
    before; `invalid`: not kept, `field` and `expected` say why.
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


async def submit(
    db: AsyncSession,
    documents: Sequence[object],
    *,
    timezone: Timezone = None,
    replace: bool = False,
    priority: int = 0,
    jobs: JobStore | None = None,
    now: datetime | None = None,
) -> Submission:
    """Keeps decoded JSON documents (contract section 1) and queues one job for what is new.

    Idempotent by session id and content: a content that any revision of the session had is `unchanged`, so
    that a repeated request never undoes a later append; `replace=True` (PUT) compares with the newest
    revision only. A bad document is reported as `invalid`, the others are kept. `timezone` is given to
    times without an offset. Does not commit: sessions and job become visible together when the caller
    commits.
    """
    now = now or utc_now()
    drafts: dict[int, Draft] = {}
    records: dict[int, SubmittedRecord] = {}
    for index, document in enumerate(documents):
        try:
            drafts[index] = draft(document, timezone)
        except SessionInvalid as error:
            records[index] = _invalid(index, document, error)
    kept = await session_writing.keep(db, list(drafts.values()), replace=replace, now=now)
    for (index, each), result in zip(drafts.items(), kept, strict=True):
        records[index] = SubmittedRecord(
            index=index, status=result.status, session_id=each.session.session_id, revision=result.revision
        )
    newest = {
        record.session_id: record.revision
        for _, record in sorted(records.items())
        if record.status in ("created", "revised")
    }
    job_id = None
    if newest:
        revisions = [(str(session_id), int(revision or 0)) for session_id, revision in newest.items()]
        job_id = await (jobs or SqlJobStore()).enqueue(db, revisions, priority=priority, now=now)
    return Submission(job_id=job_id, records=tuple(records[index] for index in range(len(documents))))


def _invalid(index: int, document: object, error: SessionInvalid) -> SubmittedRecord:
    named = document.get("session_id") if isinstance(document, dict) else None
    return SubmittedRecord(
        index=index,
        status="invalid",
        session_id=named if isinstance(named, str) else None,
        field=error.field,
        expected=error.expected,
    )


async def append(
    db: AsyncSession,
    session_id: str,
    *,
    messages: Sequence[object] = (),
    events: Sequence[object] = (),
    changes: Mapping[str, Any] | None = None,
    timezone: Timezone = None,
    priority: int = 0,
    jobs: JobStore | None = None,
    now: datetime | None = None,
) -> Submission:
    """Adds late messages and events (order, transfer, rating, end) to a session: a new revision and its job.

    Every late message needs a `message_id`; one that is stored already with the same content is ignored (it
    may gain `recalled_at`), with other content it is a `MessageConflict`. An event equal to a stored one is
    ignored. `changes` sets other fields of the session (`ended_at`, `observed_until`, `agents` …); an
    `observed_until` that is stored moves on to the latest addition. Nothing new: `unchanged`, no job. Does
    not commit. Raises `SessionNotFound`, `SessionInvalid`, `MessageConflict`.
    """
    late = late_part(session_id, messages, events, changes or {}, timezone)
    await session_writing.lock(db, session_id)
    stored = await get(db, session_id)
    before = Draft(stored.session, msgspec.json.decode(stored.document), stored.content_hash)
    result = merged(before, late)
    if isinstance(result, Conflict):
        raise MessageConflict(
            f"message {result.message_id!r} of session {session_id!r} is stored with other content"
        )
    if result is None:
        record = SubmittedRecord(index=0, status="unchanged", session_id=session_id, revision=stored.revision)
        return Submission(job_id=None, records=(record,))
    return await submit(db, [result.document], replace=True, priority=priority, jobs=jobs, now=now)


async def get(db: AsyncSession, session_id: str, revision: int | None = None) -> StoredSession:
    """The newest revision, or a given one. Raises `SessionNotFound`."""
    row = SessionRevisionRow
    query = select(row).where(col(row.session_id) == session_id)
    if revision is not None:
        query = query.where(col(row.revision) == revision)
    found = (await db.execute(query.order_by(col(row.revision).desc()).limit(1))).scalar_one_or_none()
    if found is None:
        wanted = (
            f"session {session_id!r}"
            if revision is None
            else f"revision {revision} of session {session_id!r}"
        )
        raise SessionNotFound(f"there is no {wanted}")
    return _from_row(found)


async def get_many(
    db: AsyncSession, revisions: Sequence[tuple[str, int]]
) -> dict[tuple[str, int], StoredSession]:
    """By (session id, revision); what is not there is left out."""
    row = SessionRevisionRow
    found: dict[tuple[str, int], StoredSession] = {}
    for some in batches(revisions):
        query = select(row).where(tuple_(col(row.session_id), col(row.revision)).in_(some))
        for each in (await db.execute(query)).scalars():
            found[each.session_id, each.revision] = _from_row(each)
    return found


def _from_row(row: SessionRevisionRow) -> StoredSession:
    return StoredSession(
        session=decode_session(row.document),
        document=row.document.encode(),
        revision=row.revision,
        content_hash=row.content_hash,
        received_at=row.received_at,
    )
