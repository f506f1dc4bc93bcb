"""Which stored sessions to label next, and what that buys."""

from typing import Any

from fastapi import APIRouter, Request, Response

from api import trust
from api.auth import Configurer
from api.examples import eval_sets as examples
from api.rest.openapi import problems, returns, takes
from api.rest.replies import reply
from api.rest.struct_bodies import read_value
from api.routes.labels import known_rule
from api.schemas.eval_sets import LabelPlanRequest
from api.service import UsesService
from calibration.planning import plan_next
from calibration.statistics.planning import HalfWidths
from storage.session_filters import ReportFilters, Selection

router = APIRouter(prefix="/v1", tags=["studies"])


@router.post(
    "/label_plans",
    summary="Which sessions to label next",
    openapi_extra=takes(LabelPlanRequest, {"precision": examples.PLAN_REQUEST}, lines=False),
    # Parts of a plan carry names that other shapes have here.
    responses=returns(dict[str, Any], examples.PLAN) | problems(400, 415, 422),
)
async def plan_labels(request: Request, service: UsesService, _: Configurer) -> Response:
    """The fewest sessions to label for intervals as narrow as wanted, for all rules together, drawn among flagged and
    unflagged sessions with recorded probabilities, beside the labels there are. Where there are enough nothing is drawn.
    Nothing is kept: hand a rule's `drawn` to `POST /v1/review/plans` as `chosen`.
    """
    asked = await read_value(request, LabelPlanRequest)
    selection = ReportFilters(**{name: getattr(asked, name) for name in Selection.__struct_fields__})
    names = dict.fromkeys(known_rule(service, name) for name in asked.rules)
    async with service.database.reading() as db:
        known = {rule_id: await trust.known_of(db, service, rule_id, selection) for rule_id in names}
    nothing = asked.precision is asked.recall is asked.prevalence is None
    wanted = HalfWidths(
        precision=0.05 if nothing else asked.precision, recall=asked.recall, prevalence=asked.prevalence
    )
    found = plan_next(known, wanted, budget=asked.budget, seed=asked.seed)
    return reply(
        {"rules": {each: own._asdict() for each, own in found.rules.items()}, "sessions": found.sessions}
    )
