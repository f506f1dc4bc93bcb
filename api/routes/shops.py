"""Which profile a shop uses, and the audit trail of such changes."""

from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Body, Query, Response
from pydantic import AwareDatetime
from sqlalchemy.ext.asyncio import AsyncSession

from api.auth import Configurer, Reader
from api.errors import ParameterInvalid
from api.examples import reading as examples_read
from api.rest.openapi import problems, returns
from api.rest.parameters import InForceAt, Limit
from api.rest.replies import reply
from api.schemas.inspecting import Assignment, ProfileAssignment
from api.service import Service, UsesService
from evaluators.errors import ProfileNotFound
from evaluators.profiles import effective_from, profile_names
from storage import audit, profiles
from storage.audit import AuditEntry
from storage.errors import ProfileConflict

GivenProfile = Annotated[
    ProfileAssignment,
    Body(openapi_examples={"from tomorrow": {"value": {"profile": "double11", "reason": "大促"}}}),
]
router = APIRouter(prefix="/v1", tags=["profiles"])


@router.get(
    "/shops/{shop}/profile",
    summary="The profile of a shop",
    responses=returns(Assignment, examples_read.ASSIGNMENT) | problems(422),
)
async def read_assignment(shop: str, service: UsesService, _: Reader, as_of: InForceAt = None) -> Response:
    """The profile in force for the shop: its own, else that of all shops, else the service's default."""
    at = as_of or datetime.now(UTC)
    async with service.database.reading() as db:
        assigned = await profiles.name_at(db, shop, at)
    return reply(Assignment(shop, assigned or service.inspector.standards.default_profile, at))


@router.put(
    "/shops/{shop}/profile",
    summary="Give a shop a profile",
    responses=returns(Assignment, examples_read.ASSIGNMENT) | problems(404, 422),
)
async def assign_to_shop(
    shop: str, assignment: GivenProfile, service: UsesService, caller: Configurer
) -> Response:
    """Holds for sessions that start at or after 00:00 of the next day in the shop's time zone."""
    return reply(await assign(service, shop, assignment, caller.name))


@router.put(
    "/shops",
    summary="Give all other shops a profile",
    responses=returns(Assignment, examples_read.ASSIGNMENT | {"shop": None}) | problems(404, 422),
)
async def assign_to_all(assignment: GivenProfile, service: UsesService, caller: Configurer) -> Response:
    """For every shop that was not given one of its own."""
    return reply(await assign(service, None, assignment, caller.name))


async def assign(
    service: Service, shop: str | None, assignment: ProfileAssignment, author: str, *, seen: str | None = None
) -> Assignment:
    """From the next local midnight on. `seen`: the profile that was to hold from then on when the author looked.

    Raises `ProfileNotFound`, `ParameterInvalid`, and `ProfileConflict` where it is another one by now.
    """
    name = assignment.profile
    async with service.database.transaction() as db:
        if seen is not None:
            await _require_seen(db, service, shop, seen)
        if name not in profile_names() and name not in await profiles.names(db):
            raise ProfileNotFound(f"there is no profile {name!r}; GET /v1/profiles lists them")
        start = await profiles.assign_profile(
            db, shop, name, author=author, timezone=service.settings.zone_of(shop), reason=assignment.reason
        )
        if name not in profile_names() and await profiles.as_of(db, name, start) is None:
            raise ParameterInvalid(
                "profile", f"expected one in force by {start.isoformat()}: no version of {name!r} is by then"
            )
    return Assignment(shop, name, start)


async def _require_seen(db: AsyncSession, service: Service, shop: str | None, seen: str) -> None:
    midnight = effective_from(datetime.now(UTC), service.settings.zone_of(shop))
    now = await profiles.name_at(db, shop, midnight) or service.inspector.standards.default_profile
    if now != seen:
        raise ProfileConflict(f"it is to use {now!r} by now, not {seen!r}")


@router.get(
    "/audit",
    summary="Who changed what, when and why",
    responses=returns(tuple[AuditEntry, ...], [examples_read.AUDIT_ENTRY]) | problems(422),
)
async def read_audit(
    service: UsesService,
    _: Configurer,
    subject: Annotated[str | None, Query(description="such as profile:default@3 or shop:shop-a")] = None,
    action: Annotated[str | None, Query(description="such as profile.hot_fix")] = None,
    kind: Annotated[str | None, Query(description="what actions begin with, such as profile")] = None,
    actor: Annotated[str | None, Query(description="who did it")] = None,
    since: Annotated[AwareDatetime | None, Query(description="at or after this time")] = None,
    until: Annotated[AwareDatetime | None, Query(description="before this time")] = None,
    before: Annotated[
        int | None, Query(ge=1, description="only entries with a smaller id, to page on")
    ] = None,
    limit: Limit = 100,
) -> Response:
    """Newest first. Entries are never changed or removed."""
    async with service.database.reading() as db:
        found = await audit.entries(
            db, subject=subject, action=action, kind=kind, actor=actor, since=since, until=until,
            before=before, limit=limit,
        )  # fmt: skip
    return reply(found)
