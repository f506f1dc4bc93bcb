"""What storage says about a submission, told in terms of the request: index and line of every record."""

from collections.abc import Sequence
from typing import Literal

from api.errors import RecordProblem, RecordsRejected
from api.rest.bodies import Record
from api.rest.problems import ProblemError
from api.schemas.inspecting import SubmissionReport, SubmittedRecord
from storage import sessions

_STATUSES: dict[str, Literal["accepted", "unchanged", "rejected"]] = {
    "created": "accepted",
    "revised": "accepted",
    "unchanged": "unchanged",
    "invalid": "rejected",
}


def report_on(
    records: Sequence[Record], rejected: Sequence[RecordProblem], submission: sessions.Submission
) -> SubmissionReport:
    """`records` are those that storage was given, `rejected` those it never saw."""
    told = [_told(records[kept.index], kept) for kept in submission.records]
    told += [_refused(problem) for problem in rejected]
    told.sort(key=lambda record: record.index)
    counts = {status: sum(record.status == status for record in told) for status in set(_STATUSES.values())}
    return SubmissionReport(
        job_id=submission.job_id,
        accepted=counts["accepted"],
        unchanged=counts["unchanged"],
        rejected=counts["rejected"],
        records=told,
    )


def _told(record: Record, kept: sessions.SubmittedRecord) -> SubmittedRecord:
    error = None
    if kept.status == "invalid":
        message = kept.expected or "cannot be used"
        error = ProblemError(message=message, field=kept.field or None, index=record.index, line=record.line)
    return SubmittedRecord(
        index=record.index,
        line=record.line,
        session_id=kept.session_id,
        status=_STATUSES[kept.status],
        revision=kept.revision,
        error=error,
    )


def _refused(problem: RecordProblem) -> SubmittedRecord:
    error = ProblemError(message=problem.message, field=problem.field, index=problem.index, line=problem.line)
    return SubmittedRecord(
        index=problem.index or 0, line=problem.line, status="rejected", revision=None, error=error
    )


def rejection_of(report: SubmissionReport) -> RecordsRejected:
    """The error for a submission none of whose records can be used."""
    errors = [record.error for record in report.records if record.error is not None]
    problems = [RecordProblem(error.index, error.line, error.field, error.message) for error in errors]
    return RecordsRejected(f"none of {len(problems)} records can be used: {first_of(problems)}", problems)


def first_of(problems: Sequence[RecordProblem]) -> str:
    """The first problem in one line: where, and what."""
    first = problems[0]
    place = f"line {first.line}" if first.line is not None else f"record {first.index}"
    where = f"{place}: {first.field}" if first.field else place
    more = f" (and {len(problems) - 1} more)" if len(problems) > 1 else ""
    return f"{where}: {first.message}{more}"
