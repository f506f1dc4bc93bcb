"""The job store that needs nothing but the application's own tables: leases in SQL, the same on both
databases.

Leases compare the clocks of the workers: keep them within seconds of each other.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import msgspec
from sqlalchemy import Row, and_
from sqlalchemy.ext.asyncio import AsyncSession

from storage.batches import batches
from storage.ids import new_id
from storage.instants import utc_now
from storage.job_store import Lane, Task
from storage.leases import (
    LANES,
    held,
    lock_held,
    mark_done,
    options_of,
    prolong,
    supersede,
    take,
    to_task,
    update_tasks,
    withdraw,
)
from storage.tables.control import JobRow, TaskRow
from storage.tables.sessions import table_of

_jobs, _tasks = table_of(JobRow), table_of(TaskRow)


class SqlJobStore:
    """`backoff` doubles with every failed attempt, up to `longest_backoff`."""

    def __init__(
        self,
        *,
        max_attempts: int = 5,
        backoff: timedelta = timedelta(seconds=5),
        longest_backoff: timedelta = timedelta(minutes=10),
    ) -> None:
        self.max_attempts = max_attempts
        self.backoff = backoff
        self.longest_backoff = longest_backoff

    async def enqueue(
        self,
        db: AsyncSession,
        revisions: Sequence[tuple[str, int]],
        *,
        kind: str = "inspect",
        priority: int = 0,
        options: dict[str, Any] | None = None,
        run_at: datetime | None = None,
        lane: Lane = "sessions",
        now: datetime | None = None,
    ) -> str:
        """See `JobStore.enqueue`."""
        now = now or utc_now()
        job_id = new_id("job", now)
        connection = await db.connection()
        document = msgspec.json.encode(options or {}).decode()
        job = {"job_id": job_id, "kind": kind, "created_at": now, "document": document}
        await connection.execute(_jobs.insert(), [job])
        rank = LANES[lane] - priority
        waiting = {"state": "open", "queue_rank": rank, "visible_at": run_at or now, "attempts": 0}
        rows = [
            {
                "job_id": job_id,
                "position": position,
                "session_id": session_id,
                "revision": revision,
                **waiting,
            }
            for position, (session_id, revision) in enumerate(revisions)
        ]
        for some in batches([session_id for session_id, _ in revisions]):
            await supersede(db, some, now)
        if rows:
            await connection.execute(_tasks.insert(), rows)
        return job_id

    async def claim(
        self,
        db: AsyncSession,
        worker: str,
        *,
        limit: int,
        lease: timedelta,
        lane: Lane = "sessions",
        now: datetime | None = None,
    ) -> list[Task]:
        """See `JobStore.claim`. A task whose workers all died is given up instead of claimed once more."""
        now = now or utc_now()
        claimed: list[Task] = []
        while len(claimed) < limit:
            rows = await take(db, worker, lane, limit - len(claimed), now, now + lease)
            if not rows:
                break
            options = await options_of(db, {row.job_id for row in rows})
            for row in sorted(rows, key=lambda row: (row.queue_rank, row.job_id, row.position)):
                if row.attempts > self.max_attempts:
                    await self._give_up(db, row, now)
                else:
                    claimed.append(to_task(row, worker, now + lease, options[row.job_id]))
        return claimed

    async def heartbeat(
        self, db: AsyncSession, tasks: Sequence[Task], *, lease: timedelta, now: datetime | None = None
    ) -> list[Task]:
        """See `JobStore.heartbeat`."""
        until = (now or utc_now()) + lease
        still = await lock_held(db, tasks)
        await prolong(db, still, until)
        return [msgspec.structs.replace(task, lease_until=until) for task in still]

    async def finish(
        self, db: AsyncSession, done: Sequence[tuple[Task, str]], *, now: datetime | None = None
    ) -> list[Task]:
        """See `JobStore.finish`."""
        still = await lock_held(db, [task for task, _ in done])
        await mark_done(
            db, [(task, inspection_id) for task, inspection_id in done if task in still], now or utc_now()
        )
        return still

    async def fail(
        self,
        db: AsyncSession,
        task: Task,
        *,
        error_kind: str,
        error: str,
        retry: bool = True,
        now: datetime | None = None,
    ) -> bool:
        """See `JobStore.fail`."""
        now = now or utc_now()
        kept = {"worker": None, "error_kind": error_kind, "error": error.replace("\0", " ")}
        if retry and task.attempt < self.max_attempts:
            wait = min(self.backoff * 2 ** (task.attempt - 1), self.longest_backoff)
            return await update_tasks(db, held(task), visible_at=now + wait, **kept)
        return await update_tasks(db, held(task), state="failed", finished_at=now, **kept)

    async def release(self, db: AsyncSession, tasks: Sequence[Task], *, now: datetime | None = None) -> None:
        """See `JobStore.release`."""
        for task in tasks:
            await update_tasks(
                db, held(task), worker=None, visible_at=now or utc_now(), attempts=_tasks.c.attempts - 1
            )

    async def withdraw(self, db: AsyncSession, job_id: str, *, now: datetime | None = None) -> int:
        """See `JobStore.withdraw`."""
        return await withdraw(db, job_id, now or utc_now())

    async def _give_up(self, db: AsyncSession, row: Row[Any], now: datetime) -> None:
        await update_tasks(
            db,
            and_(_tasks.c.job_id == row.job_id, _tasks.c.position == row.position),
            state="failed",
            worker=None,
            attempts=self.max_attempts,
            finished_at=now,
            error_kind=row.error_kind or "WorkerLost",
            error=row.error or f"{self.max_attempts} workers stopped in the middle of this session",
        )
