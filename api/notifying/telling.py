"""The loop that tells: looks what each route has to say, says it, and notes what became of it."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import groupby

import httpx2
import structlog

from api.notifying.channels import Place, requests_of
from api.notifying.sending import send
from api.service import Service
from storage.notifying import deliveries, routes
from storage.notifying.deliveries import Delivery
from storage.notifying.routes import Route

_log = structlog.get_logger(__name__)
#: Between rounds: with one message per group and round, groups get at most 12 a minute (they take 20).
PAUSE = 5.0
#: For a round's sending; then others may try.
_LEASE = timedelta(minutes=2)


async def tell_forever(service: Service) -> None:
    """Round after round, until it is cancelled. What fails in a round is logged, and tried in the next."""
    async with httpx2.AsyncClient(follow_redirects=False) as client:
        while True:
            try:
                await tell(service, client)
            except Exception as error:
                _log.error("telling_failed", exc_info=error)
            await asyncio.sleep(PAUSE)


async def tell(service: Service, client: httpx2.AsyncClient, now: datetime | None = None) -> int:
    """One round; how many deliveries were tried."""
    now = now or datetime.now(UTC)
    database = service.database
    async with database.reading() as db:
        if not any(each.choice.enabled for each in await routes.listed(db)):
            return 0
    async with database.transaction() as db:
        known = [each for each in await routes.listed(db) if each.choice.enabled]
        await deliveries.plan(db, known, now)
        claimed = await deliveries.claim(db, known, now, _LEASE)
    by_route = {route.route_id: route for route in known}
    claimed.sort(key=lambda each: each.route_id)
    told = [
        _along(service, client, by_route[route_id], list(some), now)
        for route_id, some in groupby(claimed, lambda each: each.route_id)
    ]
    await asyncio.gather(*told)
    return len(claimed)


async def _along(
    service: Service, client: httpx2.AsyncClient, route: Route, waiting: Sequence[Delivery], now: datetime
) -> None:
    settings = service.settings
    left = {each.delivery_id: each for each in waiting}
    for request in requests_of(route, waiting, Place(settings.zone_of, settings.public_url), now):
        sent = await send(client, route, request, private=settings.notify_private)
        async with service.database.transaction() as db:
            await deliveries.settle(db, request.told, sent.error, now=datetime.now(UTC), final=sent.final)
        for each in request.told:
            del left[each.delivery_id]
        if sent.error is not None:
            _log.warning(
                "notification_failed", route=route.route_id, error=sent.error, count=len(request.told)
            )
    async with service.database.transaction() as db:
        await deliveries.release(db, list(left.values()), now)
