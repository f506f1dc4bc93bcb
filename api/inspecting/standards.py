"""Which rules, thresholds and scores hold for a session: texts and profile in force at an instant, compiled."""

import asyncio
from bisect import bisect_right
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from sqlalchemy.ext.asyncio import AsyncSession

from api.errors import PublicationUnusable
from api.inspecting import profile_documents
from api.inspecting.editions import Edition, Editions
from api.inspecting.profile_documents import BUILT_IN, Documents
from evaluators.engine.plan import Plan, compile_plan
from evaluators.errors import ProfileInvalid, ProfileNotFound
from evaluators.judges.port import Judge
from evaluators.profiles import Profile, Settings, built_in, segment_of, settings_for
from evaluators.types import ChatSession
from storage import profiles
from storage.db import Database
from storage.errors import ProfileVersionNotFound

#: Compiled plans, and profiles of shops in force, remembered at most.
_PLANS, _SHOPS = 64, 4096
#: What has been in force until now stays so, but for a change that is being committed at this very moment.
_SETTLED = timedelta(minutes=1)


class Standard(NamedTuple):
    """What a session is judged by. `profile_version`: name@version and the hash of all that it builds on. `judge`: in the
    wordings of the plan.
    """

    plan: Plan
    profile_version: str
    judge: Judge | None


class _Labelled(NamedTuple):
    label: str
    profile: Profile
    edition: Edition


class Standards:
    """Finds and compiles standards. Compiled plans are shared by all sessions they hold for."""

    def __init__(self, editions: Editions, default_profile: str) -> None:
        built_in(default_profile)  # an unknown name is refused at start, not at the first session
        self._editions, self.default_profile = editions, default_profile
        # By identity: settings_for gives the same object to everyone for whom the same holds.
        self._plans: dict[int, tuple[Settings, Plan]] = {}
        self._compiling = asyncio.Lock()
        self._changes: tuple[datetime, ...] = ()
        self._known_until: datetime | None = None
        self._in_force: dict[tuple[str | None, int], _Labelled] = {}

    async def in_force(self, database: Database, session: ChatSession, at: datetime) -> Standard:
        """By the texts, and the profile of the session's shop, that are in force at an instant.

        Raises `PublicationUnusable`.
        """
        settled = self._known_until is not None and at <= self._known_until
        known = self._in_force.get((session.shop, bisect_right(self._changes, at))) if settled else None
        if known is None:
            async with database.reading() as db:
                known = await self._look_up(db, session.shop, at)
        return await self._standard(session, known)

    async def _look_up(self, db: AsyncSession, shop: str | None, at: datetime) -> _Labelled:
        """Remembers what is found for past instants: between two changes it stays the same for good."""
        known_until = datetime.now(UTC) - _SETTLED
        changes = tuple(sorted({*await profiles.change_instants(db), *await self._editions.changes(db)}))
        name = await profiles.name_at(db, shop, at) or self.default_profile
        found = await self._labelled(db, await profile_documents.at(db, name, at), at)
        self._changes, self._known_until = changes, known_until
        if at <= known_until:
            if len(self._in_force) >= _SHOPS:
                self._in_force.clear()
            self._in_force[shop, bisect_right(changes, at)] = found
        return found

    async def named(self, db: AsyncSession, name: str, session: ChatSession, at: datetime) -> Standard:
        """By a profile of any name, as it and the texts are at an instant.

        Raises `ProfileNotFound`, `PublicationUnusable`.
        """
        return await self.of(db, session, await profile_documents.at(db, name, at), at)

    async def today(self, db: AsyncSession, session: ChatSession, at: datetime) -> Standard:
        """By the profile of the session's shop at an instant, with the texts in force now: what a change did to it.

        Raises `PublicationUnusable`.
        """
        name = await profiles.name_at(db, session.shop, at) or self.default_profile
        return await self.of(db, session, await profile_documents.at(db, name, at), datetime.now(UTC))

    async def recorded(
        self, db: AsyncSession, profile_version: str, session: ChatSession, at: datetime
    ) -> Standard | None:
        """The very one that an inspection names; None if that cannot be had any more."""
        name, _, rest = profile_version.partition("@")
        number = rest.partition("#")[0]
        try:
            version = None if number == BUILT_IN else await profiles.get_version(db, name, int(number))
            documents = await profile_documents.of_version(db, name, version, at)
            standard = await self.of(db, session, documents, at)
        except (ProfileInvalid, ProfileNotFound, ProfileVersionNotFound, PublicationUnusable):
            return None
        return standard if standard.profile_version == profile_version else None

    async def of(
        self, db: AsyncSession, session: ChatSession, documents: Documents, at: datetime
    ) -> Standard:
        """The standard of a profile for the session's shop, group and tier, with the texts in force at an instant.

        Raises `ProfileInvalid`, `PublicationUnusable`.
        """
        return await self._standard(session, await self._labelled(db, documents, at))

    async def _labelled(self, db: AsyncSession, documents: Documents, at: datetime) -> _Labelled:
        edition = await self._editions.at(db, at)
        edition.refuse_unusable()
        return _Labelled(documents.label, documents.resolved(), edition)

    async def _standard(self, session: ChatSession, known: _Labelled) -> Standard:
        edition = known.edition
        settings = settings_for(edition.standard.catalogue, known.profile, *segment_of(session))
        label = f"{known.label}#{known.profile.version[7:19]}"
        return Standard(await self._plan(settings), label, edition.judge)

    async def _plan(self, settings: Settings) -> Plan:
        if id(settings) in self._plans:
            return self._plans[id(settings)][1]
        async with self._compiling:
            if id(settings) not in self._plans:
                plan = await asyncio.to_thread(_compiled, settings)
                if len(self._plans) >= _PLANS:
                    self._plans.clear()
                self._plans[id(settings)] = settings, plan
            return self._plans[id(settings)][1]


def _compiled(settings: Settings) -> Plan:
    hours = settings.service_hours.compiled() if settings.service_hours else None
    return compile_plan(settings.catalogue, policy=settings.scoring, hours=hours)
