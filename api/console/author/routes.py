"""The addresses of the author's bench."""

from typing import Annotated, Any
from urllib.parse import quote

from fastapi import Form, Query
from starlette.responses import JSONResponse, Response

from api.console.access import ConfigurerPage, ReaderPage, SignedIn
from api.console.author.bench import show_bench
from api.console.author.drafting import (
    LARGEST,
    RuleText,
    drafted,
    problems_of,
    published,
    text_of,
    tidy,
)
from api.console.author.listing import rows_of
from api.console.author.measuring import evaluate
from api.console.author.publishing import change_of, publish
from api.console.author.replays import most_sessions, replay_of
from api.console.author.trying import read_pasted, try_on
from api.console.constructed import sets_of
from api.console.rendering import Page
from api.console.routing import console_router
from api.errors import ParameterInvalid
from api.inspecting import replaying
from api.inspecting.replaying import DraftReplay
from api.routes.labels import known_rule
from calibration.drafts import Standard
from evaluators.judges.port import ServedJudge
from evaluators.types import ChatSession
from storage import sessions
from storage.errors import SessionNotFound

router = console_router()
Text = Annotated[str, Form(max_length=2 * LARGEST)]


@router.get("/author")
async def list_rules(page: ReaderPage, text: Annotated[str, Query(max_length=200)] = "") -> Response:
    """All rules, or those in which the text occurs."""
    rules = page.service.inspector.catalogue.rules
    return page.show("author/list.html", rows=rows_of(rules, text, page.t), text=text, total=len(rules))


@router.get("/author/{rule}")
async def show_rule(page: ReaderPage, rule: str) -> Response:
    """The published text, to be changed."""
    found = text_of(page.service, known_rule(page.service, rule))
    return await show_bench(page, found, tidy(found.text))


@router.post("/author/{rule}/problems")
async def list_problems(page: ConfigurerPage, rule: str, text: Text = "") -> Response:
    """What is wrong with a draft, for the page that asks while somebody types."""
    found = text_of(page.service, known_rule(page.service, rule))
    told = [each._asdict() for each in problems_of(found, _bounded(text))]
    return JSONResponse({"problems": told, "words": page.t("没有问题") if not told else ""})


@router.post("/author/{rule}")
async def check(page: ConfigurerPage, rule: str, text: Text = "") -> Response:
    """The draft with what is wrong with it."""
    found = text_of(page.service, known_rule(page.service, rule))
    return await show_bench(page, found, _bounded(text))


@router.post("/author/{rule}/try")
async def try_draft(
    page: ConfigurerPage, rule: str, text: Text = "", chat: Text = "", session_id: Annotated[str, Form()] = ""
) -> Response:
    """Both texts on a pasted chat, or on a stored session."""
    found, text, draft = _draft(page, rule, text)
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


@router.post("/author/{rule}/evaluate")
async def evaluate_draft(page: ConfigurerPage, rule: str, text: Text = "") -> Response:
    """Both texts on the eval sets of the rule."""
    found, text, draft = _draft(page, rule, text)
    if draft is None:
        return await show_bench(page, found, text)
    now = published(page.service)
    done = [await evaluate(one, now, draft, page.t) for one in sets_of(found.rule_id, draft)]
    return await show_bench(page, found, text, evaluated=done)


@router.post("/author/{rule}/replay")
async def replay_draft(page: ConfigurerPage, rule: str, text: Text = "") -> Response:
    """Both texts on the newest stored sessions, under the profiles in force. Nothing is kept."""
    found, text, draft = _draft(page, rule, text)
    if found.by_prompt:
        raise ParameterInvalid(
            "text", "expected a rule file (TOML): a prompt file is tried with mingjian rules replay"
        )
    if draft is None:
        return await show_bench(page, found, text)
    judge = page.service.inspector.judge
    asked = DraftReplay(
        rules=(text,),
        with_judge=judge is not None and not isinstance(judge, ServedJudge),
        limit=most_sessions(judge),
    )
    seen = await replaying.replay(page.service, asked)
    return await show_bench(page, found, text, replayed=replay_of(seen, found.rule_id, page.t))


@router.post("/author/{rule}/publish")
async def publish_draft(
    page: ConfigurerPage,
    caller: SignedIn,
    rule: str,
    text: Text = "",
    profile: Annotated[str, Form(max_length=100)] = "",
    reason: Annotated[str, Form(max_length=2000)] = "",
) -> Response:
    """What a profile can say becomes its next version, in force from tomorrow."""
    found, text, draft = _draft(page, rule, text)
    if draft is None:
        return await show_bench(page, found, text, status=422)
    change = change_of(found, text)
    async with page.service.database.transaction() as db:
        made = await publish(
            db, page.service, found, change, draft, name=profile, actor=caller.name, reason=reason
        )
    told = page.t("已发布为 {label}，明天零点生效。规则文件没有变。", label=made.label)
    return page.go(f"/author/{found.rule_id}#history", told)


@router.post("/author/{rule}/draft")
async def download_draft(page: ConfigurerPage, rule: str, text: Text = "") -> Response:
    """The draft as a file, to be put into the catalogue's folder."""
    found = text_of(page.service, known_rule(page.service, rule))
    name = quote(found.file_name)
    headers = {"Content-Disposition": f"attachment; filename*=UTF-8''{name}"}
    return Response(_bounded(text), media_type="text/plain; charset=utf-8", headers=headers)


def _draft(page: Page, rule: str, text: str) -> tuple[RuleText, str, Standard | None]:
    """The published text, the draft, and what holds with it; None where the draft cannot be used."""
    found = text_of(page.service, known_rule(page.service, rule))
    text = _bounded(text)
    return found, text, drafted(page.service, found, text)


def _bounded(text: str) -> str:
    if len(text) > LARGEST:
        raise ParameterInvalid("text", f"expected at most {LARGEST:,} characters, got {len(text):,}")
    return tidy(text)


async def _chats(page: Page, chat: str, session_id: str) -> list[ChatSession]:
    if chat.strip():
        return await read_pasted(chat, page.service.settings.zone_of(None))
    if not session_id:
        raise ParameterInvalid("chat", "expected a chat, or the id of a stored session")
    async with page.service.database.reading() as db:
        return [(await sessions.get(db, session_id)).session]
