"""Which alerts a route has to tell by now: as a query."""

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Select, and_, exists, false, func, select

from storage.alerts.records import did, in_state, is_told
from storage.notifying.routes import Route
from storage.tables.notifying import DeliveryRow
from storage.tables.sessions import table_of
from storage.tables.trust import AlertEventRow, AlertRow

#: What is older is not told any more, for instance after a long outage.
_STALE = timedelta(days=7)
_alerts, _events, _deliveries = table_of(AlertRow), table_of(AlertEventRow), table_of(DeliveryRow)


def due(route: Route, kind: str, now: datetime, limit: int) -> Select[tuple[str]]:
    """Ids of alerts, oldest first. An alert is told once it is not held any more; never what came before the route."""
    sent = _events.alias("sent")
    told_at = func.coalesce(sent.c.at, _alerts.c.at)
    since = max(route.created_at, now - _STALE)
    choice = route.choice
    wanted = [
        is_told(),
        ~in_state("dismissed"),
        _alerts.c.at >= since - _STALE,
        told_at >= since,
        _alerts.c.level.in_(choice.levels),
        ~_went(route, kind),
    ]
    if choice.shops:
        wanted.append(_alerts.c.shop.in_(choice.shops))
    if choice.kinds:
        wanted.append(_alerts.c.kind.in_(choice.kinds))
    if kind == "reminder":
        wanted += _unheard(route, told_at, now)
    return (
        select(_alerts.c.alert_id)
        .join_from(_alerts, sent, and_(sent.c.alert_id == _alerts.c.alert_id, sent.c.action == "sent"), isouter=True)
        .where(*wanted)
        .order_by(_alerts.c.at, _alerts.c.alert_id)
        .limit(limit)
    )  # fmt: skip


def _unheard(route: Route, told_at: ColumnElement[datetime], now: datetime) -> list[ColumnElement[bool]]:
    """Told long enough ago, and nobody has said that they saw it."""
    if route.choice.remind_minutes is None:
        return [false()]
    long_ago = now - timedelta(minutes=route.choice.remind_minutes)
    return [told_at <= long_ago, _went(route, "first", "delivered"), ~did("acknowledged")]


def _went(route: Route, kind: str, state: str | None = None) -> ColumnElement[bool]:
    same = (
        (_deliveries.c.alert_id == _alerts.c.alert_id)
        & (_deliveries.c.route_id == route.route_id)
        & (_deliveries.c.kind == kind)
    )
    if state is not None:
        same &= _deliveries.c.state == state
    return exists().where(same).correlate(_alerts)
