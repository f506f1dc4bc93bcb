"""The page of the queue: what waits; for leads the samples, a form that draws one, and how far reviewers agree."""

import secrets
from datetime import UTC, datetime

from sqlalchemy.ext.asyncio import AsyncSession
from starlette.responses import Response

from api import reviewing
from api.console.rendering import Page
from api.console.review import overview
from api.console.review.working import caller_of
from api.console.words import rule_options
from calibration.reviewers import agreement_by_rule
from evaluators.grammar.kinds import Rule
from storage.review import agreement, cases, plans, queue

_SHOWN = 10


async def show(page: Page) -> Response:
    """For leads with the form that draws a sample; `key` keeps it from being drawn twice."""
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
        plans=[overview.plan_row(each, done.get(each.plan_id, 0), zone, t, leads=leads) for each in drawn],
        agreed=agreed,
        whats=[(name, t(words)) for name, words in overview.WHATS.items() if name != "planned"],
        strata=[(name, t(words)) for name, words in overview.STRATA.items()],
        rules=rule_options(rules.values(), t),
        key=secrets.token_hex(8),
    )


async def _agreement(
    db: AsyncSession, rules: dict[str, Rule], page: Page
) -> tuple[overview.AgreementRow, ...]:
    found = agreement_by_rule(await agreement.double_reviews(db))
    return tuple(overview.agreement_row(each, rules, page.t) for each in found)
