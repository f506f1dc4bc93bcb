"""Stages that follow what is measured: what has earned to act by itself, and what does not earn it any more."""

from datetime import UTC, datetime

from sqlalchemy.ext.asyncio import AsyncSession

from api.reporting.rule_page import needs_judge
from api.service import Service
from api.trust import as_document, decide, measured
from storage import alerts, labels
from storage.alerts import NewAlert
from storage.trust import certificates, stages
from storage.trust.stages import FORCED, RuleStage

_PURPOSE: stages.Purpose = "notification"


async def watch_stages(service: Service, *, actor: str, now: datetime | None = None) -> tuple[str, ...]:
    """Rules whose measured precision does not carry notifying by themselves any more go back to people: their ids.

    Only where somebody has labelled since the last look of this process. What an admin forced stays. Each in a
    transaction of its own.
    """
    now = now or datetime.now(UTC)
    async with service.database.reading() as db:
        newest = await labels.newest(db)
        if newest == service.worker.newest_label:
            return ()
        earned = [each for each in await stages.in_force(db, _PURPOSE) if _may_fall(each)]
    fallen = []
    for each in earned:
        async with service.database.transaction() as db:
            fallen += [each.rule_id] if await _fall(db, service, each, actor, now) else []
    service.worker.newest_label = newest
    return tuple(fallen)


def _may_fall(given: RuleStage) -> bool:
    return given.stage == "automatic" and given.measured is not None and not given.measured.get(FORCED)


async def _fall(db: AsyncSession, service: Service, given: RuleStage, actor: str, now: datetime) -> bool:
    if given.rule_id not in service.inspector.catalogue.rule_versions:
        return False
    found = await measured(db, service, given.rule_id)
    rule = service.inspector.catalogue.find(given.rule_id)
    certified = not needs_judge(rule) or given.rule_id in await certificates.holding(db)
    decision = decide(service, "automatic", found, certified=certified)
    if decision.stage == "automatic" or await stages.stage_at(db, given.rule_id, _PURPOSE) != "automatic":
        return False
    proven = f"{decision.lower_bound:.0%}" if decision.lower_bound is not None else "无"
    why = f"精确率下限 {proven}，自动通知要 {service.settings.automatic_precision:.0%}"
    await stages.put(
        db, given.rule_id, _PURPOSE, "manual", actor=actor, reason=why, measured=as_document(found), now=now
    )
    told = NewAlert(
        kind="drift", level="medium", mode="automatic", dedupe=f"stage/{given.rule_id}/{now.isoformat()}",
        text=f"{rule.title}：{why}，改回人工", rule_id=given.rule_id,
    )  # fmt: skip
    await alerts.raise_alerts(db, [told], now=now)
    return True
