"""What studies found: as it is kept, as a report to read, and compared."""

from typing import Annotated, Any, Literal

import msgspec
from fastapi import APIRouter, Query, Response

from api.auth import Reader
from api.errors import ParameterInvalid
from api.examples import studies as examples
from api.reporting.evals.report import html, markdown
from api.rest.openapi import problems, returns
from api.rest.replies import reply
from api.routes.studies import StudyId
from api.service import UsesService
from api.studies.results import evaluated, finished
from calibration.comparison import compare_runs
from calibration.runs.report import encoded
from calibration.statistics.comparison import GatePolicy

router = APIRouter(prefix="/v1/studies", tags=["studies"])
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


# What it found is shaped by its kind; the parts of a run's report carry names that other shapes have here.
@router.get(
    "/{study_id}/result",
    summary="What a study found",
    responses=returns(dict[str, Any], examples.RESULT) | problems(404, 409),
)
async def read_result(study_id: StudyId, service: UsesService, _: Reader) -> Response:
    """Of an evaluation the reports `before`, `after` and `again`, one per set, with every case; of a replay what
    `POST /v1/replays` answers; of a suggestion the `wording`, whether it is `accepted`, and the paired `test`.
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
