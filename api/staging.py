"""Stages of rules: given by people where they are earned, and taken back where what is measured does not carry them."""

from datetime import UTC, datetime
from typing import Any

import msgspec
from sqlalchemy.ext.asyncio import AsyncSession

from api.auth import Caller, permit
from api.errors import ParameterInvalid
from api.reporting.rule_page import needs_judge
from api.schemas.trust import StageChange
from api.service import Service
from api.trust import decide, measured
from calibration.trust import Measured
from storage import alerts, labels
from storage.alerts import NewAlert
from storage.errors import StageNotEarned
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


def as_document(found: Measured) -> dict[str, Any] | None:
    """As JSON, to be kept with a stage; None: nothing was measured."""
    return msgspec.to_builtins(found) if found.drawn else None


async def change_stage(
    db: AsyncSession, service: Service, rule_id: str, change: StageChange, caller: Caller
) -> RuleStage:
    """Promotes or demotes a rule, with what was measured then. Does not commit.

    Notifying by itself has to be earned; where a judge decides, by a certificate too, which nobody can force. Raises
    `ParameterInvalid` without a reason, `StageNotEarned`, and `ScopeMissing` for whoever may not `force`.
    """
    if not change.reason.strip():
        raise ParameterInvalid("reason", "expected one: it goes into the audit trail")
    if change.force:
        permit(caller, "override")
    found = await measured(db, service, rule_id)
    if (change.purpose, change.stage) == ("notification", "automatic"):
        if not change.force:
            _require_precision(service, found)
        await _require_certificate(db, service, rule_id)
    document = as_document(found)
    if change.force:
        document = (document or {}) | {stages.FORCED: True}
    return await stages.put(
        db, rule_id, change.purpose, change.stage, actor=caller.name, reason=change.reason, measured=document
    )


async def _require_certificate(db: AsyncSession, service: Service, rule_id: str) -> None:
    if not needs_judge(service.inspector.catalogue.find(rule_id)):
        return
    if rule_id not in await certificates.holding(db):
        raise StageNotEarned("a judge decides this rule, and no certificate of it holds: certify it first")


def _require_precision(service: Service, found: Measured) -> None:
    wanted = service.settings.automatic_precision
    interval = found.precision.interval
    if interval is None:
        raise StageNotEarned("no hit of this rule has a label that was drawn at random: draw a plan first")
    if interval.low < wanted:
        raise StageNotEarned(
            f"precision is at least {interval.low:.3f} on {found.precision.labels} labelled hits, "
            f"{wanted:g} is needed (MINGJIAN_AUTOMATIC_PRECISION)"
        )
