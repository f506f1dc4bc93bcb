"""The rules: all of them, or one, as their texts say or as a profile makes them."""

from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Query, Response

from api.auth import Reader
from api.examples import reading as examples_read
from api.inspecting import profile_documents
from api.rest.openapi import problems, returns
from api.rest.parameters import InForceAt
from api.rest.replies import reply
from api.schemas.inspecting import CatalogueView, RuleView
from api.service import Service, UsesService
from evaluators.catalogue.loading import Catalogue
from evaluators.profiles import apply_profile

router = APIRouter(prefix="/v1/catalogue", tags=["catalogue"])
ProfileName = Annotated[
    str | None, Query(description="with the overrides of this profile; absent: without any")
]
Shop = Annotated[str | None, Query(description="with the profile's layer for this shop")]
Group = Annotated[str | None, Query(description="with the profile's layer for this group")]
Tier = Annotated[str | None, Query(description="with the profile's layer for this agent tier")]


@router.get(
    "", summary="All rules", responses=returns(CatalogueView, examples_read.CATALOGUE) | problems(404, 422)
)
async def read_catalogue(
    service: UsesService,
    _: Reader,
    profile: ProfileName = None,
    shop: Shop = None,
    group: Group = None,
    tier: Tier = None,
    as_of: InForceAt = None,
) -> Response:
    """Every rule of the catalogue with its version, in the order of the R-numbers."""
    catalogue = await _effective(service, profile, shop, group, tier, as_of)
    return reply(CatalogueView(catalogue.version, catalogue.rules, catalogue.rule_versions))


@router.get(
    "/{rule}", summary="One rule", responses=returns(RuleView, examples_read.RULE) | problems(404, 422)
)
async def read_rule(
    rule: str,
    service: UsesService,
    _: Reader,
    profile: ProfileName = None,
    shop: Shop = None,
    group: Group = None,
    tier: Tier = None,
    as_of: InForceAt = None,
) -> Response:
    """By id or R-number: what it looks at, what makes it a hit, points, alert level, known gaps."""
    catalogue = await _effective(service, profile, shop, group, tier, as_of)
    found = catalogue.find(rule)
    return reply(RuleView(found, catalogue.rule_versions[found.id]))


async def _effective(
    service: Service,
    profile: str | None,
    shop: str | None,
    group: str | None,
    tier: str | None,
    as_of: InForceAt,
) -> Catalogue:
    async with service.database.reading() as db:
        edition = await service.inspector.editions.at(db, as_of or datetime.now(UTC))
        if profile is None:
            return edition.standard.catalogue
        documents = await profile_documents.at(db, profile, as_of or datetime.now(UTC))
    return apply_profile(edition.standard.catalogue, documents.resolved(), shop, group, tier)
