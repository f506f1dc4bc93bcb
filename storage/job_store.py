"""Where work waits: the port.

A job is a batch of session revisions; each of them is a task that a worker leases, so that several workers
share a large job. Adapters: `storage.sql_job_store` (the application's own tables). One contract test runs
them all.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Literal, Protocol

import msgspec
from sqlalchemy.ext.asyncio import AsyncSession

#: What a worker takes work from. Studies (an eval run, a replay, …) take minutes: sessions do not wait behind them.
Lane = Literal["sessions", "studies"]


class Task(msgspec.Struct, frozen=True, kw_only=True):
    """One session revision, held by `worker` until `lease_until`. In the lane of studies, `session_id` is the study's.

    `attempt` counts from 1 and fences: whoever lost the lease can no longer finish the task.
    """

    job_id: str
    position: int
    session_id: str
    revision: int
    attempt: int
    worker: str
    lease_until: datetime
    options: dict[str, Any] = {}


class JobStore(Protocol):
    """Where work waits. Every method runs in the caller's transaction."""

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
        """A job over (session id, revision) pairs; its id. Higher priority first, then first come.

        Nobody claims it before `run_at`.

        Tasks that still wait for an older revision of one of these sessions are superseded.
        """
        ...

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
        """Up to `limit` tasks of the lane that nobody else holds; an expired lease is free again."""
        ...

    async def heartbeat(
        self, db: AsyncSession, tasks: Sequence[Task], *, lease: timedelta, now: datetime | None = None
    ) -> list[Task]:
        """Prolongs leases; returns the tasks still held."""
        ...

    async def finish(
        self, db: AsyncSession, done: Sequence[tuple[Task, str]], *, now: datetime | None = None
    ) -> list[Task]:
        """Marks tasks done by the inspection of that id; returns those that were still held.

        The others were lost to another worker when their lease ran out.
        """
        ...

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
        """Puts a task back for later; after the last attempt, or with `retry=False`, gives it up.

        The error is kept either way. False: the lease was lost to another worker.
        """
        ...

    async def release(self, db: AsyncSession, tasks: Sequence[Task], *, now: datetime | None = None) -> None:
        """Gives tasks back untouched, as a worker does that is asked to stop."""
        ...

    async def withdraw(self, db: AsyncSession, job_id: str, *, now: datetime | None = None) -> int:
        """Nobody wants the rest of the job any more: what is not finished is superseded, held or not; how much.

        Whoever holds such a task learns from the next heartbeat that it is lost.
        """
        ...
