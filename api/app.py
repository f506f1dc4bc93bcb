"""The REST service: routes, errors, OpenAPI and the worker inside it, put together."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.metadata import version

import structlog
import uvicorn
from fastapi import APIRouter, Depends, FastAPI

from api.console import site
from api.console.lost import catch_lost
from api.logs import configure_logging
from api.rest import openapi, problems
from api.rest.parameters import refuse_unknown_parameters
from api.rest.requests import DeclaredBodyLimit, Observed
from api.routes import (
    alerts,
    appeals,
    calibration,
    catalogue,
    drift,
    eval_sets,
    exports,
    inspections,
    jobs,
    label_plans,
    labels,
    notification_routes,
    operations,
    profiles,
    replays,
    reports,
    review,
    rule_trust,
    sessions,
    shops,
    studies,
    study_results,
    submissions,
    texts,
)
from api.service import Service, keep_up, open_service
from api.settings import Settings, find_unknown_variables
from api.studies.worker import StudyWorker
from api.watchers import Watchers
from api.worker import Worker
from evaluators.judges.port import Judge
from prompts.errors import MingjianError
from storage.db import migrate

_log = structlog.get_logger(__name__)
_MIB = 1024 * 1024
ROUTERS: tuple[APIRouter, ...] = (
    submissions.router,
    sessions.router,
    inspections.router,
    exports.router,
    reports.router,
    labels.router,
    review.router,
    appeals.router,
    calibration.router,
    rule_trust.router,
    replays.router,
    studies.router,
    study_results.router,
    eval_sets.router,
    label_plans.router,
    drift.router,
    alerts.router,
    notification_routes.router,
    catalogue.router,
    texts.router,
    profiles.router,
    shops.router,
    jobs.router,
    operations.router,
)
_DESCRIPTION = (
    "Quality inspection of e-commerce customer-service chats: sessions in, verified outcomes and scorecards out. "
    "Errors are RFC 9457 problem documents (`application/problem+json`)."
)


def create_app(settings: Settings, judge: Judge | None = None) -> FastAPI:
    """The service as an ASGI application. Its database must have been migrated.

    Raises what `open_service` raises: a service that is set up wrongly does not start.
    """
    service = open_service(settings, judge)
    app = FastAPI(
        title="Mingjian 明鉴",
        version=version("mingjian"),
        description=_DESCRIPTION,
        lifespan=_lifespan,
        # Their pages load scripts from elsewhere; /openapi.json goes into any viewer.
        docs_url=None,
        redoc_url=None,
    )
    app.state.service = service
    max_bytes = settings.max_body_mb * _MIB
    for router in ROUTERS:
        # Whether the process lives must not hang on the database.
        ahead = [] if router is operations.router else [Depends(keep_up)]
        app.include_router(
            router,
            dependencies=[Depends(refuse_unknown_parameters), *ahead],
            responses=openapi.problems("4XX", "5XX"),
            max_body_size=max_bytes,
        )
    site.install(app)
    app.add_middleware(DeclaredBodyLimit, max_bytes=max_bytes)
    app.add_middleware(Observed, metrics=service.metrics)
    problems.install(app)
    catch_lost(app)
    openapi.install(app)
    return app


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    """Runs the worker beside the routes; at the end lets it finish its batch."""
    service: Service = app.state.service
    app.state.worker = worker = Worker(service)
    study_worker = StudyWorker(service)
    running = [worker.run(), study_worker.run()] if service.settings.embedded_worker else []
    tasks = [asyncio.create_task(each) for each in running]
    try:
        yield
    finally:
        worker.stop()
        study_worker.stop()
        await asyncio.gather(*tasks)
        await service.database.close()


def require_free(host: str, port: int) -> None:
    """Raises `MingjianError` if nobody may listen there, or somebody else does."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise MingjianError(
                f"cannot listen on {host}:{port} ({error.strerror}): choose another --port"
            ) from error


def serve(settings: Settings) -> None:
    """Migrates the database and serves until interrupted. Blocks. Raises `MingjianError` if the port is taken."""
    require_free(settings.host, settings.port)
    configure_logging(settings)
    for name in find_unknown_variables():
        _log.warning("unknown_setting", variable=name)
    app = create_app(settings)
    asyncio.run(migrate(settings.database_url))
    access = "API keys" if settings.api_keys_file else "open, on this machine only"
    _log.info("serving", address=f"http://{settings.host}:{settings.port}", access=access)
    config = uvicorn.Config(app, host=settings.host, port=settings.port, log_config=None, access_log=False)
    Server(config, app.state.service.watchers).run()


class Server(uvicorn.Server):
    """Before it waits for its connections to end, it ends those that would stay open."""

    def __init__(self, config: uvicorn.Config, watchers: Watchers) -> None:
        super().__init__(config)
        self._watchers = watchers

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._watchers.stopping.set()
        await super().shutdown(sockets)
