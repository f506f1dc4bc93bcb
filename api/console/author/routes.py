"""The addresses of the author's bench."""

from typing import Annotated, Any

from fastapi import Form, Query
from starlette.responses import JSONResponse, Response

from api.console.access import ConfigurerPage, ReaderPage
from api.console.author.bench import show_bench
from api.console.author.drafting import RuleText, Text, bounded, checked, draft_given, text_of, tidy
from api.console.author.listing import rows_of, signals_of
from api.console.author.study_page import draft_of
from api.console.author.trying import read_pasted, try_on
from api.console.refusals import shown_again_on
from api.console.rendering import Page
from api.console.routing import console_router
from api.console.rule_problems import problem_words
from api.errors import ParameterInvalid, PublicationUnusable
from evaluators.types import ChatSession
from storage import publications, sessions, studies
from storage.errors import SessionNotFound

router = console_router()
#: Of the text that the draft was made from.
Base = Annotated[int | None, Form(ge=0)]


@router.get("/author")
async def list_rules(page: ReaderPage, text: Annotated[str, Query(max_length=200)] = "") -> Response:
    """All rules and signals, or those in which the text occurs."""
    standard = page.service.inspector.editions.newest.standard
    return page.show(
        "author/list.html", rows=rows_of(standard.catalogue.rules, text, page.t),
        signals=signals_of(standard, text, page.t), text=text, total=len(standard.catalogue.rules),
    )  # fmt: skip


@router.get("/author/{rule}")
async def show_rule(
    page: ReaderPage,
    rule: str,
    study: Annotated[str | None, Query(max_length=100)] = None,
    version: Annotated[int | None, Query(ge=0)] = None,
) -> Response:
    """The published text, to be changed; or the draft that a study has tried, or an earlier version (0: the file)."""
    found = text_of(page.service, rule)
    if version is not None:
        return await show_bench(page, found, tidy(await _earlier(page, found, version)))
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
    found = text_of(page.service, rule)
    told = [
        each._asdict() | {"reason": problem_words(each.reason, page.t)}
        for each in checked(page.service, found, bounded(text))
    ]
    return JSONResponse({"problems": told, "words": page.t("没有问题") if not told else ""})


@router.post("/author/{rule}")
@shown_again_on("/author/{rule}")
async def check(page: ConfigurerPage, rule: str, text: Text = "", base_version: Base = None) -> Response:
    """The draft with what is wrong with it."""
    found = text_of(page.service, rule)
    return await show_bench(page, found, bounded(text), base_version=base_version)


@router.post("/author/{rule}/try")
@shown_again_on("/author/{rule}")
async def try_draft(
    page: ConfigurerPage,
    rule: str,
    text: Text = "",
    chat: Text = "",
    session_id: Annotated[str, Form()] = "",
    base_version: Base = None,
) -> Response:
    """Both texts on a pasted chat, or on a stored session."""
    found, text, draft = draft_given(page.service, rule, text)
    given: dict[str, Any] = {"chat": chat, "session_id": session_id, "base_version": base_version}
    if draft is None:
        return await show_bench(page, found, text, **given)
    try:
        chats = await _chats(page, chat, session_id.strip())
        now = page.service.inspector.editions.published
    except (ParameterInvalid, PublicationUnusable, SessionNotFound) as error:
        return await show_bench(page, found, text, status=422, failed=str(error), **given)
    tried = await try_on(chats, found, now, draft, page.t)
    return await show_bench(page, found, text, tried=tried, **given)


async def _earlier(page: Page, rule: RuleText, version: int) -> str:
    """The text of a version; of one that went back to the file, the file's. Raises `PublicationNotFound`."""
    if not version:
        return rule.file
    async with page.service.database.reading() as db:
        return (await publications.get(db, rule.rule_id, version)).text or rule.file


async def _chats(page: Page, chat: str, session_id: str) -> list[ChatSession]:
    if chat.strip():
        return await read_pasted(chat, page.service.settings.zone_of(None))
    if not session_id:
        raise ParameterInvalid("chat", "expected a chat, or the id of a stored session")
    async with page.service.database.reading() as db:
        return [(await sessions.get(db, session_id)).session]
