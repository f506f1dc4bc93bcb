"""Versions of profiles: immutable, in force from 00:00 of the next day in the shop's time zone."""

from collections.abc import Mapping
from datetime import datetime, tzinfo
from typing import Any

import msgspec
from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from evaluators.profiles import effective_from
from storage import audit
from storage.errors import ProfileConflict, ProfileVersionNotFound
from storage.instants import utc_now
from storage.profile_assignments import assign_profile as assign_profile
from storage.profile_assignments import name_at as name_at
from storage.tables.control import ProfileAssignmentRow, ProfileVersionRow
from storage.tables.sessions import insert_into


class ProfileVersion(msgspec.Struct, frozen=True, kw_only=True):
    """`label` is `name@version`. `hot_fix`: was in force at once (red lines only), which is audited."""

    name: str
    version: int
    document: dict[str, Any]
    effective_from: datetime
    created_at: datetime
    author: str
    reason: str
    hot_fix: bool

    @property
    def label(self) -> str:
        return f"{self.name}@{self.version}"


async def put_profile(
    db: AsyncSession,
    name: str,
    document: Mapping[str, Any],
    *,
    author: str,
    timezone: tzinfo,
    reason: str = "",
    base_version: int | None = None,
    hot_fix: bool = False,
    replaces_pending: bool = False,
    now: datetime | None = None,
) -> ProfileVersion:
    """A new version, in force from the next local midnight; with `hot_fix` from `now` on (needs a reason).

    The document of the newest version again gives that version, unless a hot fix has to bring it forward.
    `base_version`: what the author edited (0: nothing was there); if it is not the newest any more:
    `ProfileConflict`. A hot fix while a version is pending is a `ProfileConflict` unless
    `replaces_pending`: the pending version then never takes effect. Writes an audit entry. Does not commit.
    """
    now = now or utc_now()
    written = msgspec.json.encode(dict(document), order="deterministic").decode()
    newest = next(iter(await history(db, name)), None)
    number = newest.version if newest else 0
    if base_version is not None and base_version != number:
        raise ProfileConflict(f"profile {name!r} is at version {number} by now, not at {base_version}")
    start = now if hot_fix else effective_from(now, timezone)
    if newest and newest.document == msgspec.json.decode(written) and newest.effective_from <= start:
        return newest
    if hot_fix:
        _check_hot_fix(newest, reason, replaces_pending, now)
    row = {
        "name": name,
        "version": number + 1,
        "effective_from": start,
        "created_at": now,
        "author": author,
        "reason": reason,
        "hot_fix": hot_fix,
        "document": written,
    }
    statement = insert_into(db, ProfileVersionRow).values(row).on_conflict_do_nothing()
    if not (await (await db.connection()).execute(statement)).rowcount:
        raise ProfileConflict(f"somebody else is just changing profile {name!r}")
    version = await get_version(db, name, number + 1)
    action = "profile.hot_fix" if hot_fix else "profile.put"
    details = {"effective_from": start, "replaces": newest.label if newest else None}
    await audit.record(
        db,
        actor=author,
        action=action,
        subject=f"profile:{version.label}",
        reason=reason,
        details=details,
        now=now,
    )
    return version


def _check_hot_fix(newest: ProfileVersion | None, reason: str, replaces_pending: bool, now: datetime) -> None:
    if not reason.strip():
        raise ProfileConflict("a change that takes effect at once needs a reason")
    if newest and newest.effective_from > now and not replaces_pending:
        raise ProfileConflict(
            f"{newest.label} takes effect at {newest.effective_from.isoformat()}: "
            "say whether the hot fix replaces it"
        )


def _versions(name: str) -> Select[ProfileVersionRow]:
    row = ProfileVersionRow
    return select(row).where(col(row.name) == name).order_by(col(row.version).desc())


async def as_of(db: AsyncSession, name: str, instant: datetime) -> ProfileVersion | None:
    """The version of a named profile in force at an instant, if any: the last one made that is in effect."""
    query = _versions(name).where(col(ProfileVersionRow.effective_from) <= instant).limit(1)
    row = (await db.execute(query)).scalar_one_or_none()
    return None if row is None else _from_row(row)


async def get_version(db: AsyncSession, name: str, version: int | None = None) -> ProfileVersion:
    """A version, or the newest (which may be pending). Raises `ProfileVersionNotFound`."""
    query = _versions(name).limit(1)
    if version is not None:
        query = query.where(col(ProfileVersionRow.version) == version)
    row = (await db.execute(query)).scalar_one_or_none()
    if row is None:
        wanted = f"profile {name!r}" if version is None else f"version {version} of profile {name!r}"
        raise ProfileVersionNotFound(f"there is no {wanted}")
    return _from_row(row)


async def history(db: AsyncSession, name: str) -> tuple[ProfileVersion, ...]:
    """Every version, newest first; empty for an unknown name."""
    return tuple(_from_row(row) for row in (await db.execute(_versions(name))).scalars())


async def change_instants(db: AsyncSession) -> tuple[datetime, ...]:
    """When anything about profiles changed or will: between two of them everything stays as it is. Ascending."""
    versions = select(col(ProfileVersionRow.effective_from))
    assignments = select(col(ProfileAssignmentRow.effective_from))
    found = (await db.execute(versions.union(assignments))).scalars()
    return tuple(sorted(found))


async def names(db: AsyncSession) -> tuple[str, ...]:
    """The names of all stored profiles, sorted."""
    found = await db.execute(select(col(ProfileVersionRow.name)).distinct())
    return tuple(sorted(found.scalars()))


def _from_row(row: ProfileVersionRow) -> ProfileVersion:
    return ProfileVersion(
        name=row.name,
        version=row.version,
        document=msgspec.json.decode(row.document),
        effective_from=row.effective_from,
        created_at=row.created_at,
        author=row.author,
        reason=row.reason,
        hot_fix=row.hot_fix,
    )
