"""The worker of studies: one at a time, beside the worker of sessions; it tells how far it is while it works.

Killed at any moment it loses what it did since it last told, half a second ago; the next one goes on from there.
"""

import asyncio
from datetime import timedelta
from typing import Any

import structlog

from api.service import Service
from api.studies.ledger import Ledger, Stopped
from api.studies.performing import perform
from storage import studies
from storage.job_store import Task

_log = structlog.get_logger(__name__)
#: Seconds between two times that a study tells how far it is, and after a round that failed.
_TELL, _PAUSE = 0.5, 5.0


class StudyWorker:
    """`run` works until `stop` is called; a study that is under way is then given back."""

    def __init__(self, service: Service) -> None:
        self._service, self._state = service, service.worker
        self._stopping = False

    def stop(self) -> None:
        """Gives back what it is at, and ends."""
        self._stopping = True
        self._state.wake()

    async def run(self) -> None:
        """Study after study. A round that fails is logged and tried again later."""
        while not self._stopping:
            self._state.studies.clear()
            try:
                pause = 0.0 if await self.work_once() else self._service.settings.worker_poll
            except Exception as error:
                _log.error("study_round_failed", exc_info=error, pause=_PAUSE)
                pause = _PAUSE
            if pause and not self._stopping:
                await self._rest(pause)

    async def _rest(self, seconds: float) -> None:
        try:
            await asyncio.wait_for(self._state.studies.wait(), seconds)
        except TimeoutError:
            return

    async def work_once(self) -> bool:
        """Does the next study, if there is one; whether there was."""
        service = self._service
        async with service.database.transaction() as db:
            tasks = await service.jobs.claim(db, self._state.name, limit=1, lease=self._lease, lane="studies")
        for task in tasks:
            await self._work(task)
        return bool(tasks)

    @property
    def _lease(self) -> timedelta:
        return timedelta(seconds=self._service.settings.worker_lease)

    async def _work(self, task: Task) -> None:
        ledger = Ledger()
        work = asyncio.create_task(perform(self._service, task.session_id, ledger))
        try:
            wanted = await self._follow(task, work, ledger)
        finally:
            # Whatever happens here, nobody goes on working without telling.
            ledger.stop()
            await asyncio.wait([work])
        if not wanted:
            _log.info("study_withdrawn", study_id=task.session_id)
            if not work.cancelled():
                work.exception()
        elif self._stopping and _was_stopped(work):
            async with self._service.database.transaction() as db:
                await self._service.jobs.release(db, [task])
        else:
            await self._settle(task, work, ledger)

    async def _follow(self, task: Task, work: asyncio.Task[Any], ledger: Ledger) -> bool:
        """Until it is done or the worker stops. False: nobody wants it any more."""
        first = True
        while True:
            await asyncio.wait([work], timeout=0 if first else _TELL)
            async with self._service.database.transaction() as db:
                await studies.keep_verdicts(db, ledger.taken())
                if not await studies.tell(
                    db, self._service.jobs, task, ledger.progress, lease=self._lease, first=first
                ):
                    return False
            first = False
            if work.done() or self._stopping:
                return True

    async def _settle(self, task: Task, work: asyncio.Task[Any], ledger: Ledger) -> None:
        """Its result, or why there is none. What it failed of is not tried again until somebody asks for it."""
        error = work.exception()
        async with self._service.database.transaction() as db:
            await studies.keep_verdicts(db, ledger.taken())
            if error is None:
                await studies.finish(db, self._service.jobs, task, work.result(), ledger.progress)
                return
            _log.warning("study_failed", study_id=task.session_id, exc_info=error)
            await self._service.jobs.fail(
                db, task, error_kind=type(error).__name__, error=str(error), retry=False
            )


def _was_stopped(work: asyncio.Task[Any]) -> bool:
    return isinstance(work.exception(), Stopped)
