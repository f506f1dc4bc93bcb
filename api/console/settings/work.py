"""Jobs, and what they gave up on, as rows."""

from collections.abc import Iterable
from datetime import tzinfo
from typing import NamedTuple

from api.console.desk.listing import address_of
from api.console.language import Translator, msg
from api.console.words import moment
from storage.jobs import FailedTask, JobProgress

STATUS = {
    "queued": msg("排队中"), "running": msg("进行中"), "done": msg("完成"), "failed": msg("完成，有失败"),
}  # fmt: skip
KINDS = {
    "inspect": msg("质检"), "recheck": msg("时限到了再看"), "anchor": msg("重判锚点"), "evaluation": msg("在评测集上跑"),
    "replay": msg("在存储的会话上重放"), "suggestion": msg("找更好的措辞"),
}  # fmt: skip
_OF_SESSIONS = frozenset({"inspect", "recheck", "anchor"})
#: Why something was given up, by the kind of its error; of others the kind itself is shown.
_WHY = {
    "WorkerLost": msg("几次都有工作进程停在半路"), "SessionNotFound": msg("内容已被删除"),
    "DatabaseUnavailable": msg("连不上数据库"),
    "ProfileInvalid": msg("方案不能用"), "RuleInvalid": msg("规则不能用"), "TimeoutError": msg("超时"),
}  # fmt: skip


class JobRow(NamedTuple):
    """`settled` of `total` sessions are done, given up (`failed`), or superseded by newer content."""

    job_id: str
    kind: str
    status: str
    created: str
    settled: int
    total: int
    failed: int


class FailureRow(NamedTuple):
    """Something a job gave up on. `href` empty: it is no session. `why`: in words, where the cause has some; `error`: as it
    was raised."""

    name: str
    href: str
    at: str
    attempts: int
    why: str
    error: str


def job_row(job: JobProgress, zone: tzinfo, t: Translator) -> JobRow:
    """A job of the list. A kind that has no name of its own is shown as it is."""
    return JobRow(
        job_id=job.job_id,
        kind=t(KINDS[job.kind]) if job.kind in KINDS else job.kind,
        status=t(STATUS[job.status]),
        created=moment(job.created_at, zone),
        settled=job.done + job.failed + job.superseded,
        total=job.total,
        failed=job.failed,
    )


def failure_rows(
    job: JobProgress, found: Iterable[FailedTask], zone: tzinfo, t: Translator
) -> list[FailureRow]:
    """In the order of the job. Jobs that are studies name themselves, the others sessions."""
    return [_failure_row(job, each, zone, t) for each in found]


def _failure_row(job: JobProgress, failed: FailedTask, zone: tzinfo, t: Translator) -> FailureRow:
    of_session = job.kind in _OF_SESSIONS
    return FailureRow(
        name=failed.session_id,
        href=address_of(failed.session_id) if of_session else "",
        at=moment(failed.failed_at, zone),
        attempts=failed.attempts,
        why=t(_WHY[failed.error_kind]) if failed.error_kind in _WHY else failed.error_kind,
        error=failed.error,
    )
