"""The OpenAPI document: FastAPI's own, with the shapes of the lower layers taken from their types.

A shape is defined once, as a `msgspec` struct; what stands here is generated from it.
"""

from collections.abc import Sequence
from typing import Any

import msgspec
from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from api.rest.problems import MEDIA_TYPE, Problem
from api.schemas import eval_sets, texts
from api.schemas import inspecting as schemas
from api.schemas import notifying as schemas_notifying
from api.schemas import reporting as schemas_reporting
from api.schemas import review as schemas_review
from api.schemas import trust as schemas_trust
from api.studies.evaluation import Evaluation
from api.studies.suggestion import SuggestedWording, WordingRequest
from evaluators.grammar.kinds import Rule
from evaluators.scoring.scorecard import ScoreLine
from evaluators.types import ChatSession, Event, Message, Outcome, Scorecard
from storage import audit, inspections, jobs, profiles, publications, reports, sessions, studies

_REF = "#/components/schemas/{name}"
_PACKED = "x-packed-example"
#: Everything that may stand in an answer or a body; what these are made of comes along.
CONTRACT: tuple[Any, ...] = (
    ChatSession, Message, Event, Outcome, Scorecard, ScoreLine, Rule,
    sessions.SessionPage, inspections.StoredInspection, jobs.JobProgress, jobs.FailedTask,
    profiles.ProfileVersion, publications.Publication, audit.AuditEntry, studies.Study, Evaluation, WordingRequest,
    SuggestedWording,
    eval_sets.SetSummary, eval_sets.SetDetails, eval_sets.SetFinding, eval_sets.Imported, eval_sets.Divided,
    eval_sets.LabelPlanRequest,
    reports.Overview, reports.RuleCounts, reports.ScoreSummary, reports.ReplyTimeSummary,
    schemas_reporting.CorrectedScores,
    schemas.SessionView, schemas.InspectionView, schemas.Trial, schemas.ScorecardPage, schemas.CatalogueView,
    schemas.RuleView, schemas.ProfileSummary, schemas.ProfileView, schemas.Assignment, schemas.Readiness,
    schemas.ProblemPage, texts.TextSummary, texts.TextView, texts.TextChange,
    *schemas_review.SHAPES, *schemas_trust.SHAPES, *schemas_notifying.SHAPES,
)  # fmt: skip

TAGS = [
    {"name": "sessions", "description": "Chats in, and what is known of them. 会话"},
    {"name": "inspections", "description": "What the rules found. 质检结果"},
    {"name": "scorecards", "description": "Points per session, agent and shop. 评分"},
    {"name": "reports", "description": "Counts over many sessions. 报表"},
    {"name": "labels", "description": "What people say of outcomes. 人工标注"},
    {"name": "review", "description": "Who looks at what, and what they decide. 人工复核"},
    {"name": "appeals", "description": "What agents see of themselves, and their objections. 申诉"},
    {"name": "calibration", "description": "How far each rule can be trusted. 校准"},
    {
        "name": "studies",
        "description": "Eval sets; eval runs, replays of drafts, searches for a wording as jobs; label plans. 评测与重放",
    },
    {"name": "alerts", "description": "Who is told what. 告警"},
    {"name": "catalogue", "description": "The rules. 质检项"},
    {"name": "profiles", "description": "Thresholds, phrases, scores and switches of a shop. 质检方案"},
    {"name": "jobs", "description": "Submitted work and its progress. 任务"},
    {"name": "operations", "description": "For whoever runs the service. 运维"},
]


class Either:
    """One of several shapes, where the types themselves cannot say it."""

    def __init__(self, *types: Any) -> None:
        self.types = types


def shape(type_: Any) -> dict[str, Any]:
    """The JSON schema of a type; structs are references into the components."""
    if isinstance(type_, Either):
        return {"anyOf": [shape(each) for each in type_.types]}
    (schema,), _ = msgspec.json.schema_components([type_], ref_template=_REF)
    return dict(schema)


def returns(
    type_: Any,
    example: Any,
    *,
    status: int = 200,
    description: str = "Done",
    media_type: str = "application/json",
) -> dict[int | str, dict[str, Any]]:
    """For `responses=`: an answer of this type."""
    content = {media_type: {"schema": shape(type_), "example": packed(example)}}
    return {status: {"description": description, "content": content}}


def problems(*statuses: int | str) -> dict[int | str, dict[str, Any]]:
    """For `responses=`: problem documents with these statuses (401 and 403 come to every operation with keys)."""
    content = {MEDIA_TYPE: {"schema": {"$ref": _REF.format(name="Problem")}}}
    return {status: {"description": "A problem document", "content": content} for status in statuses}


def takes(type_: Any, examples: dict[str, Any], *, lines: bool = True) -> dict[str, Any]:
    """For `openapi_extra=`: one record of this type, an array of them or (with `lines`) one per line."""
    one = shape(type_)
    named = {name: {"value": packed(value)} for name, value in examples.items()}
    if not lines:
        return {
            "requestBody": {
                "required": True,
                "content": {"application/json": {"schema": one, "examples": named}},
            }
        }
    either = {"anyOf": [one, {"type": "array", "items": one}]}
    content = {
        "application/json": {"schema": either, "examples": named},
        "application/x-ndjson": {"schema": {"type": "string", "description": "one JSON object per line"}},
    }
    return {"requestBody": {"required": True, "content": content}}


def components(types: Sequence[Any] = CONTRACT) -> dict[str, Any]:
    """The schemas of these types and of everything they are made of."""
    return msgspec.json.schema_components(types, ref_template=_REF)[1]


def packed(example: Any) -> dict[str, str]:
    """An example as text: FastAPI drops every null from what it puts into the document."""
    return {_PACKED: msgspec.json.encode(example).decode()}


def _unpacked(value: Any) -> Any:
    if isinstance(value, dict):
        if _PACKED in value:
            return msgspec.json.decode(value[_PACKED])
        return {name: _unpacked(inner) for name, inner in value.items()}
    return [_unpacked(inner) for inner in value] if isinstance(value, list) else value


def install(app: FastAPI) -> None:
    """Make the application's OpenAPI document complete."""

    def document() -> dict[str, Any]:
        if app.openapi_schema is None:
            schema = get_openapi(
                title=app.title,
                version=app.version,
                description=app.description,
                routes=app.routes,
                tags=TAGS,
            )
            known = schema.setdefault("components", {}).setdefault("schemas", {})
            problem = Problem.model_json_schema(ref_template=_REF.replace("{name}", "{model}"))
            known.update(problem.pop("$defs"))
            known.update({"Problem": problem}, **components())
            for unused in ("HTTPValidationError", "ValidationError"):
                known.pop(unused, None)
            app.openapi_schema = _unpacked(schema)
        return app.openapi_schema

    app.openapi = document  # type: ignore[method-assign]
