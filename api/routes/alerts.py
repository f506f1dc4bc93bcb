"""Alerts: the inbox, and what people do with it. Where else they go: `notification_routes`."""

from typing import Annotated

from fastapi import APIRouter, Query, Response
from pydantic import AwareDatetime

from api.auth import Appellant, Caller, Configurer, Reader, Reviewer
from api.examples import trust as examples_trust
from api.rest.openapi import problems, returns
from api.rest.parameters import Limit
from api.rest.replies import reply
from api.routes.appeals import OnBehalf, agent_of
from api.service import Service, UsesService
from storage import alerts
from storage.alerts import Alert, Level, State
from storage.errors import AlertNotFound

router = APIRouter(prefix="/v1", tags=["alerts"])
Before = Annotated[AwareDatetime | None, Query(description="only earlier ones")]
BeforeId = Annotated[
    str | None,
    Query(description="only those after this alert in the list: the last `alert_id` seen, to page on"),
]
_ONE = returns(Alert, examples_trust.ALERT) | problems(403, 404)


@router.get(
    "/alerts",
    summary="The inbox",
    responses=returns(tuple[Alert, ...], [examples_trust.ALERT]) | problems(404, 422),
)
async def list_alerts(
    service: UsesService,
    caller: Reader,
    state: Annotated[
        State | None, Query(description="held: waits for a person to send or dismiss it")
    ] = None,
    level: Level | None = None,
    shop: str | None = None,
    rule: str | None = None,
    before: Before = None,
    before_id: BeforeId = None,
    limit: Limit = 100,
) -> Response:
    """Newest first. A hit is told by itself only if its rule asks for that and has earned it; else it is held."""
    async with service.database.reading() as db:
        found = await alerts.inbox(
            db, state=state, level=level, shop=shop, rule_id=rule, before=before, before_id=before_id,
            blind_for=caller.blind_for, limit=limit,
        )  # fmt: skip
    return reply(found)


@router.post("/alerts/{alert_id}/send", summary="Send what is held", responses=_ONE)
async def send_alert(alert_id: str, service: UsesService, caller: Reviewer) -> Response:
    """The agent concerned is told, and it counts as new."""
    return reply(await _act(service, caller, alert_id, "sent"))


@router.post("/alerts/{alert_id}/dismiss", summary="Drop an alert", responses=_ONE)
async def dismiss_alert(alert_id: str, service: UsesService, caller: Reviewer) -> Response:
    """Nobody is told. What was sent by a person already stays told."""
    return reply(await _act(service, caller, alert_id, "dismissed"))


@router.post("/alerts/{alert_id}/acknowledge", summary="Acknowledge an alert", responses=_ONE)
async def acknowledge_alert(alert_id: str, service: UsesService, caller: Configurer) -> Response:
    """A lead has seen it; who that was stays on record."""
    return reply(await _act(service, caller, alert_id, "acknowledged"))


@router.get(
    "/my/alerts",
    summary="What one has been told",
    responses=returns(tuple[Alert, ...], [examples_trust.ALERT]) | problems(403, 404, 422),
)
async def list_own_alerts(
    service: UsesService,
    caller: Appellant,
    agent: OnBehalf = None,
    before: Before = None,
    before_id: BeforeId = None,
    limit: Limit = 100,
) -> Response:
    """Newest first, without what is held or was dismissed."""
    async with service.database.reading() as db:
        who = agent_of(caller, agent)
        return reply(await alerts.inbox(db, agent_id=who, before=before, before_id=before_id, limit=limit))


@router.post(
    "/my/alerts/{alert_id}/acknowledge",
    summary="Acknowledge what one was told",
    responses=returns(Alert, examples_trust.ALERT | {"state": "acknowledged"}) | problems(403, 404, 422),
)
async def acknowledge_own_alert(
    alert_id: str, service: UsesService, caller: Appellant, agent: OnBehalf = None
) -> Response:
    """The agent has seen it; the hit itself is acknowledged, or appealed against, apart from it."""
    who = agent_of(caller, agent)
    async with service.database.reading() as db:
        alert = await alerts.get(db, alert_id)
    if alert.agent_id != who or alert.state in ("held", "dismissed"):
        raise AlertNotFound(f"agent {who!r} was not told of {alert_id!r}")
    return reply(await _act(service, caller, alert_id, "acknowledged"))


async def _act(service: Service, caller: Caller, alert_id: str, action: alerts.Action) -> Alert:
    async with service.database.transaction() as db:
        return await alerts.act(db, alert_id, action, actor=caller.name, blind_for=caller.blind_for)
