"""The worker: takes accepted sessions from the queue, inspects them, keeps what it found. Any number may run.

The same loop runs inside the service and in `mingjian worker`. Killed at any moment it loses nothing and
inspects nothing twice: `storage.processing` says how.
"""

import asyncio
import signal
import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import structlog

from api.alerting import alerts_of
from api.certifying import watch_distributions
from api.drift_watch import WHO, watch
from api.inspecting.inspector import started
from api.inspecting.live import decides_next, is_over, judge_back, observed_now
from api.inspecting.rescoring import rescorer
from api.inspecting.standards import Standard
from api.logs import configure_logging
from api.notifying.telling import tell_forever
from api.service import Service, open_service
from api.settings import Settings
from api.studies.worker import StudyWorker
from evaluators.types import Outcome
from storage import processing
from storage.job_store import Task
from storage.processing import Inspected
from storage.sessions import StoredSession

_log = structlog.get_logger(__name__)
#: After a round that failed (the database is away): how long until the next, doubling up to the last.
_FIRST_PAUSE, _LONGEST_PAUSE = 1.0, 30.0
#: Seconds between looks at what has changed, at most.
_WATCH_EVERY = 60.0


class Worker:
    """`run` works until `stop` is called; it then finishes the batch it has begun."""

    def __init__(self, service: Service) -> None:
        self._service, self._state = service, service.worker
        self._stopping, self._watch_again_at = False, 0.0

    def stop(self) -> None:
        """Ends the loop after the batch it is at."""
        self._stopping = True
        self._state.wake()

    async def run(self) -> None:
        """Round after round. A round that fails is logged and tried again later: the queue loses nothing."""
        telling = asyncio.create_task(tell_forever(self._service))
        try:
            await self._rounds()
        finally:
            telling.cancel()
            await asyncio.wait([telling])

    async def _rounds(self) -> None:
        pause = _FIRST_PAUSE
        _log.info("worker_started", worker=self._state.name)
        while not self._stopping:
            self._state.beat()
            try:
                done = await self._round()
            except Exception as error:
                _log.error("worker_round_failed", exc_info=error, pause=pause)
                self._state.last_error = f"{type(error).__name__}: {error}"
                self._service.metrics.worker_errors.inc()
                await self._rest(pause)
                pause = min(pause * 2, _LONGEST_PAUSE)
                continue
            self._state.last_error, pause = None, _FIRST_PAUSE
            if not done:
                await self._rest(self._service.settings.worker_poll)
        _log.info("worker_stopped", worker=self._state.name)

    async def _round(self) -> int:
        settings = self._service.settings
        self._state.work.clear()
        async with self._service.database.reading() as db:
            await self._service.inspector.editions.reload(db)
        if time.monotonic() >= self._watch_again_at:
            await watch(self._service)
            self._watch_again_at = time.monotonic() + min(_WATCH_EVERY, settings.worker_poll * 60)
        done = await processing.process_next(
            self._service.database,
            self.inspect,
            worker=self._state.name,
            limit=settings.worker_batch,
            at_once=self._service.inspector.at_once,
            lease=timedelta(seconds=settings.worker_lease),
            rescore=rescorer(self._service.inspector),
            jobs=self._service.jobs,
        )
        if done:
            await watch_distributions(self._service, actor=WHO)
        return done

    async def _rest(self, seconds: float) -> None:
        try:
            await asyncio.wait_for(self._state.work.wait(), seconds)
        except TimeoutError:
            return

    async def inspect(self, stored: StoredSession, task: Task) -> Inspected:
        """One session revision; asks for another look when a window of a live session is still open."""
        self._state.beat()
        began, now = time.perf_counter(), datetime.now(UTC)
        inspector = self._service.inspector
        standard = await self._standard(stored, task)
        observed = observed_now(stored, now)
        found = await inspector.inspect(stored.session, standard, observed)
        attempt, official = int(task.options.get("attempt", 1)), bool(task.options.get("official", True))
        self._service.metrics.inspection_seconds.observe(time.perf_counter() - began)
        self._service.metrics.count_outcomes(found.outcomes)
        return Inspected(
            inspection=inspector.record(stored, standard, found, attempt=attempt, official=official),
            again_at=_again_at(found.outcomes, observed, attempt, now) if official else None,
            alerts=alerts_of(stored, found.outcomes, standard) if official else (),
            over=observed is None or is_over(stored.session),
        )

    async def _standard(self, stored: StoredSession, task: Task) -> Standard:
        database, standards = self._service.database, self._service.inspector.standards
        if not task.options.get("texts_of_today"):
            return await standards.in_force(database, stored.session, started(stored))
        async with database.reading() as db:
            return await standards.today(db, stored.session, started(stored))


def _again_at(
    outcomes: Sequence[Outcome], observed: datetime | None, attempt: int, now: datetime
) -> datetime | None:
    """When to look again, if ever: a window closes, or a judge that was away may be back."""
    instants = [judge_back(outcomes, attempt, now)]
    if observed is not None:
        instants.append(decides_next(outcomes, observed))
    return min((each for each in instants if each is not None), default=None)


def run_worker(settings: Settings) -> None:
    """Inspects until it is told to stop (SIGINT, SIGTERM). Blocks. The database must have been migrated."""
    configure_logging(settings)
    asyncio.run(_run(settings))


def _stop(workers: tuple[Worker, StudyWorker]) -> None:
    for each in workers:
        each.stop()


async def _run(settings: Settings) -> None:
    service = open_service(settings)
    workers = Worker(service), StudyWorker(service)
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, _stop, workers)
    try:
        await service.database.check()
        await asyncio.gather(*(each.run() for each in workers))
    finally:
        await service.database.close()
