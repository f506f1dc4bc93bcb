"""Labels beside what was judged: one case per session content, as metrics and corrected rates need it."""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from typing import Any, Literal

import msgspec
from sqlalchemy import and_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from storage.labels.reading import is_current
from storage.session_filters import ReportFilters, report_conditions, revealed
from storage.tables.review import LabelRow
from storage.tables.sessions import OutcomeRow, SessionRow

#: Which inspection a label stands beside.
Beside = Literal["seen", "latest"]


class JudgedCase(msgspec.Struct, frozen=True, kw_only=True):
    """What labellers say of a rule in one session content, and what was judged there.

    `said`: verdict by labeller. `expected`: what the last decision on an appeal says, else what most of them say; None: no
    majority, or all are unsure.
    `judged`: the outcome; `probability` that of a hit, as the judge told it. `inclusion_probability`: of a case
    drawn at random, the largest among its labels; None: it counts for no estimate. `weight` is its inverse.
    """

    session_id: str
    revision: int
    rule_id: str
    rule_version: str
    inspection_id: str
    said: dict[str, str]
    sources: tuple[str, ...]
    expected: str | None
    judged: str
    reason_code: str | None
    probability: float | None
    inclusion_probability: float | None
    shop: str | None
    group: str | None
    agent_id: str | None
    started_at: datetime
    labelled_at: datetime

    @property
    def weight(self) -> float | None:
        return None if self.inclusion_probability is None else 1 / self.inclusion_probability


async def pairs(
    db: AsyncSession,
    rule_id: str | None = None,
    *,
    beside: Beside = "seen",
    rule_versions: Iterable[str] | None = None,
    filters: ReportFilters | None = None,
) -> tuple[JudgedCase, ...]:
    """Current labels with the outcome they were given for (`seen`), or that of the latest inspection.

    One case per session content and rule. `rule_versions`: only labels given for one of these. `filters`: of the
    sessions. Labels without an outcome (the content was never judged) are left out.
    """
    label, outcome, wanted = LabelRow, OutcomeRow, filters or ReportFilters()
    judged_in = col(label.inspection_id) if beside == "seen" else col(SessionRow.inspection_id)
    query = (
        select(LabelRow, SessionRow, OutcomeRow)
        .join(SessionRow, col(SessionRow.session_id) == col(label.session_id))
        .join(
            OutcomeRow,
            and_(col(outcome.inspection_id) == judged_in, col(outcome.rule_id) == col(label.rule_id)),
        )
        .where(is_current(), *report_conditions(wanted), *revealed(wanted))
        .order_by(col(label.session_id), col(label.revision), col(label.rule_id), col(label.label_id))
    )
    if beside == "latest":
        query = query.where(col(SessionRow.inspected_revision) == col(label.revision))
    if rule_id is not None:
        query = query.where(col(label.rule_id) == rule_id)
    if rule_versions is not None:
        query = query.where(col(label.rule_version).in_(sorted(rule_versions)))
    grouped: dict[tuple[str, int, str], list[Any]] = {}
    for row in (await db.execute(query)).all():
        key = row.LabelRow.session_id, row.LabelRow.revision, row.LabelRow.rule_id
        grouped.setdefault(key, []).append(row)
    return tuple(_case(rows) for rows in grouped.values())


def _case(rows: list[Any]) -> JudgedCase:
    newest: LabelRow = rows[-1].LabelRow
    outcome: OutcomeRow = rows[-1].OutcomeRow
    session: SessionRow = rows[-1].SessionRow
    labels: list[LabelRow] = [row.LabelRow for row in rows]
    drawn = [each.inclusion_probability for each in labels if each.inclusion_probability is not None]
    return JudgedCase(
        session_id=newest.session_id,
        revision=newest.revision,
        rule_id=newest.rule_id,
        rule_version=newest.rule_version,
        inspection_id=outcome.inspection_id,
        said={each.labeller: each.verdict for each in labels},
        sources=tuple(sorted({each.source for each in labels})),
        expected=_expected(labels),
        judged=outcome.verdict,
        reason_code=outcome.reason_code,
        probability=_of_a_hit(outcome),
        inclusion_probability=max(drawn, default=None),
        shop=session.shop,
        group=session.group_name,
        agent_id=outcome.agent_id,
        started_at=session.started_at,
        labelled_at=newest.labelled_at,
    )


def _expected(labels: list[LabelRow]) -> str | None:
    """An appeal goes to somebody else, in the end for good: its decision is not outvoted by those it overrules."""
    settled = [each.verdict for each in labels if each.source == "appeal" and each.verdict != "unsure"]
    return settled[-1] if settled else majority(each.verdict for each in labels)


def majority(verdicts: Iterable[str]) -> str | None:
    """What most say who are sure; None without one or on a tie."""
    said = Counter(verdict for verdict in verdicts if verdict != "unsure").most_common(2)
    if not said or (len(said) == 2 and said[0][1] == said[1][1]):
        return None
    return said[0][0]


def _of_a_hit(outcome: OutcomeRow) -> float | None:
    if outcome.confidence is None or outcome.verdict not in ("hit", "no_hit"):
        return None
    return outcome.confidence if outcome.verdict == "hit" else 1 - outcome.confidence
