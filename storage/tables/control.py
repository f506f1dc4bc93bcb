"""The tables of what steers the work: jobs, profiles, published texts, the audit trail. See `storage.tables.sessions`."""

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKeyConstraint, Index, Integer, Text, UniqueConstraint
from sqlmodel import Field, SQLModel

from storage.instants import Instant
from storage.tables import sessions as tables

metadata = tables.metadata
_COUNTER = BigInteger().with_variant(Integer, "sqlite")


class JobRow(SQLModel, table=True):
    """A batch of session revisions to inspect. `document`: the options every task carries."""

    __tablename__ = "jobs"

    job_id: str = Field(primary_key=True)
    kind: str
    created_at: datetime = Field(sa_type=Instant, index=True)
    document: str = Field(sa_type=Text)


class TaskRow(SQLModel, table=True):
    """One session revision of a job. `state`: open, done, failed or superseded.

    An open task may be claimed from `visible_at` on: the end of a lease, or of the wait before another
    attempt.
    """

    __tablename__ = "tasks"
    __table_args__ = (
        ForeignKeyConstraint(["job_id"], ["jobs.job_id"]),
        Index("ix_tasks_queue", "state", "queue_rank", "job_id", "position"),
        Index(None, "session_id", "state"),
    )

    job_id: str = Field(primary_key=True)
    position: int = Field(primary_key=True)
    session_id: str
    revision: int
    state: str
    #: Minus the priority: the queue is read in ascending order, oldest job first among equals.
    queue_rank: int
    visible_at: datetime = Field(sa_type=Instant)
    worker: str | None
    attempts: int
    inspection_id: str | None
    error_kind: str | None
    error: str | None = Field(sa_type=Text)
    finished_at: datetime | None = Field(sa_type=Instant)


class ProfileVersionRow(SQLModel, table=True):
    """Append-only, DELETE refused too."""

    __tablename__ = "profile_versions"

    name: str = Field(primary_key=True)
    version: int = Field(primary_key=True)
    effective_from: datetime = Field(sa_type=Instant)
    created_at: datetime = Field(sa_type=Instant)
    author: str
    reason: str
    hot_fix: bool
    document: str = Field(sa_type=Text)


class ProfileAssignmentRow(SQLModel, table=True):
    """Which profile a shop (None: every other one) uses from an instant on. Append-only, DELETE refused
    too.
    """

    __tablename__ = "profile_assignments"

    assignment_id: int | None = Field(default=None, primary_key=True, sa_type=_COUNTER)
    shop: str | None = Field(index=True)
    name: str
    effective_from: datetime = Field(sa_type=Instant)


class PublicationRow(SQLModel, table=True):
    """The text of a rule or signal (`subject`: its id) that holds instead of its file from an instant on; NULL: the
    file again. `based_on`: the hash of the file then. Append-only, DELETE refused too.
    """

    __tablename__ = "publications"
    __table_args__ = (UniqueConstraint("subject", "version"),)

    publication_id: int | None = Field(default=None, primary_key=True, sa_type=_COUNTER)
    subject: str
    version: int
    text: str | None = Field(sa_type=Text)
    based_on: str
    effective_from: datetime = Field(sa_type=Instant, index=True)
    created_at: datetime = Field(sa_type=Instant)
    author: str
    reason: str


class AuditRow(SQLModel, table=True):
    """Append-only, DELETE refused too."""

    __tablename__ = "audit_entries"
    __table_args__ = (Index(None, "subject"),)

    entry_id: int | None = Field(default=None, primary_key=True, sa_type=_COUNTER)
    at: datetime = Field(sa_type=Instant)
    actor: str
    action: str
    subject: str
    reason: str
    document: str = Field(sa_type=Text)
