"""Whether verdicts stay the same: anchor sessions are judged again after every change, and compared.

A run is a job of the kind `anchor`; its inspections are kept beside the others and never become the latest. A report
compares a finished run with the finished one before it.
"""

from collections.abc import Collection
from datetime import datetime
from typing import Any, Literal

import msgspec
from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from storage import audit, jobs, sessions
from storage.errors import NoAnchors
from storage.instants import utc_now
from storage.job_store import JobStore
from storage.tables.sessions import insert_into, table_of
from storage.tables.trust import AnchorRow, DriftRunRow
from storage.trust.flips import Flips, compared

#: Attempts of anchor runs are counted from here: nothing else inspects so often.
FIRST_ATTEMPT = 1_000_000
_anchors, _runs = table_of(AnchorRow), table_of(DriftRunRow)


class Anchor(msgspec.Struct, frozen=True, kw_only=True):
    """A session content that every run judges."""

    session_id: str
    revision: int
    pinned_at: datetime
    actor: str


class DriftRun(msgspec.Struct, frozen=True, kw_only=True):
    """The anchors judged once. `identity`: of catalogue and judge. `report` None: it is not finished."""

    number: int
    job_id: str
    cause: Literal["change", "schedule", "asked"]
    identity: str
    actor: str
    started_at: datetime
    report: Flips | None


def without_flips_of(run: DriftRun, session_ids: Collection[str]) -> DriftRun:
    """Names no flip of these sessions; the counts stay."""
    if run.report is None or not session_ids:
        return run
    left = tuple(each for each in run.report.flipped if each.session_id not in session_ids)
    return msgspec.structs.replace(run, report=msgspec.structs.replace(run.report, flipped=left))


async def pin(db: AsyncSession, session_id: str, *, actor: str, now: datetime | None = None) -> Anchor:
    """Makes the newest content of a session an anchor; once more changes nothing. Audited. Does not commit."""
    now = now or utc_now()
    revision = (await sessions.get(db, session_id)).revision
    row = {"session_id": session_id, "revision": revision, "pinned_at": now, "actor": actor}
    statement = insert_into(db, AnchorRow).values(row).on_conflict_do_nothing()
    if (await (await db.connection()).execute(statement)).rowcount:
        await audit.record(db, actor=actor, action="anchor.pin", subject=f"session:{session_id}", now=now)
    return next(
        each for each in await anchors(db) if (each.session_id, each.revision) == (session_id, revision)
    )


async def unpin(db: AsyncSession, session_id: str, *, actor: str, now: datetime | None = None) -> bool:
    """All contents of the session. False: it was none. Audited. Does not commit."""
    statement = delete(_anchors).where(_anchors.c.session_id == session_id)
    if not (await (await db.connection()).execute(statement)).rowcount:
        return False
    await audit.record(db, actor=actor, action="anchor.unpin", subject=f"session:{session_id}", now=now)
    return True


async def anchors(db: AsyncSession, *, lock: bool = False) -> tuple[Anchor, ...]:
    """By session. `lock`: nobody else starts a run until the transaction ends."""
    query = select(*_anchors.c).order_by(_anchors.c.session_id, _anchors.c.revision)
    found = await db.execute(query.with_for_update() if lock else query)
    return tuple(Anchor(**row) for row in found.mappings())


async def start(
    db: AsyncSession,
    store: JobStore,
    *,
    cause: Literal["change", "schedule", "asked"],
    identity: str,
    actor: str,
    now: datetime | None = None,
) -> DriftRun:
    """Queues all anchors to be judged again. Audited. Does not commit. Raises `NoAnchors`."""
    now = now or utc_now()
    pinned = await anchors(db, lock=True)
    if not pinned:
        raise NoAnchors
    row = {
        "job_id": None,
        "cause": cause,
        "identity": identity,
        "actor": actor,
        "started_at": now,
        "report": None,
    }
    connection = await db.connection()
    number = (await connection.execute(_runs.insert().returning(_runs.c.number), [row])).scalar_one()
    revisions = [(each.session_id, each.revision) for each in pinned]
    # Old sessions, but what is published now is what a change of texts is measured by.
    options = {"attempt": FIRST_ATTEMPT + number, "official": False, "texts_of_today": True}
    job_id = await store.enqueue(db, revisions, kind="anchor", priority=-1, options=options, now=now)
    await connection.execute(update(_runs).where(_runs.c.number == number).values(job_id=job_id))
    await audit.record(
        db, actor=actor, action="drift.run", subject=f"drift:{number}", details={"cause": cause}, now=now
    )
    return (await runs(db))[0]


async def runs(db: AsyncSession, *, limit: int = 50) -> tuple[DriftRun, ...]:
    """Newest first."""
    found = await db.execute(select(*_runs.c).order_by(_runs.c.number.desc()).limit(limit))
    return tuple(_run(dict(row)) for row in found.mappings())


async def last_identity(db: AsyncSession) -> tuple[str, datetime] | None:
    """What the newest run was of, and when; None: there was none."""
    query = select(_runs.c.identity, _runs.c.started_at).order_by(_runs.c.number.desc()).limit(1)
    row = (await db.execute(query)).first()
    return None if row is None else (row.identity, row.started_at)


async def finish(db: AsyncSession, *, now: datetime | None = None) -> tuple[DriftRun, ...]:
    """Writes the report of every run whose job is done; these runs. Does not commit."""
    query = select(_runs.c.number, _runs.c.job_id).where(_runs.c.report.is_(None)).order_by(_runs.c.number)
    done = []
    for number, job_id in (await db.execute(query.with_for_update())).all():
        progress = await jobs.progress(db, job_id, now=now)
        if progress.waiting or progress.running:
            break
        await _report(db, number)
        done.append(number)
    return tuple(each for each in await runs(db) if each.number in done)


async def _report(db: AsyncSession, number: int) -> None:
    """Beside the run before, if there is one: reports are written in the order of the runs."""
    before = select(_runs.c.number).where(_runs.c.number < number).order_by(_runs.c.number.desc()).limit(1)
    base = (await db.execute(before)).scalar_one_or_none()
    report = await compared(db, None if base is None else FIRST_ATTEMPT + base, FIRST_ATTEMPT + number)
    written = msgspec.json.encode(report).decode()
    await (await db.connection()).execute(
        update(_runs).where(_runs.c.number == number).values(report=written)
    )


def _run(row: dict[str, Any]) -> DriftRun:
    report = row["report"]
    row["report"] = None if report is None else msgspec.json.decode(report, type=Flips)
    return DriftRun(**row)
