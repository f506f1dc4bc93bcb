"""The addresses of the author's bench."""

from typing import Annotated, Any
from urllib.parse import quote

from fastapi import Form, Query
from starlette.responses import JSONResponse, Response

from api.console.access import ConfigurerPage, ReaderPage, SignedIn
from api.console.author.bench import show_bench
from api.console.author.drafting import Text, bounded, draft_given, problems_of, text_of, tidy
from api.console.author.listing import rows_of
from api.console.author.publishing import change_of, publish
from api.console.author.study_page import draft_of
from api.console.author.trying import read_pasted, try_on
from api.console.refusals import shown_again_on
from api.console.rendering import Page
from api.console.routing import console_router
from api.console.rule_problems import problem_words
from api.errors import ParameterInvalid, ProfileRejected
from api.inspecting.drafts import published
from api.rest.problem_kinds import find_kind
from api.routes.labels import known_rule
from evaluators.types import ChatSession
from storage import sessions, studies
from storage.errors import ProfileConflict, SessionNotFound

router = console_router()


@router.get("/author")
async def list_rules(page: ReaderPage, text: Annotated[str, Query(max_length=200)] = "") -> Response:
    """All rules, or those in which the text occurs."""
    rules = page.service.inspector.catalogue.rules
    return page.show("author/list.html", rows=rows_of(rules, text, page.t), text=text, total=len(rules))


@router.get("/author/{rule}")
async def show_rule(
    page: ReaderPage, rule: str, study: Annotated[str | None, Query(max_length=100)] = None
) -> Response:
    """The published text, to be changed; or the draft that a study has tried."""
    found = text_of(page.service, known_rule(page.service, rule))
    if study is None:
        sent = getattr(page.request.state, "refused", None)
        typed = next(iter(sent.values.get("text", ())), "") if sent else ""
        return await show_bench(page, found, tidy(typed or found.text))
    async with page.service.database.reading() as db:
        draft = await draft_of(db, await studies.get(db, study))
    return await show_bench(page, found, tidy(draft or found.text))


@router.post("/author/{rule}/problems")
async def list_problems(page: ConfigurerPage, rule: str, text: Text = "") -> Response:
    """What is wrong with a draft, for the page that asks while somebody types."""
    found = text_of(page.service, known_rule(page.service, rule))
    told = [
        each._asdict() | {"reason": problem_words(each.reason, page.t)}
        for each in problems_of(found, bounded(text))
    ]
    return JSONResponse({"problems": told, "words": page.t("没有问题") if not told else ""})


@router.post("/author/{rule}")
@shown_again_on("/author/{rule}")
async def check(page: ConfigurerPage, rule: str, text: Text = "") -> Response:
    """The draft with what is wrong with it."""
    found = text_of(page.service, known_rule(page.service, rule))
    return await show_bench(page, found, bounded(text))


@router.post("/author/{rule}/try")
@shown_again_on("/author/{rule}")
async def try_draft(
    page: ConfigurerPage, rule: str, text: Text = "", chat: Text = "", session_id: Annotated[str, Form()] = ""
) -> Response:
    """Both texts on a pasted chat, or on a stored session."""
    found, text, draft = draft_given(page.service, rule, text)
    given: dict[str, Any] = {"chat": chat, "session_id": session_id}
    if draft is None:
        return await show_bench(page, found, text, **given)
    try:
        chats = await _chats(page, chat, session_id.strip())
    except (ParameterInvalid, SessionNotFound) as error:
        return await show_bench(page, found, text, status=422, failed=str(error), **given)
    now = published(page.service)
    tried = await try_on(chats, found.rule_id, now, draft, page.service.inspector.judge, page.t)
    return await show_bench(page, found, text, tried=tried, **given)


@router.post("/author/{rule}/publish")
@shown_again_on("/author/{rule}")
async def publish_draft(
    page: ConfigurerPage,
    caller: SignedIn,
    rule: str,
    text: Text = "",
    profile: Annotated[str, Form(max_length=100)] = "",
    reason: Annotated[str, Form(max_length=2000)] = "",
) -> Response:
    """What a profile can say becomes its next version, in force from tomorrow."""
    found, text, draft = draft_given(page.service, rule, text)
    if draft is None:
        return await show_bench(page, found, text, status=422)
    change = change_of(found, text)
    try:
        async with page.service.database.transaction() as db:
            made = await publish(
                db, page.service, found, change, draft, name=profile, actor=caller.name, reason=reason
            )
    except (ParameterInvalid, ProfileRejected, ProfileConflict) as error:
        given = {"profile": profile, "reason": reason, "unpublished": str(error)}
        return await show_bench(page, found, text, status=find_kind(error).status, **given)
    told = page.t("已发布为 {label}，明天零点生效。规则文件没有变。", label=made.label)
    return page.go(f"/author/{found.rule_id}#history", told)


@router.post("/author/{rule}/draft")
@shown_again_on("/author/{rule}")
async def download_draft(page: ConfigurerPage, rule: str, text: Text = "") -> Response:
    """The draft as a file, to be put into the catalogue's folder."""
    found = text_of(page.service, known_rule(page.service, rule))
    name = quote(found.file_name)
    headers = {"Content-Disposition": f"attachment; filename*=UTF-8''{name}"}
    return Response(bounded(text), media_type="text/plain; charset=utf-8", headers=headers)


async def _chats(page: Page, chat: str, session_id: str) -> list[ChatSession]:
    if chat.strip():
        return await read_pasted(chat, page.service.settings.zone_of(None))
    if not session_id:
        raise ParameterInvalid("chat", "expected a chat, or the id of a stored session")
    async with page.service.database.reading() as db:
        return [(await sessions.get(db, session_id)).session]
