"""What agents see of themselves, and how they answer: acknowledge a hit, or appeal against it."""

from datetime import UTC, datetime, timedelta
from typing import Annotated, Literal

from fastapi import APIRouter, Body, Query, Response
from msgspec.structs import replace
from pydantic import AwareDatetime

from api.appealing import appealable, without_appeals_against_praise
from api.auth import Appellant, Caller, Configurer, permit
from api.errors import ParameterInvalid
from api.examples import appeals as examples_appeals
from api.rest.openapi import problems, returns
from api.rest.parameters import Limit, StartedFrom, StartedTo
from api.rest.replies import reply
from api.routes.labels import rule_id_of
from api.schemas.appeals import Escalation, HitOfSession, Objection
from api.service import Service, UsesService
from storage import appeals
from storage.appeals import Acknowledgement, Appeal, OwnHit, OwnSession
from storage.session_filters import ReportFilters

router = APIRouter(prefix="/v1", tags=["appeals"])
State = Literal["open", "upheld", "rejected"]
OnBehalf = Annotated[
    str | None,
    Query(description="the sub-account, where the key is not one's own; admins only", min_length=1),
]


GivenHit = Annotated[
    HitOfSession, Body(openapi_examples={"a hit": {"value": examples_appeals.ACKNOWLEDGEMENT_REQUEST}})
]
GivenObjection = Annotated[
    Objection, Body(openapi_examples={"an appeal": {"value": examples_appeals.APPEAL_REQUEST}})
]
GivenEscalation = Annotated[
    Escalation, Body(openapi_examples={"further": {"value": examples_appeals.ESCALATION}})
]


def agent_of(caller: Caller, agent: str | None) -> str:
    """Whose hits a request is about. Raises `ScopeMissing`, `ParameterInvalid`."""
    if agent is None and caller.agent_id is None:
        raise ParameterInvalid("agent", f"required: the key {caller.name!r} is not that of a sub-account")
    if agent is not None and agent != caller.agent_id:
        permit(caller, "configure")
    return agent or str(caller.agent_id)


@router.get(
    "/my/hits",
    summary="One's own hits",
    responses=returns(tuple[OwnHit, ...], [examples_appeals.OWN_HIT]) | problems(403, 422),
)
async def list_own_hits(
    service: UsesService,
    caller: Appellant,
    agent: OnBehalf = None,
    started_from: StartedFrom = None,
    started_to: StartedTo = None,
    before: Annotated[
        AwareDatetime | None, Query(description="only sessions started before, to page on")
    ] = None,
    limit: Limit = 100,
) -> Response:
    """Merits as well as faults, newest session first, with evidence and until when an appeal is possible."""
    filters = ReportFilters(started_from=started_from, started_to=started_to)
    async with service.database.reading() as db:
        found = await appeals.own_hits(
            db, agent_of(caller, agent), filters, window=_window(service), limit=limit, before=before,
            now=datetime.now(UTC),
        )  # fmt: skip
    return reply(without_appeals_against_praise(service, found))


@router.get(
    "/my/sessions/{session_id}",
    summary="A session one has served",
    responses=returns(OwnSession, examples_appeals.OWN_SESSION) | problems(403, 404, 422),
)
async def read_own_session(
    session_id: str, service: UsesService, caller: Appellant, agent: OnBehalf = None
) -> Response:
    """The chat with one's own hits and card in it; nothing that was found of others."""
    async with service.database.reading() as db:
        own = await appeals.own_session(
            db, agent_of(caller, agent), session_id, window=_window(service), now=datetime.now(UTC)
        )
    return reply(replace(own, hits=without_appeals_against_praise(service, own.hits)))


@router.post(
    "/my/acknowledgements",
    summary="Acknowledge a hit",
    responses=returns(Acknowledgement, examples_appeals.ACKNOWLEDGEMENT) | problems(403, 404, 409, 422),
)
async def acknowledge_hit(
    hit: GivenHit, service: UsesService, caller: Appellant, agent: OnBehalf = None
) -> Response:
    """It is right; afterwards there is no appeal. Once more changes nothing."""
    rule_id = str(rule_id_of(service, hit.rule_id))
    async with service.database.transaction() as db:
        found = await appeals.acknowledge(
            db, hit.session_id, rule_id, agent_id=agent_of(caller, agent), actor=caller.name
        )
    return reply(found)


@router.post(
    "/my/appeals",
    summary="Appeal against a hit",
    responses=returns(Appeal, examples_appeals.APPEAL) | problems(403, 404, 409, 422),
)
async def file_appeal(
    objection: GivenObjection, service: UsesService, caller: Appellant, agent: OnBehalf = None
) -> Response:
    """Within the days of `MINGJIAN_APPEAL_DAYS`, and not against praise. It goes to a reviewer who has not judged this hit.

    Upheld, the hit leaves score and counts; rejected, it can be taken to a second level, whose decision is final.
    """
    rule_id = appealable(service, objection.rule_id)
    async with service.database.transaction() as db:
        found = await appeals.file(
            db, objection.session_id, rule_id, agent_id=agent_of(caller, agent), actor=caller.name,
            reason=objection.reason, window=_window(service), due=_due(service),
        )  # fmt: skip
    return reply(found)


@router.post(
    "/my/appeals/{appeal_id}/escalate",
    summary="Take an appeal further",
    responses=returns(Appeal, examples_appeals.APPEAL | {"level": 2}) | problems(403, 404, 409, 422),
)
async def escalate_appeal(
    appeal_id: str, further: GivenEscalation, service: UsesService, caller: Appellant, agent: OnBehalf = None
) -> Response:
    """To the second and last level: somebody who decided neither the hit nor the first level."""
    async with service.database.transaction() as db:
        found = await appeals.escalate(
            db, appeal_id, agent_id=agent_of(caller, agent), actor=caller.name, reason=further.reason,
            window=_window(service), due=_due(service),
        )  # fmt: skip
    return reply(found)


@router.get(
    "/my/appeals",
    summary="One's own appeals",
    responses=returns(tuple[Appeal, ...], [examples_appeals.APPEAL]) | problems(403, 422),
)
async def list_own_appeals(
    service: UsesService, caller: Appellant, agent: OnBehalf = None, limit: Limit = 100
) -> Response:
    """The newest first, each with everything that happened to it."""
    async with service.database.reading() as db:
        return reply(await appeals.listed(db, agent_id=agent_of(caller, agent), limit=limit))


@router.get(
    "/appeals",
    summary="Appeals",
    responses=returns(tuple[Appeal, ...], [examples_appeals.APPEAL]) | problems(422),
)
async def list_appeals(
    service: UsesService,
    _: Configurer,
    state: State | None = None,
    agent: Annotated[str | None, Query(description="of this sub-account")] = None,
    limit: Limit = 100,
) -> Response:
    """The newest first, for leads."""
    async with service.database.reading() as db:
        return reply(await appeals.listed(db, state=state, agent_id=agent, limit=limit))


def _window(service: Service) -> timedelta:
    return timedelta(days=service.settings.appeal_days)


def _due(service: Service) -> timedelta:
    return timedelta(hours=service.settings.appeal_due_hours)
