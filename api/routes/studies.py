"""Studies: eval runs and replays as jobs, how far they are, and what they found."""

from typing import Annotated, Any, Literal

import msgspec
from fastapi import APIRouter, Header, Path, Query, Request, Response
from starlette.responses import StreamingResponse

from api.auth import Configurer, Reader
from api.errors import ParameterInvalid
from api.examples import studies as examples
from api.inspecting.replaying import DraftReplay
from api.reporting.evals.report import html, markdown
from api.rest.openapi import problems, returns, takes
from api.rest.parameters import Limit
from api.rest.replies import reply
from api.rest.struct_bodies import read_value
from api.service import UsesService
from api.studies import following, starting
from api.studies.evaluation import Evaluation
from api.studies.results import evaluated, finished
from api.watchers import changes
from calibration.comparison import compare_runs
from calibration.runs.report import encoded
from calibration.statistics.comparison import GatePolicy
from storage import studies
from storage.studies import Kind, Study

router = APIRouter(prefix="/v1/studies", tags=["studies"])
StudyId = Annotated[str, Path(description="of a study")]
_REPORT: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "Done",
        "content": {
            "text/html": {"schema": {"type": "string"}, "example": "<!doctype html>…"},
            "text/markdown": {"schema": {"type": "string"}, "example": "# 评测 …"},
            "application/json": {"schema": {}, "example": {"eval_set": "agent_abuse", "split": "dev"}},
        },
    }
}
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
    """`rate` in cases per second, `remaining` in seconds; `error` says why it failed."""
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
    """Server-sent events: `changed` whenever the study is further, at most every two seconds. Then read it again."""
    look = following.look_at(service, study_id)
    await look()
    service.watchers.admit()
    events = changes(look, service.watchers, known=last_event_id or "")
    return StreamingResponse(events, media_type="text/event-stream")


# What it found is shaped by its kind; the parts of a run's report carry names that other shapes have here.
@router.get(
    "/{study_id}/result",
    summary="What a study found",
    responses=returns(dict[str, Any], examples.RESULT) | problems(404, 409),
)
async def read_result(study_id: StudyId, service: UsesService, _: Reader) -> Response:
    """Of an evaluation the reports `before`, `after` and `again`, one per set, with every case; of a replay what
    `POST /v1/replays` answers.
    """
    async with service.database.reading() as db:
        return reply(msgspec.Raw(await finished(db, study_id)))


@router.get(
    "/{study_id}/report",
    summary="An evaluation to read",
    response_class=Response,
    responses=_REPORT | problems(404, 409, 422),
)
async def read_report(
    study_id: StudyId,
    service: UsesService,
    _: Reader,
    format: Annotated[
        Literal["html", "md", "json"], Query(description="html: one page with charts")
    ] = "html",
) -> Response:
    """The later runs as `mingjian eval report` writes them."""
    async with service.database.reading() as db:
        reports = (await evaluated(db, study_id)).after
    if format == "json":
        return Response(encoded(reports), media_type="application/json")
    if format == "md":
        return Response(markdown(reports), media_type="text/markdown; charset=utf-8")
    return Response(html(reports, []), media_type="text/html; charset=utf-8")


@router.get(
    "/{study_id}/comparison",
    summary="What a change is worth",
    responses=returns(dict[str, Any], examples.COMPARISON) | problems(404, 409, 422),
)
async def compare_studies(
    study_id: StudyId,
    service: UsesService,
    _: Reader,
    before: Annotated[
        str | None, Query(description="an earlier evaluation; absent: what was published, run with it")
    ] = None,
    tolerance: Annotated[
        float, Query(ge=0, le=1, description="loss of accuracy that is accepted")
    ] = GatePolicy().tolerance,
    alpha: Annotated[
        float, Query(ge=0.001, le=0.5, description="how often chance alone may stop a change")
    ] = GatePolicy().alpha,
) -> Response:
    """Fixed and broken cases with quotes, exact McNemar, the judge's own flips, and the gate's `verdict`: `pass`,
    `fail`, or `undetermined` where the judge's own noise would decide and is not known.
    """
    async with service.database.reading() as db:
        later = await evaluated(db, study_id)
        earlier = later.before if before is None else (await evaluated(db, before)).after
    if not earlier:
        raise ParameterInvalid("before", "expected an evaluation: this one has nothing to compare with")
    found = compare_runs(earlier, later.after, again=later.again, policy=GatePolicy(tolerance, alpha))
    return reply({"verdict": found.verdict, "comparison": found})


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
