"""Jobs: batches of session revisions to inspect. The port `JobStore`, and a worker's one step."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Literal, Protocol

import msgspec
from sqlalchemy.ext.asyncio import AsyncSession

if TYPE_CHECKING:
    from storage.db import Database
    from storage.inspections import Inspection
    from storage.sessions import StoredSession


class JobProgress(msgspec.Struct, frozen=True, kw_only=True):
    """How far a job is. `total = waiting + running + done + failed + superseded`.

    `superseded`: newer content arrived before that revision was inspected, so only the newer is.
    """

    job_id: str
    kind: str
    status: Literal["queued", "running", "done", "failed"]
    created_at: datetime
    finished_at: datetime | None
    total: int
    waiting: int
    running: int
    done: int
    failed: int
    superseded: int


class FailedTask(msgspec.Struct, frozen=True, kw_only=True):
    """A dead letter: a session revision given up after its last attempt, with the last error."""

    session_id: str
    revision: int
    attempts: int
    error_kind: str
    error: str
    failed_at: datetime


class Task(msgspec.Struct, frozen=True, kw_only=True):
    """One session revision, held by `worker` until `lease_until`. `attempt` counts from 1 and fences: a lost lease cannot finish."""

    task_id: str
    job_id: str
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
        now: datetime | None = None,
    ) -> str:
        """A job over (session id, revision) pairs; its id. Higher priority first. Waiting older revisions are superseded."""
        ...

    async def claim(
        self, db: AsyncSession, worker: str, *, limit: int, lease: timedelta, now: datetime | None = None
    ) -> list[Task]:
        """Up to `limit` tasks nobody else holds; an expired lease is free again."""
        ...

    async def heartbeat(
        self, db: AsyncSession, tasks: Sequence[Task], *, lease: timedelta, now: datetime | None = None
    ) -> list[Task]:
        """Prolongs leases; returns those still held."""
        ...

    async def finish(
        self, db: AsyncSession, task: Task, *, inspection_id: str | None = None, now: datetime | None = None
    ) -> bool:
        """Marks a task done. False: the lease was lost to another worker."""
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
        """Puts a task back for later, or gives it up after the last attempt (or with `retry=False`) and keeps the error."""
        ...


Handler = Callable[["StoredSession", Task], Awaitable["Inspection"]]


async def progress(db: AsyncSession, job_id: str, *, now: datetime | None = None) -> JobProgress:
    """Raises `JobNotFound`."""
    raise NotImplementedError


async def recent(
    db: AsyncSession, *, limit: int = 50, now: datetime | None = None
) -> tuple[JobProgress, ...]:
    """The newest jobs first."""
    raise NotImplementedError


async def failures(db: AsyncSession, job_id: str, *, limit: int = 100) -> tuple[FailedTask, ...]:
    """The dead letters of a job. Raises `JobNotFound`."""
    raise NotImplementedError


async def retry_failed(db: AsyncSession, job_id: str, *, now: datetime | None = None) -> int:
    """Queues the dead letters of a job again; how many. Raises `JobNotFound`."""
    raise NotImplementedError


async def process_next(
    database: "Database",
    handler: Handler,
    *,
    worker: str,
    limit: int = 1,
    lease: timedelta = timedelta(seconds=60),
    jobs: JobStore | None = None,
) -> int:
    """One step of a worker: claim up to `limit` tasks, inspect them, keep results and finish in one transaction.

    The handler runs outside any transaction while a heartbeat keeps the lease. What it raises is kept with the task (retried, then
    a dead letter). A revision with an inspection of the same key is not inspected twice. Returns how many tasks were claimed (0: nothing to do).
    """
    raise NotImplementedError
