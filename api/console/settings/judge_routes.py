"""The addresses of the settings about the judge."""

from starlette.responses import Response

from api.console.access import ConfigurerPage, ReaderPage
from api.console.routing import console_router
from api.console.settings.judge import own_facts, served, server_cards

router = console_router()


@router.get("/settings/judge")
async def show_judge(page: ReaderPage) -> Response:
    """Which judge answers, and what each of its servers says of itself now."""
    service = page.service
    judge, zone = service.inspector.judge, service.settings.zone_of(None)
    asked = served(judge)
    cards = [] if asked is None else server_cards(await asked.servers(), zone, page.t)
    return page.show(
        "settings/judge.html", identity=service.judge_identity, has_judge=judge is not None, served=asked is not None,
        cards=cards, able=asked is None or any(card.usable for card in cards), facts=own_facts(judge, page.t),
        screened=service.settings.judge_screen is not None, may_probe=page.may("configure"),
    )  # fmt: skip


@router.post("/settings/judge/probe")
async def probe_again(page: ConfigurerPage) -> Response:
    """Finds out anew what the servers can do: they may have been started otherwise."""
    asked = served(page.service.inspector.judge)
    if asked is not None:
        await asked.servers(again=True)
    return page.go("/settings/judge", page.t("已重新探测。"))
