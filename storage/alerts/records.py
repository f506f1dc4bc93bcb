"""Alerts as they are kept, and how they stand: nothing is ever changed, only added to."""

from collections.abc import Sequence
from datetime import datetime
from typing import Literal

import msgspec
from sqlalchemy import ColumnElement, and_, exists, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from storage.errors import AlertNotFound
from storage.tables.sessions import table_of
from storage.tables.trust import AlertEventRow, AlertRow

Level = Literal["low", "medium", "high"]
Action = Literal["sent", "acknowledged", "dismissed"]
#: `held`: waits for a person to send or dismiss it; only then is it told.
State = Literal["held", "new", "acknowledged", "dismissed"]
_alerts, _events = table_of(AlertRow), table_of(AlertEventRow)


class Alert(msgspec.Struct, frozen=True, kw_only=True):
    """An alert and how it stands. Told to leads, and to `agent_id` once it is not held any more."""

    alert_id: str
    at: datetime
    kind: Literal["hit", "drift", "certificate"]
    level: Level
    mode: Literal["automatic", "manual"]
    state: State
    text: str
    shop: str | None
    session_id: str | None
    revision: int | None
    inspection_id: str | None
    rule_id: str | None
    agent_id: str | None
    by: dict[Action, str]


async def get(db: AsyncSession, alert_id: str) -> Alert:
    """Raises `AlertNotFound`."""
    row = await db.get(AlertRow, alert_id)
    if row is None:
        raise AlertNotFound(f"there is no alert {alert_id!r}")
    return (await with_events(db, [row]))[0]


def in_state(state: State) -> ColumnElement[bool]:
    """On `alerts`: how they stand. The same as `_state`, with as few looks at the events as there can be."""
    dropped = and_(did("dismissed"), ~did("sent"))
    untouched = ~exists().where(_events.c.alert_id == _alerts.c.alert_id).correlate(_alerts)
    match state:
        case "held":
            return and_(_alerts.c.mode == "manual", untouched)
        case "new":
            by_itself = and_(_alerts.c.mode == "automatic", untouched)
            return or_(by_itself, and_(did("sent"), ~did("acknowledged")))
        case "acknowledged":
            return and_(did("acknowledged"), ~dropped)
        case "dismissed":
            return dropped


def is_told() -> ColumnElement[bool]:
    """On `alerts`: not held any more, by itself or because somebody has sent it."""
    return or_(_alerts.c.mode == "automatic", did("sent"))


def did(action: Action) -> ColumnElement[bool]:
    """On `alerts`: somebody did that."""
    same = (_events.c.alert_id == _alerts.c.alert_id) & (_events.c.action == action)
    return exists().where(same).correlate(_alerts)


async def with_events(db: AsyncSession, rows: Sequence[AlertRow]) -> tuple[Alert, ...]:
    """Rows with what people did."""
    by: dict[str, dict[Action, str]] = {row.alert_id: {} for row in rows}
    query = select(_events.c.alert_id, _events.c.action, _events.c.actor)
    for alert_id, action, actor in await db.execute(query.where(_events.c.alert_id.in_(sorted(by)))):
        by[alert_id][action] = actor
    names = [name for name in Alert.__struct_fields__ if name not in ("state", "by")]
    return tuple(
        Alert(
            state=_state(row, by[row.alert_id]), by=by[row.alert_id],
            **{name: getattr(row, name) for name in names},
        )
        for row in rows
    )  # fmt: skip


def _state(row: AlertRow, by: dict[Action, str]) -> State:
    # What has been told cannot be untold.
    if "dismissed" in by and "sent" not in by:
        return "dismissed"
    if "acknowledged" in by:
        return "acknowledged"
    return "new" if row.mode == "automatic" or "sent" in by else "held"
