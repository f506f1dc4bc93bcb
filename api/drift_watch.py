"""Watches what rules have earned: certificates, stages, and anchors that are judged again after changes and on schedule."""

from datetime import UTC, datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from api.certifying import watch_distributions
from api.service import Service
from api.staging import watch_stages
from storage import alerts
from storage.alerts import NewAlert
from storage.automation import ending
from storage.trust import drift
from storage.trust.drift import DriftRun

WHO = "worker"


def identity(service: Service) -> str:
    """Of all that can change a verdict: rules, prompts, judge."""
    return f"{service.inspector.catalogue.version} {service.judge_identity}"


async def watch(service: Service, now: datetime | None = None) -> None:
    """Ends what does not hold any more, reports finished runs, starts one that is due."""
    now = now or datetime.now(UTC)
    await watch_distributions(service, actor=WHO)
    await watch_stages(service, actor=WHO, now=now)
    async with service.database.transaction() as db:
        versions = service.inspector.catalogue.rule_versions
        await ending.end_changed(db, versions, service.judge_identity, actor=WHO, now=now)
        for run in await drift.finish(db, now=now):
            await _tell(db, service, run, now)
        if not await drift.anchors(db, lock=True):
            return
        last, same = await drift.last_identity(db), identity(service)
        if last is None or last[0] != same:
            await drift.start(db, service.jobs, cause="change", identity=same, actor=WHO, now=now)
        elif (hours := service.settings.drift_hours) and now - last[1] >= timedelta(hours=hours):
            await drift.start(db, service.jobs, cause="schedule", identity=same, actor=WHO, now=now)


async def _tell(db: AsyncSession, service: Service, run: DriftRun, now: datetime) -> None:
    report = run.report
    if report is None or report.rate is None or report.rate <= service.settings.drift_alert:
        return
    text = f"锚点会话的判定变了 {report.rate:.1%}({report.flips}/{report.compared})"
    alert = NewAlert(kind="drift", level="medium", mode="automatic", dedupe=f"drift/{run.number}", text=text)
    await alerts.raise_alerts(db, [alert], now=now)
