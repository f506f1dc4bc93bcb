"""The addresses of the settings about shops."""

from datetime import UTC, datetime
from typing import Annotated

from fastapi import Form
from starlette.responses import Response

from api.console.access import ConfigurerPage, ReaderPage
from api.console.refusals import shown_again_on
from api.console.routing import console_router
from api.console.settings.shops import load, shop_card, shop_cards
from api.console.words import moment
from api.routes.shops import assign
from api.schemas.inspecting import ProfileAssignment

router = console_router()


@router.get("/settings/shops")
async def list_shops(page: ReaderPage) -> Response:
    """Shops, groups and agents of the last months, and the profile of each shop."""
    zone = page.service.settings.zone_of(None)
    found = await load(page.service, datetime.now(UTC))
    return page.show(
        "settings/shops.html", shops=shop_cards(found, zone), names=found.names, cut=found.cut,
        others=shop_card("", found.choices[None], zone, []), may_assign=page.may("configure"),
    )  # fmt: skip


@router.post("/settings/shops")
@shown_again_on("/settings/shops")
async def assign_profile(
    page: ConfigurerPage,
    profile: Annotated[str, Form()],
    reason: Annotated[str, Form(min_length=1, max_length=2000)],
    shop: Annotated[str, Form()] = "",
    seen: Annotated[str | None, Form()] = None,
) -> Response:
    """Gives a shop (empty: all others) a profile from the next day on. `seen`: the one the page showed for then."""
    given = ProfileAssignment(profile=profile, reason=reason)
    made = await assign(page.service, shop or None, given, page.signed_in.name, seen=seen)
    zone = page.service.settings.zone_of(shop or None)
    told = page.t("{start} 起使用方案 {profile}。", start=moment(made.at, zone), profile=profile)
    return page.go("/settings/shops", told)
