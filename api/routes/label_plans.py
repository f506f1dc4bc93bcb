"""Which stored sessions to label next, and what that buys."""

from typing import Any

from fastapi import APIRouter, Request, Response
from sqlalchemy.ext.asyncio import AsyncSession

from api import trust
from api.auth import Configurer
from api.examples import eval_sets as examples
from api.rest.openapi import problems, returns, takes
from api.rest.replies import reply
from api.rest.struct_bodies import read_value
from api.routes.labels import known_rule
from api.schemas.eval_sets import LabelPlanRequest
from api.service import Service, UsesService
from calibration.planning import Known, plan_next
from calibration.statistics.planning import HalfWidths
from storage.labels import population
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
        known = {rule_id: await _known(db, service, rule_id, selection) for rule_id in names}
    nothing = asked.precision is asked.recall is asked.prevalence is None
    wanted = HalfWidths(
        precision=0.05 if nothing else asked.precision, recall=asked.recall, prevalence=asked.prevalence
    )
    found = plan_next(known, wanted, budget=asked.budget, seed=asked.seed)
    return reply(
        {"rules": {each: own._asdict() for each, own in found.rules.items()}, "sessions": found.sessions}
    )


async def _known(db: AsyncSession, service: Service, rule_id: str, selection: ReportFilters) -> Known:
    judged = await population.judged(db, rule_id, selection)
    labels = {
        case.session_id: case.expected == "hit"
        for case in await trust.drawn_for_rates(db, service, rule_id)
        if case.inclusion_probability is not None and case.expected is not None
    }
    return Known({each.session_id: "hit" if each.hit else "no_hit" for each in judged}, labels)
