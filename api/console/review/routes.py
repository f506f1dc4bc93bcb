"""The addresses of the review desk that reviewers use."""

from datetime import UTC, datetime
from typing import Annotated

from fastapi import Depends, Form
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.responses import Response

from api import reviewing
from api.console.access import page_for
from api.console.refusals import shown_again_on
from api.console.rendering import Page
from api.console.review import overview, working
from api.console.review.forms import AnsweredForm, reply_of
from api.console.review.working import caller_of
from api.console.routing import console_router
from api.console.words import rule_options
from calibration.reviewers import agreement_by_rule
from evaluators.grammar.kinds import Rule
from storage.review import agreement, cases, plans, queue

router = console_router()
ReviewerPage = Annotated[Page, Depends(page_for("review"))]
_SHOWN = 10


@router.get("/review")
async def show_queue(page: ReviewerPage) -> Response:
    """What waits, what is due; for leads also plans and how far reviewers agree."""
    service, caller, t, now = page.service, caller_of(page), page.t, datetime.now(UTC)
    rules = {rule.id: rule for rule in service.inspector.catalogue.rules}
    zone, leads = service.settings.zone_of(None), page.may("configure")
    async with service.database.reading() as db:
        today = reviewing.day_start(service, now)
        load = await queue.workload(db, caller.name, day_start=today, agent_id=caller.agent_id, now=now)
        found = await cases.listed(db, state="open", limit=_SHOWN)
        drawn = await plans.recent(db)
        done = await plans.finished(db, [each.plan_id for each in drawn])
        agreed = await _agreement(db, rules, page) if leads else ()
    return page.show(
        "review/queue.html",
        workload=load,
        quotas=overview.quotas_of(load, drawn),
        waiting=[overview.waiting_row(each, caller.name, rules, zone, t, now) for each in found],
        leads=leads,
        plans=[overview.plan_row(each, done.get(each.plan_id, 0), zone, t) for each in drawn],
        agreed=agreed,
        whats=[(name, t(words)) for name, words in overview.WHATS.items() if name != "planned"],
        strata=[(name, t(words)) for name, words in overview.STRATA.items()],
        rules=rule_options(rules.values(), t),
    )


async def _agreement(
    db: AsyncSession, rules: dict[str, Rule], page: Page
) -> tuple[overview.AgreementRow, ...]:
    found = agreement_by_rule(await agreement.double_reviews(db))
    return tuple(overview.agreement_row(each, rules, page.t) for each in found)


@router.get("/review/case")
async def show_case(page: ReviewerPage) -> Response:
    """The case the caller holds, else the next one, which is reserved for them by this."""
    return await working.show_next(page, await reviewing.next_case(page.service, caller_of(page)))


@router.post("/review/case/{case_id}")
@shown_again_on("/review/case")
async def answer_case(page: ReviewerPage, case_id: str, form: AnsweredForm) -> Response:
    """Keeps an answer, and on to the next case."""
    return await working.answer(page, case_id, reply_of(form))


@router.post("/review/undo")
async def undo_decision(page: ReviewerPage, on_desk: Annotated[str | None, Form()] = None) -> Response:
    """Takes the last decision back; its case comes back to the desk. `on_desk`: the case that leaves it."""
    return await working.take_back(page, on_desk)


@router.post("/review/release")
@shown_again_on("/review")
async def release_case(page: ReviewerPage, on_desk: Annotated[str, Form()]) -> Response:
    """Gives a case back undecided."""
    async with page.service.database.transaction() as db:
        await queue.give_back(db, on_desk, caller_of(page).name)
    return page.go("/review", page.t("已放回队列。"))
