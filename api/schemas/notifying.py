"""Shapes of notification routes that only the REST service has."""

from datetime import datetime

import msgspec

from storage.notifying.deliveries import Delivered, State
from storage.notifying.routes import RouteChoice


class RouteChange(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A notification route as it is to be. `url`, `secret` null: as they are (a new route needs a `url`).

    `url`: the address the robot of a chat group gives out, or that of a program. `secret`: of the robot (dingtalk,
    feishu), or `whsec_` and base64 as in Standard Webhooks. `seen`: its `changed_at` as you saw it; changed since, it is a
    conflict. Null: whatever it is by now is replaced.
    """

    choice: RouteChoice
    url: str | None = None
    secret: str | None = None
    seen: datetime | None = None
    reason: str = ""


class RouteView(msgspec.Struct, frozen=True, kw_only=True):
    """A notification route. Its address and secret are not shown again: whoever has them can write there.

    `host`: where it leads. `signed`: whether a secret is set. `deliveries`: how many are in each state.
    """

    route_id: str
    created_at: datetime
    changed_at: datetime
    host: str
    signed: bool
    choice: RouteChoice
    deliveries: dict[State, int]


class RouteTest(msgspec.Struct, frozen=True, kw_only=True):
    """What became of a message sent as a test. `error` null: it was taken."""

    error: str | None


#: What the OpenAPI document lists of notification routes.
SHAPES = (RouteChange, RouteView, RouteTest, RouteChoice, Delivered)
