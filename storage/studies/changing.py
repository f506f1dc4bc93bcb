"""Studies begun, told about, ended, begun again."""

from datetime import datetime, timedelta
from typing import Any

import msgspec
from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession

from storage import audit
from storage.errors import StudyConflict
from storage.ids import new_id
from storage.instants import utc_now
from storage.job_store import JobStore, Task
from storage.studies.reading import Kind, Progress, Study, get
from storage.tables.sessions import table_of
from storage.tables.studies import StudyRow

_studies = table_of(StudyRow)


async def start(
    db: AsyncSession,
    store: JobStore,
    kind: Kind,
    request: Any,
    *,
    subject: str,
    actor: str,
    now: datetime | None = None,
) -> Study:
    """Queues it. `request`: what to do, kept as JSON. Audited. Does not commit."""
    now = now or utc_now()
    study_id = new_id("study", now)
    job_id = await _queue(db, store, study_id, kind, now)
    row = {
        "study_id": study_id, "job_id": job_id, "kind": kind, "subject": subject, "actor": actor, "created_at": now,
        "request": msgspec.json.encode(request).decode(), "done": 0, "total": 0, "reused": 0, "tokens": 0,
        "began_at": None, "told_at": None, "result": None,
    }  # fmt: skip
    await (await db.connection()).execute(_studies.insert(), [row])
    await audit.record(db, actor=actor, action=f"study.{kind}", subject=_audited(subject, study_id), now=now)
    return await get(db, study_id, now=now)


async def tell(
    db: AsyncSession,
    store: JobStore,
    task: Task,
    progress: Progress,
    *,
    lease: timedelta,
    first: bool = False,
    now: datetime | None = None,
) -> bool:
    """Keeps how far it is and the lease with it. False: it was withdrawn, or lost to another worker: stop."""
    now = now or utc_now()
    if not await store.heartbeat(db, [task], lease=lease, now=now):
        return False
    told = msgspec.structs.asdict(progress) | {"told_at": now} | ({"began_at": now} if first else {})
    await _change(db, task.session_id, **told)
    return True


async def finish(
    db: AsyncSession,
    store: JobStore,
    task: Task,
    result: Any,
    progress: Progress,
    *,
    now: datetime | None = None,
) -> bool:
    """Keeps what it found. False: nobody wants it any more."""
    now = now or utc_now()
    if not await store.finish(db, [(task, task.session_id)], now=now):
        return False
    document = msgspec.json.encode(result).decode()
    await _change(db, task.session_id, **msgspec.structs.asdict(progress), told_at=now, result=document)
    return True


async def cancel(
    db: AsyncSession, store: JobStore, study_id: str, *, actor: str, now: datetime | None = None
) -> Study:
    """Ends it; what it has found out so far is kept for the next. Audited. Raises `StudyNotFound`, `StudyConflict`."""
    now = now or utc_now()
    found = await get(db, study_id, now=now)
    if not await store.withdraw(db, found.job_id, now=now):
        raise StudyConflict(f"the study is {found.status} already: there is nothing to cancel")
    await audit.record(
        db, actor=actor, action="study.cancel", subject=_audited(found.subject, study_id), now=now
    )
    return await get(db, study_id, now=now)


async def resume(
    db: AsyncSession, store: JobStore, study_id: str, *, actor: str, now: datetime | None = None
) -> Study:
    """Queues a cancelled or failed one again. Audited. Raises `StudyNotFound`, `StudyConflict`."""
    now = now or utc_now()
    found = await get(db, study_id, now=now)
    if found.status not in ("cancelled", "failed"):
        raise StudyConflict(f"the study is {found.status}: only a cancelled or failed one is resumed")
    await _change(db, study_id, job_id=await _queue(db, store, study_id, found.kind, now))
    await audit.record(
        db, actor=actor, action="study.resume", subject=_audited(found.subject, study_id), now=now
    )
    return await get(db, study_id, now=now)


async def _queue(db: AsyncSession, store: JobStore, study_id: str, kind: Kind, now: datetime) -> str:
    return await store.enqueue(db, [(study_id, 1)], kind=kind, lane="studies", now=now)


async def _change(db: AsyncSession, study_id: str, **values: Any) -> None:
    statement = update(_studies).where(_studies.c.study_id == study_id).values(values)
    await (await db.connection()).execute(statement)


def _audited(subject: str, study_id: str) -> str:
    return f"rule:{subject}" if subject else f"study:{study_id}"
