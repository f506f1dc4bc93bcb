"""Which rules, thresholds and scores hold for a session: the profile in force at an instant, compiled."""

import asyncio
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, NamedTuple

import msgspec
from sqlalchemy.ext.asyncio import AsyncSession

from evaluators.catalogue import Catalogue
from evaluators.errors import ProfileInvalid, ProfileNotFound
from evaluators.plan import Plan, compile_plan
from evaluators.profiles import (
    Profile,
    ProfileSource,
    Settings,
    built_in,
    profile_names,
    resolve_profile,
    segment_of,
    settings_for,
)
from evaluators.types import ChatSession
from storage import profiles
from storage.errors import ProfileVersionNotFound
from storage.profiles import ProfileVersion

BUILT_IN = "built-in"
#: Compiled plans kept: one per distinct catalogue and scoring policy, which shops mostly share.
_PLANS = 64
_encoder = msgspec.json.Encoder(order="deterministic")


class Standard(NamedTuple):
    """What a session is judged by. `profile_version`: name@version and the hash of all that it builds on."""

    plan: Plan
    profile_version: str


class Documents(NamedTuple):
    """A profile document and those of the stored profiles it builds on, by name."""

    source: ProfileSource
    bases: dict[str, ProfileSource]
    name: str
    version: ProfileVersion | None = None

    @property
    def label(self) -> str:
        """`name@version`."""
        return self.version.label if self.version else f"{self.name}@{BUILT_IN}"


class Standards:
    """Finds and compiles standards. Compiled plans are shared by all sessions they hold for."""

    def __init__(self, catalogue: Catalogue, default_profile: str) -> None:
        built_in(default_profile)  # an unknown name is refused at start, not at the first session
        self.catalogue, self.default_profile = catalogue, default_profile
        self._plan = lru_cache(_PLANS)(_compiled)
        self._compiling = asyncio.Lock()

    async def in_force(self, db: AsyncSession, session: ChatSession, at: datetime) -> Standard:
        """By the profile of the session's shop that is in force at an instant."""
        name = await profiles.name_at(db, session.shop, at) or self.default_profile
        return await self.named(db, name, session, at)

    async def named(self, db: AsyncSession, name: str, session: ChatSession, at: datetime) -> Standard:
        """By a profile of any name, as it is at an instant. Raises `ProfileNotFound`."""
        return await self.of(session, await self.at(db, name, at))

    async def recorded(
        self, db: AsyncSession, profile_version: str, session: ChatSession, at: datetime
    ) -> Standard | None:
        """The very one that an inspection names; None if that cannot be had any more."""
        name, _, rest = profile_version.partition("@")
        number = rest.partition("#")[0]
        try:
            version = None if number == BUILT_IN else await profiles.get_version(db, name, int(number))
            standard = await self.of(session, await self.documents(db, name, version, at))
        except (ProfileInvalid, ProfileNotFound, ProfileVersionNotFound):
            return None
        return standard if standard.profile_version == profile_version else None

    async def at(self, db: AsyncSession, name: str, at: datetime) -> Documents:
        """The documents of a profile as they are at an instant. Raises `ProfileNotFound`."""
        version = await profiles.as_of(db, name, at)
        if version is None and name not in profile_names() and name in await profiles.names(db):
            first = (await profiles.history(db, name))[-1]
            raise ProfileNotFound(
                f"profile {name!r} was not in force at {at.isoformat()}: {first.label} takes effect at "
                f"{first.effective_from.isoformat()}"
            )
        return await self.documents(db, name, version, at)

    async def documents(
        self, db: AsyncSession, name: str, version: ProfileVersion | None, at: datetime
    ) -> Documents:
        """The version (None: the built-in profile of that name) and the bases in force at the instant.

        Raises `ProfileNotFound`.
        """
        source = built_in(name) if version is None else _source(version)
        return Documents(source, await _stored_bases(db, at), name, version)

    async def candidate(self, db: AsyncSession, name: str, document: dict[str, Any]) -> Documents:
        """A document that is not stored yet, as the next version of `name`."""
        bases = await _stored_bases(db, datetime.now(UTC))
        return Documents(ProfileSource(f"{name}.json", document), bases, name)

    async def of(self, session: ChatSession, documents: Documents) -> Standard:
        """The standard of a profile for the session's shop, group and tier. Raises `ProfileInvalid`."""
        profile = resolved(documents)
        settings = settings_for(self.catalogue, profile, *segment_of(session))
        return Standard(await self._compile(settings), f"{documents.label}#{profile.version[7:19]}")

    async def _compile(self, settings: Settings) -> Plan:
        async with self._compiling:
            key = _PlanKey(settings)
            return await asyncio.to_thread(self._plan, key)


class _PlanKey:
    """Settings, equal if their catalogue, policy and hours are."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        parts = (settings.catalogue.version, settings.scoring, settings.service_hours)
        self.content = _encoder.encode(parts)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _PlanKey) and other.content == self.content

    def __hash__(self) -> int:
        return hash(self.content)


def _compiled(key: _PlanKey) -> Plan:
    settings = key.settings
    hours = settings.service_hours.compiled() if settings.service_hours else None
    return compile_plan(settings.catalogue, policy=settings.scoring, hours=hours)


def resolved(documents: Documents) -> Profile:
    """The profile with everything it builds on; stored profiles stand before built-in ones of their name."""

    def find(name: str) -> ProfileSource:
        return documents.bases.get(name) or built_in(name)

    return resolve_profile(documents.source, find)


async def _stored_bases(db: AsyncSession, at: datetime) -> dict[str, ProfileSource]:
    """The stored profiles that another may build on, as they are at an instant."""
    found: dict[str, ProfileSource] = {}
    for name in await profiles.names(db):
        version = await profiles.as_of(db, name, at)
        if version is not None:
            found[name] = _source(version)
    return found


def _source(version: ProfileVersion) -> ProfileSource:
    return ProfileSource(f"{version.label}.json", version.document)
