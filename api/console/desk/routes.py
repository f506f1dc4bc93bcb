"""The addresses of the session desk."""

from collections.abc import Sequence
from typing import Annotated

import msgspec
from fastapi import Form, Query
from starlette.responses import Response

from api.console.access import ReaderPage, SubmitterPage
from api.console.desk.bulk import Format, chosen, download, inspect_again
from api.console.desk.filters import AskedFilters, choices, instead, tokens
from api.console.desk.listing import list_before, number_of, row_of
from api.console.desk.loading import load
from api.console.desk.saved import keep, saved_of, tidy, with_one_more
from api.console.desk.session_page import session_page
from api.console.paging import paging_of
from api.console.refusals import shown_again_on
from api.console.routing import console_router
from api.console.words import names_in, rule_options
from api.errors import ParameterInvalid
from api.exports.rows import What
from api.rest.parameters import Cursor
from api.rest.replies import reply
from storage import agent_names, hit_lists, sessions, staff
from storage.review import blinding

router = console_router()
Ticked = Annotated[Sequence[str], Form()]
#: Fields of the form that are folded away while they say nothing.
_MORE = (
    "shop", "group", "order_state", "satisfaction", "charged_to", "score_min", "score_max",
    "red_line", "undetermined", "inspected",
)  # fmt: skip
#: From how many sessions on it only says that there are that many or more; fewer where texts must be read for it.
_COUNTED, _COUNTED_IN_TEXTS = 1_000, 200
#: Names of each kind that a field offers.
_SUGGESTED = 500
Limit = Annotated[int, Query(ge=1, le=200)]


@router.get("/desk")
async def list_sessions(
    page: ReaderPage, asked: AskedFilters, cursor: Cursor = None, limit: Limit = 50
) -> Response:
    """Sessions that meet all conditions, newest start first."""
    service, t = page.service, page.t
    most = _COUNTED_IN_TEXTS if asked.filters.text else _COUNTED
    async with service.database.reading() as db:
        found = await sessions.search(db, asked.filters, cursor=cursor, limit=limit)
        number = await sessions.count(db, asked.filters, most=most)
        hits = await hit_lists.hits_of(db, [each.inspection_id for each in found.items if each.inspection_id])
        names = await agent_names.names_of(db, (agent for each in found.items for agent in each.agents))
        meant = () if found.items else await agent_names.called(db, asked.given["agent"])
    rules = {rule.id: rule for rule in service.inspector.catalogue.rules}
    rows = [
        row_of(each, hits.get(each.inspection_id or "", ()), rules, service.settings.zone_of(each.shop), t)
        for each in found.items
    ]
    options = choices(t, rule_options(service.inspector.catalogue.rules, t))
    return page.show(
        "desk/list.html",
        rows=rows,
        number=number_of(number, most, t),
        names=names,
        meant=[(f"{asked.given['agent']} {each}", instead(asked.given, agent=each)) for each in meant],
        paging=paging_of(page.request, found.next_cursor),
        given=asked.given,
        options=options,
        tokens=tokens(asked, options, t),
        more=any(asked.given[name] for name in _MORE),
        saved=saved_of(page.request),
        query=tidy(page.request.url.query),
        may_inspect=page.may("submit"),
    )


@router.get("/desk/suggestions")
async def suggest(page: ReaderPage) -> Response:
    """What the fields for shop, group and agent offer, as JSON; `names`: of agents, by id."""
    async with page.service.database.reading() as db:
        found = await staff.names(db, limit=_SUGGESTED)
        called = await agent_names.names_of(db, found.agents)
    return reply(msgspec.structs.asdict(found) | {"names": called})


@router.post("/desk/filters")
async def save_filter(
    page: ReaderPage, name: Annotated[str, Form()] = "", query: Annotated[str, Form()] = ""
) -> Response:
    """Keeps the filters of the list under a name, in a cookie."""
    saved = with_one_more(saved_of(page.request), name, query)
    too_long = bool(name.strip() and tidy(query)) and all(each.query != tidy(query) for each in saved)
    told = page.t("这个筛选太长，浏览器存不下。") if too_long else None
    return keep(page.go(f"/desk?{tidy(query)}", told), saved)


@router.post("/desk/filters/forget")
async def forget_filter(
    page: ReaderPage, name: Annotated[str, Form()], query: Annotated[str, Form()] = ""
) -> Response:
    """Forgets the filters of that name."""
    saved = [each for each in saved_of(page.request) if each.name != name]
    return keep(page.go(f"/desk?{tidy(query)}"), saved)


@router.post("/desk/inspect")
@shown_again_on("/desk")
async def inspect_sessions(page: SubmitterPage, asked: AskedFilters, session_id: Ticked = ()) -> Response:
    """Queues the sessions that are ticked."""
    back = f"/desk?{tidy(page.request.url.query)}"
    if not session_id:
        return page.go(back, page.t("先勾选会话，再重新质检。"))
    count = await inspect_again(page.service, session_id)
    told = page.t("{count} 个会话已排队重新质检。规则、方案和判断器都没有变的，结果不变。", count=count)
    return page.go(back, told)


@router.post("/desk/export")
@shown_again_on("/desk")
async def export_sessions(
    page: ReaderPage,
    asked: AskedFilters,
    what: Annotated[What, Form()],
    format: Annotated[Format, Form()],
    session_id: Ticked = (),
) -> Response:
    """The sessions that are ticked as a file; if none is, all that meet the filters."""
    found = chosen(page.service, session_id, asked.filters, page.signed_in.blind_for)
    return await download(page.service, found, what, format)


@router.get("/desk/sessions/{session_id:path}")
async def show_session(page: ReaderPage, session_id: str, agent: str | None = None) -> Response:
    """A session with its latest inspection. `agent`: whose arithmetic; absent: the session's."""
    service = page.service
    async with service.database.reading() as db:
        blind = bool(await blinding.withheld_of(db, [session_id], page.signed_in.blind_for))
        seen = await load(db, service.inspector, session_id, agent, blind=blind)
    if (
        agent is not None
        and not blind
        and (seen.kept is None or agent not in seen.kept.inspection.scorecard.agents)
    ):
        raise ParameterInvalid("agent", f"expected an agent with a card in this session, got {agent!r}")
    zone = service.settings.zone_of(seen.stored.session.shop)
    return page.show(
        "desk/session.html", it=session_page(seen, agent, zone, page.t), may_send=page.may("configure"),
        names=names_in(seen.stored.session), back=list_before(page.request),
    )  # fmt: skip
