"""How far rules can be trusted: measured precision, corrected rates, disagreements and who was wrong."""

from collections.abc import AsyncIterator
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response

from api import trust
from api.auth import Configurer, Reader
from api.examples import review as examples_review
from api.examples import trust as examples_trust
from api.rest.openapi import problems, returns, takes
from api.rest.replies import LINES, LineResponse, reply, reply_lines
from api.rest.struct_bodies import read_value
from api.routes.labels import RuleName, known_rule, rule_id_of
from api.routes.reports import Filters
from api.schemas.trust import AdjudicationRequest, RuleTrust, WrongSplit
from api.service import UsesService
from calibration.eval_sets import Case
from calibration.regression import regression_cases
from calibration.trust import Slice, SliceRate
from storage import labels
from storage.labels import JudgedCase
from storage.labels.pairs import Beside
from storage.review import blinding
from storage.trust import adjudication
from storage.trust.adjudication import Adjudication, Disagreement

router = APIRouter(prefix="/v1", tags=["calibration"])

Level = Annotated[
    float | None,
    Query(ge=0.5, le=0.999, description="agreement with labels that is to be provable; absent: that of the settings"),
]  # fmt: skip


@router.get(
    "/calibration/rules",
    summary="How far each rule can be trusted",
    responses=returns(tuple[RuleTrust, ...], [examples_trust.RULE_TRUST]) | problems(422),
)
async def read_trust(
    service: UsesService, caller: Reader, filters: Filters, rule: RuleName = None, level: Level = None
) -> Response:
    """Stage, precision and recall against labels with intervals, the rate corrected by labels, and, for leads, how far
    people agree.

    The filters say of which sessions the rate is; precision and recall are of all labels. Only labels that were
    drawn with a known probability count, and only those given for what the rule means now.
    """
    catalogue = service.inspector.catalogue
    rules = catalogue.rules if rule is None else (catalogue.find(known_rule(service, rule)),)
    async with service.database.reading() as db:
        return reply(await trust.all_rules(db, service, filters, rules, caller, level=level))


@router.get(
    "/calibration/rules/{rule}/rates",
    summary="How often a rule's behaviour really occurs",
    responses=returns(tuple[SliceRate, ...], [examples_trust.SLICE_RATE]) | problems(422),
)
async def read_rates(
    rule: str,
    service: UsesService,
    _: Reader,
    filters: Filters,
    by: Annotated[Slice, Query(description="one rate for each of these")] = "all",
    weekly: Annotated[bool, Query(description="one rate for each week")] = False,
) -> Response:
    """The judge's rate (`raw`) and the one corrected by labels, with an interval and the estimator's name."""
    rule_id = known_rule(service, rule)
    async with service.database.reading() as db:
        return reply(await trust.slices(db, service, rule_id, filters, by=by, weekly=weekly))


@router.get(
    "/calibration/cases",
    summary="Labels beside what was judged",
    responses=returns(tuple[JudgedCase, ...], [examples_review.JUDGED_CASE]) | problems(422),
)
async def read_cases(
    service: UsesService,
    _: Reader,
    filters: Filters,
    rule: RuleName = None,
    beside: Annotated[
        Beside, Query(description="the outcome the label was given for, or that of the latest inspection")
    ] = "seen",
) -> Response:
    """One case per session content and rule, with what every labeller says and how it was drawn."""
    async with service.database.reading() as db:
        found = await labels.pairs(db, rule_id_of(service, rule), beside=beside, filters=filters)
    return reply(found)


@router.get(
    "/calibration/disagreements",
    summary="Where label and verdict differ",
    responses=returns(tuple[Disagreement, ...], [examples_trust.DISAGREEMENT]) | problems(422),
)
async def list_disagreements(service: UsesService, _: Configurer, rule: RuleName = None) -> Response:
    """On whether there is a hit; or labellers among themselves. With who was wrong, where that was said."""
    async with service.database.reading() as db:
        return reply(await adjudication.disagreements(db, rule_id_of(service, rule)))


@router.post(
    "/calibration/disagreements",
    summary="Say who was wrong",
    openapi_extra=takes(AdjudicationRequest, {"the rule": examples_trust.ADJUDICATION_REQUEST}, lines=False),
    responses=returns(Adjudication, examples_trust.ADJUDICATION) | problems(400, 404, 415, 422),
)
async def adjudicate(request: Request, service: UsesService, caller: Configurer) -> Response:
    """The judge (better its prompt), the label (label again), or the rule (write it more clearly)."""
    given = await read_value(request, AdjudicationRequest)
    async with service.database.transaction() as db:
        made = await adjudication.adjudicate(
            db, given.inspection_id, str(rule_id_of(service, given.rule_id)), given.cause,
            actor=caller.name, reason=given.reason,
        )  # fmt: skip
    return reply(made)


@router.get(
    "/calibration/wrong",
    summary="Who was wrong, counted",
    responses=returns(tuple[WrongSplit, ...], [examples_trust.WRONG_SPLIT]),
)
async def count_wrong(service: UsesService, _: Reader) -> Response:
    """Per rule: which of judge, labels and wording is the bottleneck."""
    async with service.database.reading() as db:
        return reply(trust.wrong_by_rule(await adjudication.disagreements(db)))


@router.get(
    "/export/regression_cases",
    summary="What must not go wrong again, as an eval set",
    response_class=LineResponse,
    # A case of an eval set (contract section 5): the names of its parts are taken by other shapes here.
    responses=returns(
        dict[str, Any], examples_trust.REGRESSION_CASE, media_type=LINES, description="One case per line"
    )
    | problems(422),
)
async def export_regression_cases(service: UsesService, caller: Reader, rule: RuleName = None) -> Response:
    """Upheld appeals, misjudged and missed hits: lines of `dev.jsonl` in the shape of the contract."""
    async with service.database.reading() as db:
        found = await regression_cases(db, rule_id_of(service, rule))
        hidden = await blinding.withheld_of(db, (each.session.session_id for each in found), caller.blind_for)

    async def lines() -> AsyncIterator[Case]:
        for each in found:
            if each.session.session_id not in hidden:
                yield each

    return reply_lines(lines(), "regression_cases.jsonl")
