"""Studies as seen from outside: how far they are, what they were asked and what they found."""

from datetime import datetime
from typing import Any, Literal

import msgspec
from sqlalchemy import ColumnElement, select
from sqlalchemy.ext.asyncio import AsyncSession

from storage import jobs
from storage.errors import StudyNotFound
from storage.instants import utc_now
from storage.tables.sessions import table_of
from storage.tables.studies import StudyRow

Kind = Literal["evaluation", "replay", "suggestion"]
Status = Literal["queued", "running", "done", "failed", "cancelled"]
_studies = table_of(StudyRow)
#: All but what may be large.
_SHOWN = [column for column in _studies.c if column.name not in ("request", "result")]


class Progress(msgspec.Struct, frozen=True, kw_only=True):
    """How far a study is. `done` of `total` cases, `reused` of them known before; `tokens`: asked of a judge that
    charges for them. A suggestion is through when its budget is: there `done` and `total` are tokens."""

    done: int
    total: int
    reused: int = 0
    tokens: int = 0


class Study(msgspec.Struct, frozen=True, kw_only=True):
    """One study. `seconds`: since it was begun, by the last try. `rate`: of `done` per second; `remaining`: seconds, at
    that rate. `error`: why it failed. `subject`: the rule it is about, empty for several."""

    study_id: str
    job_id: str
    kind: Kind
    subject: str
    status: Status
    actor: str
    created_at: datetime
    finished_at: datetime | None
    progress: Progress
    seconds: float | None
    rate: float | None
    remaining: float | None
    error: str | None


async def get(db: AsyncSession, study_id: str, *, now: datetime | None = None) -> Study:
    """Raises `StudyNotFound`."""
    found = await _found(db, _studies.c.study_id == study_id, 1, now or utc_now())
    if not found:
        raise StudyNotFound(f"there is no study {study_id!r}")
    return found[0]


async def recent(
    db: AsyncSession,
    *,
    kind: Kind | None = None,
    subject: str | None = None,
    limit: int = 50,
    now: datetime | None = None,
) -> tuple[Study, ...]:
    """The newest first; of one kind and about one rule, where that is asked for."""
    which: ColumnElement[bool] = _studies.c.study_id.is_not(None)
    if kind is not None:
        which &= _studies.c.kind == kind
    if subject is not None:
        which &= _studies.c.subject == subject
    return await _found(db, which, limit, now or utc_now())


async def _found(
    db: AsyncSession, which: ColumnElement[bool], limit: int, now: datetime
) -> tuple[Study, ...]:
    query = select(*_SHOWN).where(which).order_by(_studies.c.created_at.desc(), _studies.c.study_id.desc())
    rows = (await db.execute(query.limit(limit))).mappings().all()
    return tuple([await _study(db, dict(row), now) for row in rows])


async def _study(db: AsyncSession, row: dict[str, Any], now: datetime) -> Study:
    began, told = row.pop("began_at"), row.pop("told_at")
    progress = Progress(**{name: row.pop(name) for name in Progress.__struct_fields__})
    job = await jobs.progress(db, row["job_id"], now=now)
    status: Status = "cancelled" if job.superseded else job.status
    failed = await jobs.failures(db, row["job_id"]) if status == "failed" else ()
    seconds = (told - began).total_seconds() if began and told else None
    fresh = progress.done - progress.reused
    rate = fresh / seconds if seconds and fresh > 0 else None
    left = (progress.total - progress.done) / rate if rate and status == "running" else None
    error = f"{failed[0].error_kind}: {failed[0].error}" if failed else None
    return Study(
        **row, status=status, finished_at=job.finished_at, progress=progress, seconds=seconds, rate=rate, remaining=left,
        error=error,
    )  # fmt: skip


async def request_of(db: AsyncSession, study_id: str) -> bytes:
    """What it was asked to do, as JSON. Raises `StudyNotFound`."""
    return await _document(db, study_id, _studies.c.request) or b""


async def requests(db: AsyncSession, kind: Kind) -> list[bytes]:
    """What every finished study of the kind was asked to do, as JSON, oldest first."""
    query = select(_studies.c.request).where(_studies.c.kind == kind, _studies.c.result.is_not(None))
    return [row[0].encode() for row in await db.execute(query.order_by(_studies.c.study_id))]


async def results(db: AsyncSession, kind: Kind) -> list[bytes]:
    """What every finished study of the kind found, as JSON, oldest first."""
    query = select(_studies.c.result).where(_studies.c.kind == kind, _studies.c.result.is_not(None))
    return [row[0].encode() for row in await db.execute(query.order_by(_studies.c.study_id))]


async def result_of(db: AsyncSession, study_id: str) -> bytes | None:
    """What it found, as JSON; None: it is not finished. Raises `StudyNotFound`."""
    return await _document(db, study_id, _studies.c.result)


async def _document(db: AsyncSession, study_id: str, column: ColumnElement[str]) -> bytes | None:
    row = (await db.execute(select(column).where(_studies.c.study_id == study_id))).first()
    if row is None:
        raise StudyNotFound(f"there is no study {study_id!r}")
    return None if row[0] is None else row[0].encode()
