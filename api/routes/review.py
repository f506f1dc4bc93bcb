"""The review queue: plans, the next case, answers, undo; agreement for leads."""

from typing import Annotated

import msgspec
from fastapi import APIRouter, Query, Request, Response

from api import reviewing
from api.auth import Configurer, Reviewer
from api.examples import review as examples_review
from api.rest.openapi import problems, returns, takes
from api.rest.parameters import IdempotencyKey, Limit
from api.rest.replies import reply
from api.rest.struct_bodies import read_value
from api.reviewing import DecidedView, NextCase
from api.routes.labels import known_rule, rule_id_of
from api.service import UsesService
from calibration.reviewers import RuleAgreement, agreement_by_rule
from storage.review import agreement, cases, plans, queue
from storage.review.answers import Reply
from storage.review.cases import Case, Kind
from storage.review.desk import CaseView
from storage.review.plans import DrawnPlan, Plan
from storage.review.undoing import Undone

router = APIRouter(prefix="/v1/review", tags=["review"])
Kinds = Annotated[list[Kind] | None, Query(description="only cases of these kinds")]


@router.post(
    "/plans",
    summary="Draw a sample to review",
    openapi_extra=takes(
        Plan,
        {
            "hits of a red line": examples_review.PLAN,
            "spot checks per agent": examples_review.SPOT_CHECK,
            "for calibration": examples_review.DOUBLE_BLIND,
        },
        lines=False,
    ),
    responses=returns(DrawnPlan, examples_review.DRAWN_PLAN) | problems(400, 409, 415, 422),
)
async def draw_plan(
    request: Request, service: UsesService, caller: Configurer, idempotency_key: IdempotencyKey = None
) -> Response:
    """Cases from the latest inspections, each with the probability at which it was drawn.

    `flagged` without `rules` means those whose notification is 手动: somebody has to confirm their hits. Each request
    draws anew; with an `Idempotency-Key` it can be repeated after a lost answer and draws once.
    """
    plan = await read_value(request, Plan)
    rules = tuple(known_rule(service, name) for name in plan.rules)
    if plan.what == "flagged" and not rules:
        rules = tuple(rule.id for rule in service.inspector.catalogue.rules if rule.notify == "manual")
    async with service.database.transaction() as db:
        whole = msgspec.structs.replace(plan, rules=rules)
        return reply(await plans.draw(db, whole, author=caller.name, key=idempotency_key))


@router.get(
    "/plans",
    summary="Samples that were drawn",
    responses=returns(tuple[DrawnPlan, ...], [examples_review.DRAWN_PLAN]),
)
async def list_plans(service: UsesService, _: Configurer, limit: Limit = 50) -> Response:
    """The newest first, each with what was drawn out of how many."""
    async with service.database.reading() as db:
        return reply(await plans.recent(db, limit=limit))


@router.get(
    "/cases",
    summary="Review cases",
    responses=returns(tuple[Case, ...], [examples_review.CASE]) | problems(422),
)
async def list_cases(
    service: UsesService,
    _: Configurer,
    plan_id: str | None = None,
    kind: Kind | None = None,
    state: Annotated[str | None, Query(description="open, done or dropped")] = None,
    session_id: str | None = None,
    limit: Limit = 100,
) -> Response:
    """In the order of the queue, for leads: with the verdict, also of blind ones."""
    async with service.database.reading() as db:
        found = await cases.listed(
            db, plan_id=plan_id, kind=kind, state=state, session_id=session_id, limit=limit
        )
    return reply(found)


@router.post(
    "/next",
    summary="The next case",
    responses=returns(NextCase, examples_review.NEXT_CASE) | problems(422),
)
async def take_next(service: UsesService, caller: Reviewer, kind: Kinds = None) -> Response:
    """The case the caller holds already, else the next one, with everything to show; reserved for a while.

    Two people never hold the same case. Of a blind case nothing is shown of what was judged. `view` is null when
    there is nothing left for the caller.
    """
    return reply(await reviewing.next_case(service, caller, tuple(kind or ())))


@router.get(
    "/cases/{case_id}",
    summary="One case",
    responses=returns(CaseView, examples_review.CASE_VIEW) | problems(404),
)
async def read_case(case_id: str, service: UsesService, caller: Reviewer) -> Response:
    """Of a blind case the verdict is shown to leads, and to reviewers once they have decided it."""
    return reply(await reviewing.read_case(service, caller, case_id))


@router.post(
    "/cases/{case_id}/decide",
    summary="Decide a case",
    openapi_extra=takes(
        Reply,
        {"misjudged 误判": examples_review.REPLY, "a whole session": examples_review.SESSION_REPLY},
        lines=False,
    ),
    responses=returns(DecidedView, examples_review.DECIDED_VIEW) | problems(400, 404, 409, 415, 422),
)
async def decide_case(
    case_id: str,
    request: Request,
    service: UsesService,
    caller: Reviewer,
    and_next: Annotated[bool, Query(description="answer with the next case too")] = False,
    kind: Kinds = None,
) -> Response:
    """`confirm` 确认, `misjudged` 误判, `missed` 漏判, a verdict, `unsure` or `skip`.

    Writes the label and ends the case at once. A misjudged hit leaves score and counts; the inspection itself and
    the audit trail keep it. The same answer again, after a lost reply, gives the same decision.
    """
    given = await read_value(request, Reply)
    kinds = tuple(kind or ())
    return reply(await reviewing.decide(service, caller, case_id, given, and_next=and_next, kinds=kinds))


@router.post(
    "/cases/{case_id}/renew",
    summary="Keep a case longer",
    responses=returns(Case, examples_review.CASE) | problems(409),
)
async def renew_case(case_id: str, service: UsesService, caller: Reviewer) -> Response:
    """Begins the time of the reservation anew."""
    async with service.database.transaction() as db:
        case = await queue.renew(db, case_id, caller.name, lease=reviewing.lease(service))
    return reply(case.unrevealed())


@router.post(
    "/cases/{case_id}/release",
    summary="Give a case back",
    responses=returns(dict[str, str], {"case_id": "case_065f35c4cdf0"}),
)
async def release_case(case_id: str, service: UsesService, caller: Reviewer) -> Response:
    """Undecided; anybody may be given it next. A case the caller does not hold stays as it is."""
    async with service.database.transaction() as db:
        await queue.give_back(db, case_id, caller.name)
    return reply({"case_id": case_id})


@router.post(
    "/undo",
    summary="Take a decision back",
    responses=returns(Undone, examples_review.UNDONE) | problems(409),
)
async def undo_decision(
    service: UsesService,
    caller: Reviewer,
    decision_id: Annotated[
        str | None, Query(description="one of the caller's last ten; absent: the last")
    ] = None,
) -> Response:
    """Its labels are withdrawn, a hit it overturned counts again, and the case is the caller's once more."""
    return reply(await reviewing.undo(service, caller, decision_id))


@router.get(
    "/agreement",
    summary="How far reviewers agree",
    responses=returns(tuple[RuleAgreement, ...], [examples_review.AGREEMENT]),
)
async def read_agreement(
    service: UsesService, _: Configurer, rule: str | None = None, plan_id: str | None = None
) -> Response:
    """Per rule, over cases that at least two people have decided. For leads: reviewers do not see it."""
    async with service.database.reading() as db:
        found = await agreement.double_reviews(db, rule_id=rule_id_of(service, rule), plan_id=plan_id)
    return reply(agreement_by_rule(found))
