"""The addresses of the bench's studies: begun with a draft, followed, cancelled, read."""

from typing import Annotated

from fastapi import Depends, Form, Header
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.responses import Response, StreamingResponse

from api.auth import Caller
from api.console.access import ConfigurerPage, ReaderPage, signed_in
from api.console.author.bench import head_of, show_bench
from api.console.author.drafting import Text, draft_given, text_of, texts_of
from api.console.author.listing import rules_of
from api.console.author.study_page import draft_of, found_by, view_of
from api.console.constructed import sets_of
from api.console.refusals import shown_again_on
from api.console.routing import console_router
from api.errors import ParameterInvalid
from api.inspecting.replaying import DraftReplay
from api.routes.texts import known_subject
from api.studies import following, starting
from api.studies.evaluation import Evaluation
from api.studies.suggestion import WordingRequest
from api.watchers import changes
from evaluators.judges.port import ServedJudge
from prompts.errors import MingjianError
from storage import studies
from storage.errors import StudyNotFound
from storage.studies import Study

router = console_router()
SignedIn = Annotated[Caller, Depends(signed_in)]
Ticked = Annotated[bool, Form()]


@router.post("/author/{rule}/evaluate")
@shown_again_on("/author/{rule}")
async def evaluate_draft(
    page: ConfigurerPage,
    caller: SignedIn,
    rule: str,
    text: Text = "",
    judge: Annotated[str, Form(max_length=20)] = "baseline",
    noise: Ticked = False,
) -> Response:
    """Both texts on the eval sets of the rule."""
    found, text, draft = draft_given(page.service, rule, text)
    if draft is None:
        return await show_bench(page, found, text, status=422)
    sets = sets_of(found.rule_id, draft.standard)
    texts = {f"draft_{name}": files for name, files in texts_of(found, text).items()}
    try:
        if not sets:
            raise ParameterInvalid("rules", "no eval set labels them")
        asked = Evaluation(
            rules=tuple(dict.fromkeys(each.subject for each in sets)), sets=tuple(dict.fromkeys(each.name for each in sets)),
            judge="service" if judge == "service" else "baseline", noise=noise, **texts,
        )  # fmt: skip
        made = await starting.start_evaluation(page.service, asked, actor=caller.name, subject=found.rule_id)
    except MingjianError as error:
        return await show_bench(page, found, text, status=422, failed=str(error))
    return page.go(f"/author/{found.rule_id}/studies/{made.study_id}")


@router.post("/author/{rule}/replay")
@shown_again_on("/author/{rule}")
async def replay_draft(
    page: ConfigurerPage,
    caller: SignedIn,
    rule: str,
    text: Text = "",
    limit: Annotated[str, Form(max_length=20)] = "100",
    ask: Ticked = False,
) -> Response:
    """Both texts on the newest stored sessions, under the profiles in force. Sessions and scores stay as they are."""
    found, text, draft = draft_given(page.service, rule, text)
    if draft is None:
        return await show_bench(page, found, text, status=422)
    judge = page.service.inspector.judge
    free = judge is not None and not isinstance(judge, ServedJudge)
    try:
        if not limit.isdigit() or not 1 <= int(limit) <= 20_000:
            raise ParameterInvalid("limit", f"expected a number from 1 to 20,000, got {limit!r}")
        asked = DraftReplay(**texts_of(found, text), with_judge=free or ask, limit=int(limit))
        made = await starting.start_replay(page.service, asked, actor=caller.name, subject=found.rule_id)
    except MingjianError as error:
        return await show_bench(page, found, text, status=422, failed=str(error))
    return page.go(f"/author/{found.rule_id}/studies/{made.study_id}")


@router.post("/author/{rule}/suggest")
@shown_again_on("/author/{rule}")
async def suggest_wording(
    page: ConfigurerPage,
    caller: SignedIn,
    rule: str,
    text: Text = "",
    tokens: Annotated[str, Form(max_length=20)] = "",
) -> Response:
    """A better wording of what is published, searched by the service's judge within a budget."""
    found, text, _ = draft_given(page.service, rule, text)
    try:
        if not tokens.isdecimal() or int(tokens) < 1:
            raise ParameterInvalid("tokens", f"expected a number of tokens, got {tokens!r}")
        asked = WordingRequest(rule=found.rule_id, tokens=int(tokens))
        made = await starting.start_suggestion(page.service, asked, actor=caller.name)
    except MingjianError as error:
        return await show_bench(page, found, text, status=422, failed=str(error))
    return page.go(f"/author/{found.rule_id}/studies/{made.study_id}")


@router.get("/author/{rule}/studies/{study_id}")
async def show_study(page: ReaderPage, rule: str, study_id: str) -> Response:
    """How far it is; once it is done, what it found."""
    rule_id = known_subject(page.service, rule)
    service, t = page.service, page.t
    async with service.database.reading() as db:
        study = await _study(db, rule_id, study_id)
        found = await found_by(db, study, rules_of(rule_id, service.inspector.editions.newest.standard), t)
        text = await draft_of(db, study)
    head = head_of(text_of(service, rule_id), service.inspector.editions.newest.standard, t)
    return page.show(
        "author/study.html", rule_id=rule_id, number=head.number, title=head.title,
        study=view_of(study, service.settings.zone_of(None), t), text=text, may_change=page.may("configure"), **found,
    )  # fmt: skip


@router.get("/author/{rule}/studies/{study_id}/events")
async def follow_study(
    page: ReaderPage, rule: str, study_id: str, last_event_id: Annotated[str | None, Header()] = None
) -> Response:
    """`changed` whenever it is further. Raises `TooManyWatchers`."""
    service = page.service
    async with service.database.reading() as db:
        await _study(db, known_subject(service, rule), study_id)
    service.watchers.admit()
    events = changes(
        following.look_at(service, study_id), service.watchers, known=last_event_id or "", pause=0.5
    )
    return StreamingResponse(events, media_type="text/event-stream")


@router.post("/author/{rule}/studies/{study_id}/cancel")
@shown_again_on("/author/{rule}/studies/{study_id}")
async def cancel_study(page: ConfigurerPage, caller: SignedIn, rule: str, study_id: str) -> Response:
    """What it has found out is kept for the next."""
    await starting.cancel(page.service, study_id, actor=caller.name)
    return page.go(f"/author/{known_subject(page.service, rule)}/studies/{study_id}", page.t("已取消。"))


@router.post("/author/{rule}/studies/{study_id}/resume")
@shown_again_on("/author/{rule}/studies/{study_id}")
async def resume_study(page: ConfigurerPage, caller: SignedIn, rule: str, study_id: str) -> Response:
    """From where it was."""
    await starting.resume(page.service, study_id, actor=caller.name)
    return page.go(f"/author/{known_subject(page.service, rule)}/studies/{study_id}")


async def _study(db: AsyncSession, rule_id: str, study_id: str) -> Study:
    """`last`: the newest of the rule. Raises `StudyNotFound`, also for a study of another rule."""
    if study_id == "last":
        newest = await studies.recent(db, subject=rule_id, limit=1)
        found = newest[0] if newest else None
    else:
        found = await studies.get(db, study_id)
    if found is None or found.subject != rule_id:
        raise StudyNotFound(f"there is no study {study_id!r} of {rule_id}")
    return found
