"""The tables of what people say about outcomes: labels, review cases, overrides. See `storage.tables.sessions`."""

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKeyConstraint, Index, Integer, Text, UniqueConstraint
from sqlmodel import Field, SQLModel

from storage.instants import Instant
from storage.tables import sessions as tables

metadata = tables.metadata
_COUNTER = BigInteger().with_variant(Integer, "sqlite")
_REVISION = ("session_revisions.session_id", "session_revisions.revision")


class LabelRow(SQLModel, table=True):
    """One labeller's verdict. Append-only: a correction is a row that `supersedes` an earlier one.

    `document`: message ids, quotes and note as JSON.
    """

    __tablename__ = "labels"
    __table_args__ = (
        ForeignKeyConstraint(["session_id", "revision"], _REVISION),
        ForeignKeyConstraint(["inspection_id"], ["inspections.inspection_id"]),
        UniqueConstraint("supersedes"),
        Index(None, "session_id", "rule_id"),
        Index(None, "rule_id", "labelled_at"),
    )

    label_id: str = Field(primary_key=True)
    session_id: str
    revision: int
    rule_id: str
    verdict: str
    labeller: str
    labelled_at: datetime = Field(sa_type=Instant)
    rule_version: str
    source: str
    inclusion_probability: float | None
    inspection_id: str | None
    supersedes: str | None
    document: str = Field(sa_type=Text)


class RuleChangeRow(SQLModel, table=True):
    """What an author says a change of a rule was: of its meaning or of its wording. Append-only."""

    __tablename__ = "rule_changes"
    __table_args__ = (UniqueConstraint("rule_id", "to_version"),)

    change_id: int | None = Field(default=None, primary_key=True, sa_type=_COUNTER)
    rule_id: str
    from_version: str
    to_version: str
    kind: str
    author: str
    reason: str
    at: datetime = Field(sa_type=Instant)


class PlanRow(SQLModel, table=True):
    """A sampling plan as it was drawn. Append-only."""

    __tablename__ = "review_plans"

    plan_id: str = Field(primary_key=True)
    created_at: datetime = Field(sa_type=Instant)
    author: str
    quota: int | None
    document: str = Field(sa_type=Text)


class CaseRow(SQLModel, table=True):
    """One outcome (or, without `rule_id`, one session) that people are to look at. `rank`: read ascending.

    `holder` has it until `lease_until`; `round` counts reservations and fences. `dedupe`: asked once only.
    """

    __tablename__ = "review_cases"
    __table_args__ = (
        ForeignKeyConstraint(["session_id", "revision"], _REVISION),
        ForeignKeyConstraint(["inspection_id"], ["inspections.inspection_id"]),
        ForeignKeyConstraint(["plan_id"], ["review_plans.plan_id"]),
        UniqueConstraint("dedupe"),
        Index("ix_review_cases_queue", "state", "rank", "due_at", "case_id"),
        Index(None, "session_id", "rule_id"),
        Index(None, "holder"),
    )

    case_id: str = Field(primary_key=True)
    plan_id: str | None
    kind: str
    dedupe: str
    session_id: str
    revision: int
    inspection_id: str
    rule_id: str | None
    agent_id: str | None
    judged: str | None
    stratum: str
    inclusion_probability: float | None
    source: str
    blind: bool
    wanted: int
    decided: int
    state: str
    rank: int
    created_at: datetime = Field(sa_type=Instant)
    due_at: datetime = Field(sa_type=Instant)
    holder: str | None
    lease_until: datetime | None = Field(sa_type=Instant)
    round: int


class ExclusionRow(SQLModel, table=True):
    """Who is not given a case (again): decided or skipped it, or decided what an appeal is about."""

    __tablename__ = "review_exclusions"
    __table_args__ = (ForeignKeyConstraint(["case_id"], ["review_cases.case_id"]),)

    case_id: str = Field(primary_key=True)
    reviewer: str = Field(primary_key=True)


class DecisionRow(SQLModel, table=True):
    """What a reviewer said of a case they held, or (`undoes`) that they take it back. Append-only.

    `round` is that of the case: one reservation leads to one decision at most. `labels`: ids of those it wrote.
    """

    __tablename__ = "review_decisions"
    __table_args__ = (
        ForeignKeyConstraint(["case_id"], ["review_cases.case_id"]),
        UniqueConstraint("case_id", "round"),
        UniqueConstraint("undoes"),
        Index(None, "reviewer", "decided_at"),
    )

    decision_id: str = Field(primary_key=True)
    case_id: str
    round: int | None
    reviewer: str
    answer: str
    verdict: str | None
    decided_at: datetime = Field(sa_type=Instant)
    undoes: str | None
    labels: str = Field(sa_type=Text)
    note: str


class OverrideRow(SQLModel, table=True):
    """A hit that people took off the score and the counts (`overturned`), or put back (`restored`).

    Of a session revision and rule the last row holds. Append-only.
    """

    __tablename__ = "overrides"
    __table_args__ = (
        ForeignKeyConstraint(["session_id", "revision"], _REVISION),
        Index(None, "session_id", "revision", "rule_id"),
    )

    override_id: int | None = Field(default=None, primary_key=True, sa_type=_COUNTER)
    session_id: str
    revision: int
    rule_id: str
    effect: str
    cause: str
    actor: str
    case_id: str | None
    reason: str
    at: datetime = Field(sa_type=Instant)


class CorrectedHitRow(SQLModel, table=True):
    """A hit of an inspection that does not count: what the overrides come to, kept for reports."""

    __tablename__ = "corrected_hits"
    __table_args__ = (ForeignKeyConstraint(["inspection_id"], ["inspections.inspection_id"]),)

    inspection_id: str = Field(primary_key=True)
    rule_id: str = Field(primary_key=True)


class CorrectedCardRow(SQLModel, table=True):
    """The sums of an inspection without the hits that do not count; `agent_id` "": those of the session."""

    __tablename__ = "corrected_cards"
    __table_args__ = (ForeignKeyConstraint(["inspection_id"], ["inspections.inspection_id"]),)

    inspection_id: str = Field(primary_key=True)
    agent_id: str = Field(primary_key=True)
    raw_total: float
    score: float
    red_line: bool
    bonus: float
    deductions: float
    undetermined: int
    hits: int
