"""Notification routes: which alerts go to which chat group or address outside the service."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from api.auth import Configurer
from api.examples import notifying as examples
from api.notifying import choosing
from api.rest.openapi import problems, returns, takes
from api.rest.parameters import Limit
from api.rest.replies import reply
from api.rest.struct_bodies import read_value
from api.schemas.notifying import RouteChange, RouteTest, RouteView
from api.service import UsesService
from storage.notifying import deliveries, routes
from storage.notifying.deliveries import Delivered

router = APIRouter(prefix="/v1", tags=["alerts"])
_TAKES = takes(
    RouteChange, {"a group of DingTalk": examples.CHANGE, "a program": examples.WEBHOOK}, lines=False
)
_ONE = returns(RouteView, examples.ROUTE) | problems(400, 404, 415, 422)
Reason = Annotated[str, Query(description="why; it goes into the audit trail")]


@router.get(
    "/notification_routes",
    summary="Where alerts go",
    responses=returns(tuple[RouteView, ...], [examples.ROUTE]),
)
async def list_routes(service: UsesService, _: Configurer) -> Response:
    """Oldest first. Addresses and secrets are not shown."""
    async with service.database.reading() as db:
        return reply(await choosing.views(db))


@router.post("/notification_routes", summary="Send alerts somewhere", openapi_extra=_TAKES, responses=_ONE)
async def add_route(request: Request, service: UsesService, caller: Configurer) -> Response:
    """It tells what happens from now on: hits that are not held, drift, certificates that end."""
    change = await read_value(request, RouteChange)
    choosing.check(change, service.settings, is_new=True)
    async with service.database.transaction() as db:
        made = await routes.add(
            db, change.choice, url=change.url or "", secret=change.secret or "", actor=caller.name,
            reason=change.reason,
        )  # fmt: skip
    return reply(choosing.view_of(made, {}))


@router.put(
    "/notification_routes/{route_id}",
    summary="Change a route",
    openapi_extra=_TAKES,
    responses=_ONE | problems(409),
)
async def change_route(route_id: str, request: Request, service: UsesService, caller: Configurer) -> Response:
    """The whole choice anew. What waits goes the new way."""
    change = await read_value(request, RouteChange)
    choosing.check(change, service.settings, is_new=False)
    async with service.database.transaction() as db:
        made = await routes.change(
            db, route_id, change.choice, url=change.url, secret=change.secret, seen=change.seen, actor=caller.name,
            reason=change.reason,
        )  # fmt: skip
        counts = (await deliveries.counts(db)).get(route_id, {})
    return reply(choosing.view_of(made, counts))


@router.delete(
    "/notification_routes/{route_id}",
    summary="Remove a route",
    responses=returns(tuple[RouteView, ...], [examples.ROUTE]) | problems(404),
)
async def remove_route(
    route_id: str, service: UsesService, caller: Configurer, reason: Reason = ""
) -> Response:
    """What waits is dropped; what went stays on record. Answers with the routes that are left."""
    async with service.database.transaction() as db:
        await routes.remove(db, route_id, actor=caller.name, reason=reason)
        return reply(await choosing.views(db))


@router.post(
    "/notification_routes/{route_id}/test",
    summary="Send a test message",
    responses=returns(RouteTest, {"error": None}) | problems(404),
)
async def try_route(route_id: str, service: UsesService, caller: Configurer) -> Response:
    """Sends one message at once, and says what went wrong, if anything."""
    async with service.database.reading() as db:
        route = await routes.get(db, route_id)
    return reply(RouteTest(error=await choosing.try_out(service, route, caller.name)))


@router.get(
    "/notification_deliveries",
    summary="What was told",
    responses=returns(tuple[Delivered, ...], [examples.DELIVERED]) | problems(422),
)
async def list_deliveries(service: UsesService, _: Configurer, limit: Limit = 100) -> Response:
    """The newest first: what arrived, what is tried again and when, what was given up and why."""
    async with service.database.reading() as db:
        return reply(await deliveries.recent(db, limit))
