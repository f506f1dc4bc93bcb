"""Profile documents and what they build on: stored versions stand before built-in profiles of their name."""

from datetime import UTC, datetime
from typing import Any, NamedTuple

import msgspec
from sqlalchemy.ext.asyncio import AsyncSession

from api.errors import ProfileRejected, RecordProblem
from evaluators.catalogue.loading import Catalogue
from evaluators.errors import ProfileInvalid, ProfileNotFound
from evaluators.profiles import (
    Profile,
    ProfileSource,
    built_in,
    find_profile_problems,
    profile_names,
    resolve_profile,
)
from storage import profiles
from storage.profiles import ProfileVersion

BUILT_IN = "built-in"


class Documents(NamedTuple):
    """A profile document and those of the stored profiles it may build on, by name."""

    source: ProfileSource
    bases: dict[str, ProfileSource]
    name: str
    version: ProfileVersion | None = None

    @property
    def label(self) -> str:
        """`name@version`."""
        return self.version.label if self.version else f"{self.name}@{BUILT_IN}"

    def resolved(self) -> Profile:
        """The profile with everything it builds on. Raises `ProfileInvalid`."""
        return resolve_profile(self.source, lambda name: self.bases.get(name) or built_in(name))


async def at(db: AsyncSession, name: str, instant: datetime) -> Documents:
    """A profile as it is at an instant. Raises `ProfileNotFound`."""
    version = await profiles.as_of(db, name, instant)
    if version is None and name not in profile_names() and name in await profiles.names(db):
        first = (await profiles.history(db, name))[-1]
        raise ProfileNotFound(
            f"profile {name!r} was not in force at {instant.isoformat()}: {first.label} takes effect at "
            f"{first.effective_from.isoformat()}"
        )
    return await of_version(db, name, version, instant)


async def of_version(
    db: AsyncSession, name: str, version: ProfileVersion | None, instant: datetime
) -> Documents:
    """A version (None: the built-in profile of that name) with the bases in force at an instant.

    Raises `ProfileNotFound`.
    """
    source = built_in(name) if version is None else _source(version)
    return Documents(source, await _stored(db, instant), name, version)


async def candidate(db: AsyncSession, name: str, document: dict[str, Any]) -> Documents:
    """A document that is not stored yet, as the next version of `name`."""
    return Documents(ProfileSource(f"{name}.json", document), await _stored(db, datetime.now(UTC)), name)


async def written(db: AsyncSession, name: str, text: str) -> Documents:
    """The same from TOML: what is wrong with it is told with its line."""
    return Documents(ProfileSource(f"{name}.toml", text), await _stored(db, datetime.now(UTC)), name)


def problems_of(catalogue: Catalogue, documents: Documents) -> list[ProfileInvalid]:
    """Everything that is wrong with a document that is to be the next version of its name."""
    try:
        profile = documents.resolved()
    except ProfileInvalid as error:
        return [error]
    found = find_profile_problems(catalogue, profile)
    if not found and profile.name != documents.name:
        reason = f"expected {documents.name!r} as in the address, got {profile.name!r}"
        return [ProfileInvalid(reason, path=documents.source.path, field="name")]
    return found


def refuse_problems(catalogue: Catalogue, documents: Documents) -> None:
    """Raises `ProfileRejected` with everything that is wrong with a document for this catalogue."""
    found = problems_of(catalogue, documents)
    if found:
        raise ProfileRejected([RecordProblem(None, None, each.field, each.reason) for each in found])


def built_in_document(name: str) -> dict[str, Any]:
    """A built-in profile as JSON. Raises `ProfileNotFound`."""
    document: dict[str, Any] = msgspec.to_builtins(resolve_profile(built_in(name)).document)
    return document


async def _stored(db: AsyncSession, instant: datetime) -> dict[str, ProfileSource]:
    found = {name: await profiles.as_of(db, name, instant) for name in await profiles.names(db)}
    return {name: _source(version) for name, version in found.items() if version is not None}


def _source(version: ProfileVersion) -> ProfileSource:
    return ProfileSource(f"{version.label}.json", version.document)
