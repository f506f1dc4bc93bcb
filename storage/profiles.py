"""Versions of profiles: immutable, in force from 00:00 of the next day in the shop's time zone."""

from collections.abc import Mapping
from datetime import datetime, tzinfo
from typing import Any

import msgspec
from sqlalchemy.ext.asyncio import AsyncSession


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

    The newest version's own document again: that version. `base_version`: what the author edited; if it is not the newest any more:
    `ProfileConflict`. A hot fix while a version is pending is a `ProfileConflict` unless `replaces_pending`: the pending one then never takes effect.
    Writes an audit entry. Does not commit.
    """
    raise NotImplementedError


async def assign_profile(
    db: AsyncSession,
    shop: str | None,
    name: str,
    *,
    author: str,
    timezone: tzinfo,
    reason: str = "",
    now: datetime | None = None,
) -> datetime:
    """From the next local midnight `shop` (None: every shop without its own) uses profile `name`. Returns that instant. Audited."""
    raise NotImplementedError


async def profile_at(db: AsyncSession, shop: str | None, instant: datetime) -> ProfileVersion | None:
    """The version in force for a shop at an instant (a session is judged by its start). None: the built-in `default`."""
    raise NotImplementedError


async def as_of(db: AsyncSession, name: str, instant: datetime) -> ProfileVersion | None:
    """The version of a named profile in force at an instant, if any."""
    raise NotImplementedError


async def get_version(db: AsyncSession, name: str, version: int | None = None) -> ProfileVersion:
    """A version, or the newest (which may be pending). Raises `ProfileVersionNotFound`."""
    raise NotImplementedError


async def history(db: AsyncSession, name: str) -> tuple[ProfileVersion, ...]:
    """Every version, newest first; empty for an unknown name."""
    raise NotImplementedError


async def names(db: AsyncSession) -> tuple[str, ...]:
    """The names of all stored profiles, sorted."""
    raise NotImplementedError
