"""The tables of studies: long work over many cases, and the verdicts that it need not ask for again."""

from datetime import datetime

from sqlalchemy import ForeignKeyConstraint, Index, Text
from sqlmodel import Field, SQLModel

from storage.instants import Instant
from storage.tables import sessions as tables

metadata = tables.metadata


class StudyRow(SQLModel, table=True):
    """One piece of long work. `job_id`: the job that does it now; another one once it was resumed.

    `subject`: the rule it is about, empty for several. `request`, `result`: JSON. `tokens`: what a judge that charges
    was asked for so far. `reused`: verdicts that were known before.
    """

    __tablename__ = "studies"
    __table_args__ = (ForeignKeyConstraint(["job_id"], ["jobs.job_id"]), Index(None, "subject", "created_at"))

    study_id: str = Field(primary_key=True)
    job_id: str
    kind: str
    subject: str
    actor: str
    created_at: datetime = Field(sa_type=Instant, index=True)
    request: str = Field(sa_type=Text)
    done: int
    total: int
    reused: int
    tokens: int
    began_at: datetime | None = Field(sa_type=Instant)
    told_at: datetime | None = Field(sa_type=Instant)
    result: str | None = Field(sa_type=Text)


class VerdictRow(SQLModel, table=True):
    """A verdict of a study by a hash of all it depends on (`calibration.runs.judged`). `document`: the attempt, JSON."""

    __tablename__ = "verdicts"

    key: str = Field(primary_key=True)
    document: str = Field(sa_type=Text)
