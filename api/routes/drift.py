"""Anchor sessions, and whether they are still judged as they were."""

from typing import Annotated

from fastapi import APIRouter, Path, Response

from api import drift_watch
from api.auth import Configurer, Reader
from api.examples import trust as examples_trust
from api.rest.openapi import problems, returns
from api.rest.replies import reply
from api.service import UsesService
from storage.review import blinding
from storage.trust import drift
from storage.trust.drift import Anchor, DriftRun

router = APIRouter(prefix="/v1/drift", tags=["calibration"])
SessionId = Annotated[str, Path(description="of a stored session")]


@router.get(
    "/anchors",
    summary="Anchor sessions",
    responses=returns(tuple[Anchor, ...], [examples_trust.ANCHOR]),
)
async def list_anchors(service: UsesService, _: Reader) -> Response:
    """Session contents that are judged again after every change of rules, prompts or judge."""
    async with service.database.reading() as db:
        return reply(await drift.anchors(db))


@router.put(
    "/anchors/{session_id}",
    summary="Pin an anchor",
    responses=returns(Anchor, examples_trust.ANCHOR) | problems(404),
)
async def pin_anchor(session_id: SessionId, service: UsesService, caller: Configurer) -> Response:
    """The newest content of the session. It stays what it is when newer content comes."""
    async with service.database.transaction() as db:
        return reply(await drift.pin(db, session_id, actor=caller.name))


@router.post(
    "/anchors/{session_id}/unpin",
    summary="Unpin an anchor",
    responses=returns(dict[str, bool], {"unpinned": True}),
)
async def unpin_anchor(session_id: SessionId, service: UsesService, caller: Configurer) -> Response:
    """`unpinned` is false for a session that was no anchor."""
    async with service.database.transaction() as db:
        return reply({"unpinned": await drift.unpin(db, session_id, actor=caller.name)})


@router.get(
    "/runs",
    summary="Drift reports",
    responses=returns(tuple[DriftRun, ...], [examples_trust.DRIFT_RUN]),
)
async def list_runs(service: UsesService, caller: Reader) -> Response:
    """Newest first. A report compares a run with the one before it; the first one has nothing to compare with."""
    async with service.database.reading() as db:
        found = await drift.runs(db)
        named = (flip.session_id for run in found if run.report for flip in run.report.flipped)
        hidden = await blinding.withheld_of(db, named, caller.blind_for)
    return reply(tuple(drift.without_flips_of(run, hidden) for run in found))


@router.post(
    "/runs",
    summary="Judge the anchors now",
    responses=returns(DriftRun, examples_trust.DRIFT_RUN | {"report": None}) | problems(409),
)
async def start_run(service: UsesService, caller: Configurer) -> Response:
    """Queues them; a worker judges them and writes the report. Changes start a run by themselves."""
    async with service.database.transaction() as db:
        run = await drift.start(
            db, service.jobs, cause="asked", identity=drift_watch.identity(service), actor=caller.name
        )
    service.worker.wake()
    return reply(run)
