"""Alerts: what somebody is to be told, and what people did with it. Nothing is ever changed, only added to."""

from collections.abc import Sequence
from datetime import datetime
from typing import Literal

import msgspec
from sqlalchemy import ColumnElement, and_, exists, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from storage import audit
from storage.errors import AlertNotFound
from storage.ids import new_id
from storage.instants import utc_now
from storage.tables.sessions import insert_into, table_of
from storage.tables.trust import AlertEventRow, AlertRow

Level = Literal["low", "medium", "high"]
Action = Literal["sent", "acknowledged", "dismissed"]
#: `held`: waits for a person to send or dismiss it; only then is it told.
State = Literal["held", "new", "acknowledged", "dismissed"]
_alerts, _events = table_of(AlertRow), table_of(AlertEventRow)


class NewAlert(msgspec.Struct, frozen=True, kw_only=True):
    """An alert about to be made. `dedupe`: what makes it the same as another one."""

    kind: Literal["hit", "drift", "certificate"]
    level: Level
    mode: Literal["automatic", "manual"]
    dedupe: str
    text: str
    shop: str | None = None
    session_id: str | None = None
    revision: int | None = None
    inspection_id: str | None = None
    rule_id: str | None = None
    agent_id: str | None = None


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


async def raise_alerts(db: AsyncSession, new: Sequence[NewAlert], *, now: datetime | None = None) -> int:
    """Keeps alerts; how many were not there before. Does not commit."""
    if not new:
        return 0
    now = now or utc_now()
    rows = [msgspec.structs.asdict(each) | {"alert_id": new_id("alert", now), "at": now} for each in new]
    statement = insert_into(db, AlertRow).on_conflict_do_nothing(index_elements=["dedupe"])
    made = await (await db.connection()).execute(statement.returning(_alerts.c.alert_id), rows)
    return len(made.all())


async def act(
    db: AsyncSession, alert_id: str, action: Action, *, actor: str, now: datetime | None = None
) -> Alert:
    """Sends, acknowledges or dismisses an alert; once more changes nothing. Audited. Does not commit.

    Raises `AlertNotFound`.
    """
    await get(db, alert_id)
    now = now or utc_now()
    row = {"alert_id": alert_id, "action": action, "actor": actor, "at": now}
    statement = insert_into(db, AlertEventRow).values(row).on_conflict_do_nothing()
    if (await (await db.connection()).execute(statement)).rowcount:
        await audit.record(db, actor=actor, action=f"alert.{action}", subject=f"alert:{alert_id}", now=now)
    return await get(db, alert_id)


async def decided(
    db: AsyncSession, session_id: str, rule_id: str, *, is_hit: bool, actor: str, now: datetime
) -> None:
    """A person has said whether a hit is one: its alert is sent, or dismissed. Does not commit."""
    query = select(_alerts.c.alert_id).where(
        _alerts.c.session_id == session_id, _alerts.c.rule_id == rule_id, _alerts.c.mode == "manual"
    )
    for alert_id in (await db.execute(query)).scalars().all():
        await act(db, alert_id, "sent" if is_hit else "dismissed", actor=actor, now=now)


async def get(db: AsyncSession, alert_id: str) -> Alert:
    """Raises `AlertNotFound`."""
    row = await db.get(AlertRow, alert_id)
    if row is None:
        raise AlertNotFound(f"there is no alert {alert_id!r}")
    return (await _with_events(db, [row]))[0]


async def inbox(
    db: AsyncSession,
    *,
    state: State | None = None,
    level: Level | None = None,
    agent_id: str | None = None,
    shop: str | None = None,
    before: datetime | None = None,
    limit: int = 100,
) -> tuple[Alert, ...]:
    """Newest first. `agent_id`: what this agent has been told. `before`: only earlier ones, to page on."""
    row = AlertRow
    query = select(row).order_by(col(row.at).desc(), col(row.alert_id).desc()).limit(limit)
    if state is not None:
        query = query.where(_in_state(state))
    if agent_id is not None:
        query = query.where(col(row.agent_id) == agent_id, ~_in_state("held"), ~_in_state("dismissed"))
    given = ((row.level, level), (row.shop, shop))
    query = query.where(*(col(column) == value for column, value in given if value is not None))
    if before is not None:
        query = query.where(col(row.at) < before)
    return await _with_events(db, (await db.execute(query)).scalars().all())


async def waiting(db: AsyncSession) -> dict[State, int]:
    """How many are new, and how many are held."""
    found: dict[State, int] = {}
    states: tuple[State, ...] = ("held", "new")
    for state in states:
        query = select(func.count()).select_from(_alerts).where(_in_state(state))
        found[state] = (await db.execute(query)).scalar_one()
    return found


def _did(action: Action) -> ColumnElement[bool]:
    same = (_events.c.alert_id == _alerts.c.alert_id) & (_events.c.action == action)
    return exists().where(same).correlate(_alerts)


def _in_state(state: State) -> ColumnElement[bool]:
    sent = or_(_alerts.c.mode == "automatic", _did("sent"))
    dropped = and_(_did("dismissed"), ~_did("sent"))
    if state in ("acknowledged", "dismissed"):
        return dropped if state == "dismissed" else and_(_did("acknowledged"), ~dropped)
    waiting = and_(~_did("acknowledged"), ~dropped)
    return and_(waiting, ~sent) if state == "held" else and_(waiting, sent)


async def _with_events(db: AsyncSession, rows: Sequence[AlertRow]) -> tuple[Alert, ...]:
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
