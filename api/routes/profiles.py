"""Profiles: what shops set differently. Every version stays readable with its author and reason."""

from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Body, Query, Response

from api.auth import Configurer, Reader, permit
from api.errors import ParameterInvalid
from api.examples import reading as examples_read
from api.inspecting import profile_documents
from api.rest.openapi import packed, problems, returns
from api.rest.parameters import InForceAt
from api.rest.replies import reply
from api.schemas.inspecting import ProfileChange, ProfileSummary, ProfileView
from api.service import UsesService
from evaluators.errors import ProfileNotFound
from evaluators.profiles import profile_names
from storage import profiles
from storage.profiles import ProfileVersion

Change = Annotated[
    ProfileChange,
    Body(openapi_examples={"a new version": {"value": packed(examples_read.PROFILE_CHANGE)}}),
]
router = APIRouter(prefix="/v1/profiles", tags=["profiles"])


@router.get(
    "", summary="All profiles", responses=returns(tuple[ProfileSummary, ...], [examples_read.PROFILE_SUMMARY])
)
async def list_profiles(service: UsesService, _: Reader) -> Response:
    """Built-in profiles and those stored here. A stored one stands before the built-in one of its name."""
    async with service.database.reading() as db:
        newest = {name: await profiles.get_version(db, name) for name in await profiles.names(db)}
    names = sorted({*profile_names(), *newest})
    return reply([_summary(name, newest.get(name)) for name in names])


@router.get(
    "/{name}",
    summary="One profile",
    responses=returns(ProfileView, examples_read.PROFILE_VIEW) | problems(404, 422),
)
async def read_profile(
    name: str,
    service: UsesService,
    _: Reader,
    version: Annotated[int | None, Query(ge=1, description="this version, in force or not")] = None,
    as_of: InForceAt = None,
) -> Response:
    """The document in force, or that of a version. `version` is null for a built-in one never changed here."""
    async with service.database.reading() as db:
        if version is not None:
            found: ProfileVersion | None = await profiles.get_version(db, name, version)
        else:
            found = (await profile_documents.at(db, name, as_of or datetime.now(UTC))).version
    return reply(
        ProfileView(
            name=name,
            version=found.version if found else None,
            effective_from=found.effective_from if found else None,
            document=found.document if found else profile_documents.built_in_document(name),
        )
    )


@router.get(
    "/{name}/history",
    summary="Every version of a profile",
    responses=returns(tuple[ProfileVersion, ...], [examples_read.PROFILE_VERSION]) | problems(404),
)
async def read_history(name: str, service: UsesService, _: Reader) -> Response:
    """Newest first, each with author, reason and from when it holds. A built-in one never changed has none."""
    async with service.database.reading() as db:
        versions = await profiles.history(db, name)
    if not versions and name not in profile_names():
        raise ProfileNotFound(f"there is no profile {name!r}; GET /v1/profiles lists them")
    return reply(versions)


@router.put(
    "/{name}",
    summary="Change a profile",
    responses=returns(ProfileVersion, examples_read.PROFILE_VERSION) | problems(403, 409, 422),
)
async def put_profile(name: str, change: Change, service: UsesService, caller: Configurer) -> Response:
    """A new version. It holds for sessions that start at or after 00:00 of the next day.

    The document is checked against the catalogue first; everything that is wrong with it is told at once. A
    `hot_fix` holds at once, needs a reason and a key of the role admin, and stands in the audit trail.
    """
    if change.hot_fix:
        permit(caller, "override")
        if not change.reason.strip():
            raise ParameterInvalid("reason", "expected one: a hot fix is audited")
    async with service.database.transaction() as db:
        documents = await profile_documents.candidate(db, name, change.document)
        editions = service.inspector.editions
        for edition in (editions.newest, editions.now) if change.hot_fix else (editions.newest,):
            profile_documents.refuse_problems(edition.standard.catalogue, documents)
        version = await profiles.put_profile(
            db,
            name,
            change.document,
            author=caller.name,
            timezone=service.settings.zone_of(None),
            reason=change.reason,
            base_version=change.base_version,
            hot_fix=change.hot_fix,
            replaces_pending=change.replaces_pending,
        )
    return reply(version)


def _summary(name: str, newest: ProfileVersion | None) -> ProfileSummary:
    return ProfileSummary(
        name=name,
        built_in=name in profile_names(),
        newest_version=newest.version if newest else None,
        effective_from=newest.effective_from if newest else None,
    )
