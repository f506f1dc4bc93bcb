"""Jobs and the audit trail as rows."""

from datetime import tzinfo
from typing import NamedTuple

from api.console.language import Translator, msg
from api.console.words import moment
from api.reporting.wording import count
from storage.audit import AuditEntry
from storage.jobs import JobProgress

STATUS = {
    "queued": msg("排队中"), "running": msg("进行中"), "done": msg("完成"), "failed": msg("完成，有失败"),
}  # fmt: skip
KINDS = {
    "inspect": msg("质检"), "recheck": msg("时限到了再看"), "anchor": msg("重判锚点"), "evaluation": msg("在评测集上跑"),
    "replay": msg("在存储的会话上重放"), "suggestion": msg("找更好的措辞"),
}  # fmt: skip


class JobRow(NamedTuple):
    """`settled` of `total` sessions are done, given up, or superseded by newer content."""

    job_id: str
    kind: str
    status: str
    created: str
    settled: int
    total: int
    failed: str


class AuditLine(NamedTuple):
    """Who did what, when and why."""

    at: str
    actor: str
    action: str
    subject: str
    reason: str


def job_row(job: JobProgress, zone: tzinfo, t: Translator) -> JobRow:
    """A job of the list. A kind that has no name of its own is shown as it is."""
    return JobRow(
        job_id=job.job_id,
        kind=t(KINDS[job.kind]) if job.kind in KINDS else job.kind,
        status=t(STATUS[job.status]),
        created=moment(job.created_at, zone),
        settled=job.done + job.failed + job.superseded,
        total=job.total,
        failed=count(job.failed),
    )


def audit_line(entry: AuditEntry, zone: tzinfo) -> AuditLine:
    """A line of the trail."""
    return AuditLine(moment(entry.at, zone), entry.actor, entry.action, entry.subject, entry.reason)
