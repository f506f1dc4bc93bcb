"""What people do with alerts."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from storage import audit
from storage.alerts.raising import NewAlert
from storage.alerts.records import Action, Alert, get, in_state
from storage.instants import utc_now
from storage.review import blinding
from storage.tables.sessions import insert_into, table_of
from storage.tables.trust import AlertEventRow, AlertRow

_alerts = table_of(AlertRow)


async def act(
    db: AsyncSession,
    alert_id: str,
    action: Action,
    *,
    actor: str,
    blind_for: str | None = None,
    now: datetime | None = None,
) -> Alert:
    """Sends, acknowledges or dismisses an alert; once more changes nothing. Audited. Does not commit.

    Raises `AlertNotFound`, and `VerdictWithheld` where `blind_for` is still to judge its session blind.
    """
    alert = await get(db, alert_id)
    if alert.session_id is not None:
        await blinding.refuse(db, alert.session_id, blind_for)
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


async def release(db: AsyncSession, certain: Sequence[NewAlert], *, actor: str, now: datetime) -> None:
    """Sends what is held of hits that may be told by themselves by now. Does not commit.

    What a person has decided stays decided, and what is held about another agent stays held: they would be told of
    a hit that is not theirs.
    """
    agents = {each.dedupe: each.agent_id for each in certain if each.mode == "automatic"}
    query = select(_alerts.c.alert_id, _alerts.c.dedupe, _alerts.c.agent_id).where(
        _alerts.c.dedupe.in_(sorted(agents)), in_state("held")
    )
    for alert_id, dedupe, agent_id in (await db.execute(query)).all():
        if agent_id == agents[dedupe]:
            await act(db, alert_id, "sent", actor=actor, now=now)
