"""Studies: eval runs, replays and searches for a wording as jobs, and how far they are."""

from typing import Annotated

from fastapi import APIRouter, Header, Path, Query, Request, Response
from starlette.responses import StreamingResponse

from api.auth import Configurer, Reader
from api.examples import studies as examples
from api.inspecting.replaying import DraftReplay
from api.rest.openapi import problems, returns, takes
from api.rest.parameters import Limit
from api.rest.replies import reply
from api.rest.struct_bodies import read_value
from api.service import UsesService
from api.studies import following, starting
from api.studies.evaluation import Evaluation
from api.studies.suggestion import WordingRequest
from api.watchers import changes
from storage import studies
from storage.studies import Kind, Study

router = APIRouter(prefix="/v1/studies", tags=["studies"])
StudyId = Annotated[str, Path(description="of a study")]
_STARTED = returns(Study, examples.STUDY, status=202, description="It is queued")


@router.post(
    "/evaluations",
    status_code=202,
    summary="Run rules over eval sets",
    openapi_extra=takes(Evaluation, {"a draft": examples.EVALUATION}, lines=False),
    responses=_STARTED | problems(400, 404, 415, 422),
)
async def start_evaluation(request: Request, service: UsesService, caller: Configurer) -> Response:
    """Judges every labelled case, by what is published or by a draft beside it. Only what changed is judged again."""
    asked = await read_value(request, Evaluation)
    return reply(await starting.start_evaluation(service, asked, actor=caller.name), 202)


@router.post(
    "/replays",
    status_code=202,
    summary="Try drafts on many stored sessions",
    openapi_extra=takes(DraftReplay, {"a prompt": examples.PROMPT_REPLAY}, lines=False),
    responses=_STARTED | problems(400, 415, 422),
)
async def start_replay(request: Request, service: UsesService, caller: Configurer) -> Response:
    """What `POST /v1/replays` answers at once, as a job: for many sessions, or with a judge that takes its time."""
    asked = await read_value(request, DraftReplay)
    return reply(await starting.start_replay(service, asked, actor=caller.name), 202)


@router.post(
    "/suggestions",
    status_code=202,
    summary="Search for a better wording",
    openapi_extra=takes(WordingRequest, {"of an act": examples.WORDING}, lines=False),
    responses=_STARTED | problems(400, 404, 415, 422),
)
async def start_suggestion(request: Request, service: UsesService, caller: Configurer) -> Response:
    """What `mingjian eval suggest` does. A budget that cannot suffice is refused; nothing is published."""
    asked = await read_value(request, WordingRequest)
    return reply(await starting.start_suggestion(service, asked, actor=caller.name), 202)


@router.get("", summary="Recent studies", responses=returns(tuple[Study, ...], [examples.STUDY]))
async def list_studies(
    service: UsesService,
    _: Reader,
    kind: Annotated[Kind | None, Query(description="only these")] = None,
    rule: Annotated[str | None, Query(description="about this rule or act, by id")] = None,
    limit: Limit = 50,
) -> Response:
    """The newest first, each with how far it is."""
    async with service.database.reading() as db:
        return reply(await studies.recent(db, kind=kind, subject=rule, limit=limit))


@router.get(
    "/{study_id}", summary="How far a study is", responses=returns(Study, examples.STUDY) | problems(404)
)
async def read_study(study_id: StudyId, service: UsesService, _: Reader) -> Response:
    """`rate` per second, `remaining` in seconds; `error` says why it failed."""
    async with service.database.reading() as db:
        return reply(await studies.get(db, study_id))


@router.get(
    "/{study_id}/events",
    summary="Follow a study",
    response_class=StreamingResponse,
    responses=returns(str, examples.EVENT, media_type="text/event-stream") | problems(404, 503),
)
async def follow_study(
    study_id: StudyId,
    service: UsesService,
    _: Reader,
    last_event_id: Annotated[str | None, Header(description="sent by a browser that connects again")] = None,
) -> Response:
    """Server-sent events: `begin`, then `changed` whenever the study is further, at most every two seconds. Read it again at
    each.
    """
    look = following.look_at(service, study_id)
    await look()
    service.watchers.admit()
    events = changes(look, service.watchers, known=last_event_id or "")
    return StreamingResponse(events, media_type="text/event-stream")


@router.post(
    "/{study_id}/cancel",
    summary="Cancel a study",
    responses=returns(Study, examples.STUDY) | problems(404, 409),
)
async def cancel_study(study_id: StudyId, service: UsesService, caller: Configurer) -> Response:
    """Verdicts so far are kept: the next study that needs them does not ask for them again."""
    return reply(await starting.cancel(service, study_id, actor=caller.name))


@router.post(
    "/{study_id}/resume",
    summary="Resume a study",
    responses=returns(Study, examples.STUDY) | problems(404, 409),
)
async def resume_study(study_id: StudyId, service: UsesService, caller: Configurer) -> Response:
    """A cancelled or failed one goes on: what was judged is not judged again."""
    return reply(await starting.resume(service, study_id, actor=caller.name))
