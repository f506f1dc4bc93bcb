"""The addresses of the session desk."""

from typing import Annotated

from fastapi import Query
from starlette.responses import Response

from api.console.access import ReaderPage
from api.console.desk.filters import AskedFilters, choices, tokens
from api.console.desk.listing import row_of
from api.console.language import Translator
from api.console.paging import paging_of
from api.console.routing import console_router
from api.parameters import Cursor
from api.service import Service
from storage import hit_lists, sessions

router = console_router()
Limit = Annotated[int, Query(ge=1, le=200)]


@router.get("/desk")
async def list_sessions(
    page: ReaderPage, asked: AskedFilters, cursor: Cursor = None, limit: Limit = 50
) -> Response:
    """Sessions that meet all conditions, newest start first."""
    service, t = page.service, page.t
    async with service.database.reading() as db:
        found = await sessions.search(db, asked.filters, cursor=cursor, limit=limit)
        hits = await hit_lists.hits_of(db, [each.inspection_id for each in found.items if each.inspection_id])
    rules = {rule.id: rule for rule in service.inspector.catalogue.rules}
    rows = [
        row_of(each, hits.get(each.inspection_id or "", ()), rules, service.settings.zone_of(each.shop), t)
        for each in found.items
    ]
    options = choices(t, _rule_options(service, t))
    return page.show(
        "desk/list.html",
        rows=rows,
        paging=paging_of(page.request, found.next_cursor),
        given=asked.given,
        options=options,
        tokens=tokens(asked, options, t),
    )


def _rule_options(service: Service, t: Translator) -> list[tuple[str, str]]:
    rules = service.inspector.catalogue.rules
    return [(rule.id, f"{rule.number or ''} {t.pick(rule.title, rule.title_en)}".strip()) for rule in rules]
