"""The tables of how far rules are trusted, and of who is told what. See `storage.tables.sessions`."""

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKeyConstraint, Index, Integer, Text, UniqueConstraint
from sqlmodel import Field, SQLModel

from storage.instants import Instant
from storage.tables import sessions as tables

metadata = tables.metadata
_COUNTER = BigInteger().with_variant(Integer, "sqlite")


class AdjudicationRow(SQLModel, table=True):
    """Who was wrong where label and verdict differ: of an inspection and rule the last row holds. Append-only."""

    __tablename__ = "adjudications"
    __table_args__ = (
        ForeignKeyConstraint(["inspection_id"], ["inspections.inspection_id"]),
        Index(None, "inspection_id", "rule_id"),
        Index(None, "rule_id"),
    )

    adjudication_id: int | None = Field(default=None, primary_key=True, sa_type=_COUNTER)
    inspection_id: str
    session_id: str
    revision: int
    rule_id: str
    expected: str
    judged: str
    cause: str
    actor: str
    reason: str = Field(sa_type=Text)
    at: datetime = Field(sa_type=Instant)


class StageRow(SQLModel, table=True):
    """From when on hits of a rule are only watched, go to a person first, or count by themselves.

    `purpose`: notification or scoring. `document`: the measured precision it was based on, as JSON. Append-only.
    """

    __tablename__ = "rule_stages"
    __table_args__ = (Index(None, "rule_id", "purpose"),)

    stage_id: int | None = Field(default=None, primary_key=True, sa_type=_COUNTER)
    rule_id: str
    purpose: str
    stage: str
    actor: str
    reason: str = Field(sa_type=Text)
    at: datetime = Field(sa_type=Instant)
    document: str = Field(sa_type=Text)


class CertificateRow(SQLModel, table=True):
    """How far a rule may be trusted by itself, with what that was proven of. Append-only."""

    __tablename__ = "certificates"
    __table_args__ = (Index(None, "rule_id", "issued_at"),)

    certificate_id: str = Field(primary_key=True)
    rule_id: str
    rule_version: str
    judge_version: str
    issued_at: datetime = Field(sa_type=Instant)
    actor: str
    document: str = Field(sa_type=Text)


class ExpiryRow(SQLModel, table=True):
    """A certificate does not hold any more, and why. Append-only."""

    __tablename__ = "certificate_expiries"
    __table_args__ = (ForeignKeyConstraint(["certificate_id"], ["certificates.certificate_id"]),)

    certificate_id: str = Field(primary_key=True)
    cause: str
    detail: str = Field(sa_type=Text)
    at: datetime = Field(sa_type=Instant)


class ProbabilityRow(SQLModel, table=True):
    """What a judge told of a session under a certificate: the probability of a hit, 0..1. Append-only.

    Of a session only the first counts: what follows depends on it. `number` counts up: the order of the test.
    """

    __tablename__ = "certified_probabilities"
    __table_args__ = (
        ForeignKeyConstraint(["certificate_id"], ["certificates.certificate_id"]),
        UniqueConstraint("certificate_id", "session_id"),
        Index(None, "certificate_id", "number"),
    )

    number: int | None = Field(default=None, primary_key=True, sa_type=_COUNTER)
    certificate_id: str
    session_id: str
    inspection_id: str
    probability: float


class WatchRow(SQLModel, table=True):
    """How the test of a certificate stands: `document` as JSON, `last` the number of the last probability it read."""

    __tablename__ = "certificate_watches"
    __table_args__ = (ForeignKeyConstraint(["certificate_id"], ["certificates.certificate_id"]),)

    certificate_id: str = Field(primary_key=True)
    last: int = Field(sa_type=BigInteger)
    document: str = Field(sa_type=Text)


class AlertRow(SQLModel, table=True):
    """Something that somebody is to be told. `mode` manual: only once a person has sent it. Append-only.

    `dedupe` keeps the same thing from being told twice. `text` says what, for people.
    """

    __tablename__ = "alerts"
    __table_args__ = (UniqueConstraint("dedupe"), Index(None, "at"), Index(None, "session_id", "rule_id"))

    alert_id: str = Field(primary_key=True)
    at: datetime = Field(sa_type=Instant)
    kind: str
    level: str
    mode: str
    dedupe: str
    shop: str | None
    session_id: str | None
    revision: int | None
    inspection_id: str | None
    rule_id: str | None
    agent_id: str | None
    text: str = Field(sa_type=Text)


class AlertEventRow(SQLModel, table=True):
    """What people did with an alert: sent, acknowledged, dismissed. Each once. Append-only."""

    __tablename__ = "alert_events"
    __table_args__ = (ForeignKeyConstraint(["alert_id"], ["alerts.alert_id"]),)

    alert_id: str = Field(primary_key=True)
    action: str = Field(primary_key=True)
    actor: str
    at: datetime = Field(sa_type=Instant)


class AnchorRow(SQLModel, table=True):
    """A content that is judged again after every change, to see whether verdicts drift."""

    __tablename__ = "anchors"
    __table_args__ = (
        ForeignKeyConstraint(
            ["session_id", "revision"], ["session_revisions.session_id", "session_revisions.revision"]
        ),
    )

    session_id: str = Field(primary_key=True)
    revision: int = Field(primary_key=True)
    pinned_at: datetime = Field(sa_type=Instant)
    actor: str


class DriftRunRow(SQLModel, table=True):
    """The anchors judged once. `identity`: of catalogue and judge. `report`: JSON, once it is finished."""

    __tablename__ = "drift_runs"
    __table_args__ = (UniqueConstraint("job_id"),)

    number: int | None = Field(default=None, primary_key=True, sa_type=_COUNTER)
    job_id: str | None
    cause: str
    identity: str
    actor: str
    started_at: datetime = Field(sa_type=Instant)
    report: str | None = Field(sa_type=Text)
