"""Routes as people ask for them: checked, kept, tried."""

import base64
import binascii
from datetime import UTC, datetime
from urllib.parse import urlsplit

import httpx2
from sqlalchemy.ext.asyncio import AsyncSession

from api.errors import ParameterInvalid
from api.notifying.channels import Place, requests_of
from api.notifying.sending import address_problem, send
from api.schemas.notifying import RouteChange, RouteView
from api.service import Service
from api.settings import Settings
from storage.notifying import deliveries, routes
from storage.notifying.deliveries import Delivery
from storage.notifying.routes import Route, RouteChoice

#: People a message is addressed to (T37).
MOST_MENTIONS = 10
#: Minutes: not before people can look, and within a week.
REMIND = (5, 10_080)
_TITLE = 100
_SECRET = "whsec_"


def check(change: RouteChange, settings: Settings, *, is_new: bool) -> None:
    """Raises `ParameterInvalid` naming the field."""
    _check_choice(change.choice)
    if change.url is None and is_new:
        raise ParameterInvalid("url", "expected one: a new route leads somewhere")
    if change.url is not None:
        problem = address_problem(change.url, private=settings.notify_private)
        if problem is not None:
            raise ParameterInvalid("url", problem)
    if change.choice.channel == "webhook" and change.secret:
        _check_secret(change.secret)


def _check_choice(choice: RouteChoice) -> None:
    if not choice.title.strip() or len(choice.title) > _TITLE:
        raise ParameterInvalid("choice.title", f"expected 1 to {_TITLE} characters")
    if not choice.levels:
        raise ParameterInvalid("choice.levels", "expected at least one level: else nothing is ever told")
    if len(choice.mentions) > MOST_MENTIONS:
        raise ParameterInvalid("choice.mentions", f"expected at most {MOST_MENTIONS} people")
    for person in choice.mentions:
        if not person.isascii() or not person.replace("_", "").replace("-", "").isalnum():
            raise ParameterInvalid("choice.mentions", f"expected mobile numbers or open ids, got {person!r}")
    if choice.mentions and choice.channel == "webhook":
        raise ParameterInvalid("choice.mentions", "a webhook addresses nobody: expected none")
    low, high = REMIND
    if choice.remind_minutes is not None and not low <= choice.remind_minutes <= high:
        raise ParameterInvalid("choice.remind_minutes", f"expected {low} to {high} minutes, or null")


def _check_secret(secret: str) -> None:
    try:
        key = base64.b64decode(secret.removeprefix(_SECRET), validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if not secret.startswith(_SECRET) or not 24 <= len(key) <= 64:
        raise ParameterInvalid("secret", f"expected {_SECRET} and the base64 of 24 to 64 random bytes")


async def views(db: AsyncSession) -> tuple[RouteView, ...]:
    """All routes as they may be shown, oldest first."""
    counts = await deliveries.counts(db)
    return tuple(view_of(each, counts.get(each.route_id, {})) for each in await routes.listed(db))


def view_of(route: Route, counts: dict[deliveries.State, int]) -> RouteView:
    """Without address and secret."""
    return RouteView(
        route_id=route.route_id, created_at=route.created_at, changed_at=route.changed_at,
        host=urlsplit(route.url).hostname or "", signed=bool(route.secret), choice=route.choice, deliveries=counts,
    )  # fmt: skip


async def try_out(service: Service, route: Route, who: str) -> str | None:
    """Sends a message that says it is a test; what went wrong, if anything."""
    now = datetime.now(UTC)
    told = Delivery(
        alert_id=f"test_{int(now.timestamp())}", route_id=route.route_id, kind="first", attempts=1, at=now,
        level="low", alert_kind="test", text=f"这是一条测试消息，由 {who} 在明鉴里发出。", shop=None, session_id=None,
        rule_id=None, agent_id=None,
    )  # fmt: skip
    settings = service.settings
    [request] = requests_of(route, [told], Place(settings.zone_of, settings.public_url), now)
    async with httpx2.AsyncClient(follow_redirects=False) as client:
        return (await send(client, route, request, private=settings.notify_private)).error
