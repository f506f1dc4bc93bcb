"""Hits that people took off the score and the counts, or put back: facts, the last one holds."""

from collections.abc import Sequence
from datetime import datetime
from typing import Literal, NamedTuple

import msgspec
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from storage import audit, session_writing
from storage.batches import batches
from storage.instants import utc_now
from storage.tables.review import OverrideRow
from storage.tables.sessions import table_of

#: `misjudged`: a reviewer said so; `appeal`: an appeal was upheld; `undo`: the reviewer took it back.
Cause = Literal["misjudged", "appeal", "undo"]


class Override(msgspec.Struct, frozen=True, kw_only=True):
    """`overturned`: the hit of this rule in this content does not count; `restored`: it does again."""

    override_id: int
    session_id: str
    revision: int
    rule_id: str
    effect: Literal["overturned", "restored"]
    cause: Cause
    actor: str
    case_id: str | None
    reason: str
    at: datetime


class _Why(NamedTuple):
    cause: Cause
    actor: str
    case_id: str | None
    reason: str


async def overturn(
    db: AsyncSession,
    session_id: str,
    revision: int,
    rule_id: str,
    *,
    cause: Cause,
    actor: str,
    case_id: str | None = None,
    reason: str = "",
    now: datetime | None = None,
) -> bool:
    """Takes a hit off score and counts. False: it was off already. Audited. Does not commit.

    The sums follow with `cards.correct`.
    """
    why = _Why(cause, actor, case_id, reason)
    return await _record(db, (session_id, revision, rule_id), "overturned", why, now)


async def restore(
    db: AsyncSession,
    session_id: str,
    revision: int,
    rule_id: str,
    *,
    actor: str,
    case_id: str,
    now: datetime | None = None,
) -> bool:
    """Puts back a hit that reviewers overturned. False: they did not, or an appeal did. Audited. Does not commit."""
    last = [each for each in await overrides(db, session_id, revision) if each.rule_id == rule_id]
    if not last or last[-1].cause != "misjudged":
        return False
    return await _record(
        db, (session_id, revision, rule_id), "restored", _Why("undo", actor, case_id, ""), now
    )


async def _record(
    db: AsyncSession,
    place: tuple[str, int, str],
    effect: Literal["overturned", "restored"],
    why: _Why,
    now: datetime | None,
) -> bool:
    session_id, revision, rule_id = place
    await session_writing.lock(db, session_id)
    off = rule_id in await overturned(db, session_id, revision)
    if off == (effect == "overturned"):
        return False
    now = now or utc_now()
    row = {
        "session_id": session_id,
        "revision": revision,
        "rule_id": rule_id,
        "effect": effect,
        "at": now,
        **why._asdict(),
    }
    await (await db.connection()).execute(table_of(OverrideRow).insert(), [row])
    await audit.record(
        db, actor=why.actor, action=f"hit.{effect}", subject=f"session:{session_id}", reason=why.reason,
        details={"revision": revision, "rule_id": rule_id, "cause": why.cause, "case_id": why.case_id}, now=now,
    )  # fmt: skip
    return True


async def overrides(db: AsyncSession, session_id: str, revision: int | None = None) -> tuple[Override, ...]:
    """Of a session, oldest first."""
    row = OverrideRow
    query = select(row).where(col(row.session_id) == session_id).order_by(col(row.override_id))
    if revision is not None:
        query = query.where(col(row.revision) == revision)
    names = Override.__struct_fields__
    return tuple(
        Override(**{name: getattr(each, name) for name in names})
        for each in (await db.execute(query)).scalars()
    )


async def in_force(
    db: AsyncSession, session_ids: Sequence[str]
) -> dict[tuple[str, int], dict[str, Override]]:
    """What people took off and did not put back: by session and revision, then by rule."""
    found: dict[tuple[str, int], dict[str, Override]] = {}
    names = Override.__struct_fields__
    for some in batches(session_ids):
        query = select(OverrideRow).where(col(OverrideRow.session_id).in_(some))
        for row in (await db.execute(query.order_by(col(OverrideRow.override_id)))).scalars():
            override = Override(**{name: getattr(row, name) for name in names})
            of_content = found.setdefault((row.session_id, row.revision), {})
            of_content.pop(row.rule_id, None)
            if override.effect == "overturned":
                of_content[row.rule_id] = override
    return found


async def overturned(db: AsyncSession, session_id: str, revision: int) -> frozenset[str]:
    """The rules whose hit does not count in this content."""
    last = {each.rule_id: each.effect for each in await overrides(db, session_id, revision)}
    return frozenset(rule_id for rule_id, effect in last.items() if effect == "overturned")


async def with_overrides(db: AsyncSession, session_ids: Sequence[str]) -> set[str]:
    """Those of the sessions that have any."""
    found: set[str] = set()
    for some in batches(session_ids):
        query = select(col(OverrideRow.session_id)).where(col(OverrideRow.session_id).in_(some)).distinct()
        found.update((await db.execute(query)).scalars())
    return found
