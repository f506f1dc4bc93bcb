"""What the routes and the worker of one process share."""

import asyncio
import os
import socket
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Annotated

from fastapi import Depends, Request

from api.auth import Keys, load_keys
from api.inspecting.editions import Editions
from api.inspecting.inspector import Inspector
from api.judging.judges import open_judge
from api.metrics import Metrics
from api.settings import Settings
from api.watchers import Watchers
from calibration.drafts import Standard
from evaluators.catalogue.loading import load_catalogue, prompts_for
from evaluators.judges.port import Judge
from storage.db import Database, open_database
from storage.jobs import JobStore, SqlJobStore


def name_worker() -> str:
    """Host and process: two workers never have the same name at the same time."""
    return f"{socket.gethostname()}:{os.getpid()}"


@dataclass
class WorkerState:
    """How the worker inside this process is doing. Instants are UTC. `newest_label`: id of the newest label when
    stages were looked at last."""

    name: str = field(default_factory=name_worker)
    seen_at: datetime | None = None
    last_error: str | None = None
    newest_label: str | None = None
    work: asyncio.Event = field(default_factory=asyncio.Event)
    studies: asyncio.Event = field(default_factory=asyncio.Event)

    def beat(self) -> None:
        """The loop has come round."""
        self.seen_at = datetime.now(UTC)

    def wake(self) -> None:
        """There is work: look at once instead of at the next poll."""
        self.work.set()
        self.studies.set()


@dataclass(frozen=True)
class Service:
    """The parts of a running service."""

    settings: Settings
    keys: Keys | None
    database: Database
    inspector: Inspector
    jobs: JobStore = field(default_factory=SqlJobStore)
    metrics: Metrics = field(default_factory=Metrics)
    worker: WorkerState = field(default_factory=WorkerState)
    watchers: Watchers = field(default_factory=Watchers)

    @property
    def judge_identity(self) -> str:
        """The judge that is set up: its name, and the model it is asked for."""
        judge = self.inspector.judge
        return "none" if judge is None else "/".join(filter(None, [judge.name, self.settings.judge_model]))


def open_service(settings: Settings, judge: Judge | None = None) -> Service:
    """The parts a service or a worker needs. Connects to nothing yet. `judge` stands in for the one of the settings.

    Raises `KeysInvalid`, `NotOpenBeyondLoopback`, `DatabaseUrlInvalid`, `RuleInvalid`, `ProfileNotFound`,
    `JudgeNotAvailable`, `SettingsInvalid`.
    """
    folders = None if settings.catalogue is None else [settings.catalogue]
    # A judge that is away does not keep the service from accepting sessions: it inspects them later.
    prompts = prompts_for(folders)
    judge = judge or open_judge(settings.judge, settings=settings, prompts=prompts, must_answer=False)
    files = Standard(load_catalogue(folders, derived=settings.derived_rules), prompts)
    return Service(
        settings=settings,
        keys=load_keys(settings),
        database=open_database(settings.database_url),
        inspector=Inspector(Editions(files, judge, settings.catalogue), settings.profile),
    )


def service_of(request: Request) -> Service:
    """The service that handles the request."""
    service: Service = request.app.state.service
    return service


async def keep_up(request: Request) -> None:
    """What other processes have published is known to whatever handles the request."""
    service = service_of(request)
    await service.inspector.editions.refresh(service.database)


UsesService = Annotated[Service, Depends(service_of)]
