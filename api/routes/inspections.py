"""What the rules found: kept inspections, inspecting again, and inspecting without keeping anything."""

from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from api.alerting import alerts_of
from api.auth import Reader, Submitter
from api.examples import reading as examples_read
from api.examples import sessions as examples
from api.inspecting.inspector import start_of, started
from api.inspecting.live import decides_next, is_over, observed_now
from api.inspecting.rescoring import rescorer
from api.rest.bodies import read_objects, zone_from_query
from api.rest.openapi import Either, problems, returns, takes
from api.rest.parameters import JudgedAsOf, TimeZone
from api.rest.replies import reply
from api.schemas.inspecting import InspectionView, Trial
from api.service import Service, UsesService
from evaluators.errors import SessionInvalid
from evaluators.sessions import convert_session
from evaluators.types import ChatSession
from storage import corrections, inspections, processing, sessions
from storage.automation.gate import Gate
from storage.inspections import StoredInspection
from storage.processing import Inspected
from storage.review import blinding

router = APIRouter(prefix="/v1", tags=["inspections"])
Agent = Annotated[str | None, Query(description="the arithmetic of this agent's card; absent: the session's")]


@router.get(
    "/sessions/{session_id}/inspections",
    summary="Every inspection of a session",
    responses=returns(tuple[StoredInspection, ...], [examples_read.STORED_INSPECTION]) | problems(403, 404),
)
async def list_inspections(session_id: str, service: UsesService, caller: Reader) -> Response:
    """Newest first. Each names the versions of catalogue, profile and judge it used."""
    async with service.database.reading() as db:
        await blinding.refuse(db, session_id, caller.blind_for)
        return reply(await inspections.history(db, session_id))


@router.get(
    "/sessions/{session_id}/inspections/latest",
    summary="The latest inspection of a session",
    responses=returns(InspectionView, examples_read.INSPECTION_VIEW) | problems(403, 404),
)
async def read_latest(session_id: str, service: UsesService, caller: Reader, agent: Agent = None) -> Response:
    """Outcomes with evidence, the scorecard, and its arithmetic line by line."""
    async with service.database.reading() as db:
        await blinding.refuse(db, session_id, caller.blind_for)
        stored = await inspections.latest(db, session_id)
    return reply(await _view(service, stored, agent))


@router.get(
    "/inspections/{inspection_id}",
    summary="One inspection",
    responses=returns(InspectionView, examples_read.INSPECTION_VIEW) | problems(403, 404),
)
async def read_inspection(
    inspection_id: str, service: UsesService, caller: Reader, agent: Agent = None
) -> Response:
    """Outcomes with evidence, the scorecard, and its arithmetic line by line."""
    async with service.database.reading() as db:
        stored = await inspections.get(db, inspection_id)
        await blinding.refuse(db, stored.inspection.session_id, caller.blind_for)
    return reply(await _view(service, stored, agent))


@router.post(
    "/sessions/{session_id}/inspect",
    summary="Inspect a stored session now",
    responses=returns(Either(InspectionView, Trial), examples_read.INSPECTION_VIEW) | problems(404, 422),
)
async def inspect_stored(
    session_id: str,
    service: UsesService,
    _: Submitter,
    as_of: JudgedAsOf = None,
    dry_run: Annotated[bool, Query(description="answer without keeping anything")] = False,
) -> Response:
    """Inspects the newest content at once instead of waiting for a worker.

    The inspection is kept. Under the same versions of catalogue, profile and judge it is the one that is there
    already. With `as_of` it is kept beside the others, but never becomes the session's latest one.
    """
    inspector, now = service.inspector, datetime.now(UTC)
    async with service.database.reading() as db:
        stored = await sessions.get(db, session_id)
    standard = await inspector.standards.in_force(service.database, stored.session, as_of or started(stored))
    observed = observed_now(stored, now)
    found = await inspector.inspect(stored.session, standard, observed)
    if dry_run:
        return reply(inspector.trial(stored.session, standard, found))
    again_at = None if as_of or observed is None else decides_next(found.outcomes, observed)
    inspection = inspector.record(stored, standard, found, official=as_of is None)
    async with service.database.transaction() as db:
        alerts = () if as_of else alerts_of(stored, found.outcomes, standard)
        over = observed is None or is_over(stored.session)
        kept_with = Inspected(inspection, again_at, alerts, over)
        saved = await processing.keep(db, kept_with, rescore=rescorer(inspector), jobs=service.jobs)
        kept = await inspections.get(db, saved.inspection_id)
    return reply(await _view(service, kept))


@router.post(
    "/inspect",
    summary="Inspect a session without storing it",
    openapi_extra=takes(ChatSession, {"one session": examples.SESSION}, lines=False),
    responses=returns(Trial, examples_read.TRIAL) | problems(400, 404, 413, 415, 422),
)
async def inspect_once(
    request: Request,
    service: UsesService,
    _: Submitter,
    timezone: TimeZone = None,
    profile: Annotated[
        str | None, Query(description="name of a profile; absent: the one in force for the shop")
    ] = None,
    as_of: JudgedAsOf = None,
) -> Response:
    """Session in, outcomes and scorecard out: for trying a rule or a profile. Nothing is kept."""
    objects, rejected = await read_objects(request)
    if rejected or len(objects) != 1:
        message = rejected[0].message if rejected else f"expected one session, got {len(objects)}"
        raise SessionInvalid("", message)
    document = objects[0][1]
    zone = zone_from_query(timezone) or service.settings.zone_of_document(document)
    session = convert_session(document, zone)
    inspector = service.inspector
    at = as_of or start_of(session) or datetime.now(UTC)
    if profile is None:
        standard = await inspector.standards.in_force(service.database, session, at)
    else:
        async with service.database.reading() as db:
            standard = await inspector.standards.named(db, profile, session, at)
    found = await inspector.inspect(session, standard)
    return reply(inspector.trial(session, standard, found))


async def _view(service: Service, kept: StoredInspection, agent: str | None = None) -> InspectionView:
    inspection = kept.inspection
    async with service.database.reading() as db:
        stored = await sessions.get(db, inspection.session_id, inspection.revision)
        lines = await service.inspector.explain(db, stored, inspection, agent)
        correction = (await corrections.of_inspections(db, [kept.inspection_id])).get(kept.inspection_id)
        gate = await Gate.at(db, kept.inspected_at)
    return InspectionView(
        inspection_id=kept.inspection_id,
        inspected_at=kept.inspected_at,
        inspection=inspection,
        arithmetic=lines,
        not_counted=correction.not_counted if correction else (),
        standings=gate.standings(inspection.outcomes),
        corrected=correction.scorecard if correction else None,
    )
