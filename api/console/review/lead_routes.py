"""The addresses of the review desk that leads use: samples, single cases, and who was wrong."""

from typing import Annotated

import msgspec
from fastapi import Form
from starlette.responses import Response

from api import trust
from api.console.access import ConfigurerPage
from api.console.desk.listing import address_of
from api.console.refusals import shown_again_on
from api.console.review.disagreements import counts_of, row_of
from api.console.review.forms import Sampled, SampledForm, plan_of
from api.console.review.working import caller_of
from api.console.routing import console_router
from api.console.words import rule_options
from api.routes.labels import known_rule, rule_id_of
from storage.review import plans
from storage.review.plans import DrawnPlan, Plan, PlannedCase
from storage.trust import adjudication
from storage.trust.adjudication import Wrong

router = console_router()


@router.post("/review/plans")
@shown_again_on("/review")
async def draw_plan(page: ConfigurerPage, form: SampledForm) -> Response:
    """Draws a sample; what cannot be drawn stays in the form, with the reason beside its field."""
    drawn = await _drawn(page, form)
    return page.go("/review", page.t("抽出 {count} 条，已进入队列。", count=drawn.cases))


async def _drawn(page: ConfigurerPage, form: Sampled) -> DrawnPlan:
    """Hits without rules named: those of rules whose hits somebody has to confirm."""
    plan, service = plan_of(form), page.service
    rules = tuple(known_rule(service, name) for name in plan.rules)
    if plan.what == "flagged" and not rules:
        rules = tuple(rule.id for rule in service.inspector.catalogue.rules if rule.notify == "manual")
    async with service.database.transaction() as db:
        whole = msgspec.structs.replace(plan, rules=rules)
        return await plans.draw(db, whole, author=caller_of(page).name, key=form.key or None)


@router.post("/review/send")
@shown_again_on("/desk/sessions/{session_id}")
async def send_to_review(
    page: ConfigurerPage, session_id: Annotated[str, Form()], rule_id: Annotated[str, Form()]
) -> Response:
    """One outcome of a session, to be looked at by a person."""
    rule = known_rule(page.service, rule_id)
    title = page.t("送审：{session}", session=session_id)[:200]
    chosen = (PlannedCase(session_id=session_id, rule_id=rule),)
    async with page.service.database.transaction() as db:
        await plans.draw(db, Plan(title=title, what="planned", chosen=chosen), author=caller_of(page).name)
    return page.go(address_of(session_id), page.t("已送复核。"))


@router.get("/review/disagreements")
async def list_disagreements(page: ConfigurerPage, rule: str | None = None) -> Response:
    """Where label and verdict differ; those nobody has decided come first. `rule`: of this one only."""
    service, t = page.service, page.t
    async with service.database.reading() as db:
        every = await adjudication.disagreements(db)
    rule_id = rule_id_of(service, rule)
    found = [each for each in every if rule_id in (None, each.case.rule_id)]
    rules = {each.id: each for each in service.inspector.catalogue.rules}
    found.sort(key=lambda each: each.adjudication is not None)
    named = {each.case.rule_id for each in every}
    return page.show(
        "review/disagreements.html",
        rows=[row_of(each, rules, service.settings.zone_of(each.case.shop), t) for each in found],
        counts=counts_of(trust.wrong_by_rule(every), rules, t),
        options=[("", t("不限")), *rule_options((each for each in rules.values() if each.id in named), t)],
        chosen=rule_id or "",
    )


@router.post("/review/disagreements")
@shown_again_on("/review/disagreements")
async def adjudicate(
    page: ConfigurerPage,
    inspection_id: Annotated[str, Form()],
    rule_id: Annotated[str, Form()],
    cause: Annotated[Wrong, Form()],
    reason: Annotated[str, Form(max_length=4000)] = "",
) -> Response:
    """Says who was wrong; said again, the last word holds."""
    async with page.service.database.transaction() as db:
        await adjudication.adjudicate(
            db, inspection_id, rule_id, cause, actor=caller_of(page).name, reason=reason.strip()
        )
    return page.go("/review/disagreements", page.t("已记下。"))
