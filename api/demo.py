"""The demo: the sample sessions through the service's own path, and the report on what it found."""

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec

from api.exports.stored import read_stored
from api.inspecting.batch import BatchInspector
from api.reporting.figures import Report
from api.reporting.tally import Inspected, Tally
from api.service import Service, open_service
from api.settings import Settings
from api.worker import Worker
from evaluators.profiles import load_profile
from evaluators.types import ChatSession
from prompts.errors import FileError, MingjianError
from storage import jobs, sessions
from storage.db import migrate
from storage.intake.reading import read_sessions
from storage.sessions import SessionFilters

SAMPLES = Path(__file__).parents[1] / "eval_sets" / "samples"


def sample_sessions(folder: Path = SAMPLES) -> list[ChatSession]:
    """The shipped samples. Raises `FileError` if one cannot be read: they are ours."""
    if not folder.is_dir():
        raise FileError("the sample sessions are not here: run the demo from a checkout", path=str(folder))
    found = []
    for item in read_sessions(folder):
        if not isinstance(item, ChatSession):
            raise FileError(item.message, path=item.path, line=item.line, field=item.field)
        found.append(item)
    return found


async def load_and_inspect(settings: Settings, samples: Sequence[ChatSession]) -> Report:
    """Hands the sessions in, lets a worker inspect them, reads what it kept back as a report."""
    await migrate(settings.database_url)
    service = open_service(settings)
    try:
        async with service.database.transaction() as db:
            documents: list[Any] = [msgspec.to_builtins(session) for session in samples]
            submission = await sessions.submit(db, documents)
        if submission.job_id is not None:
            await _work_off(service, submission.job_id)
        return await _report(service)
    finally:
        await service.database.close()


async def _work_off(service: Service, job_id: str) -> None:
    worker = Worker(service)
    running = asyncio.create_task(worker.run())
    try:
        while True:
            async with service.database.reading() as db:
                progress = await jobs.progress(db, job_id)
                failures = await jobs.failures(db, job_id)
            if progress.status == "failed":
                raise MingjianError(f"{failures[0].session_id} could not be inspected: {failures[0].error}")
            if progress.status == "done":
                return
            await asyncio.sleep(0.05)
    finally:
        worker.stop()
        await running


async def _report(service: Service) -> Report:
    inspector = BatchInspector(service.inspector.catalogue, load_profile(service.settings.profile))
    tally = Tally()
    async for each in read_stored(service.database, SessionFilters()):
        stored, kept = each.stored, each.inspection
        if kept is not None:
            settings, plan = inspector.standard(stored.session)
            found, timeline = kept.inspection, plan.timeline(stored.session)
            tally.add(Inspected(stored.session, found.outcomes, found.scorecard, settings, timeline))
    return tally.report()
