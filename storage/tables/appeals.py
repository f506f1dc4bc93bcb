"""The tables of what agents say of their hits: acknowledged, or appealed against. See `storage.tables.sessions`."""

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKeyConstraint, Index, Integer, Text, UniqueConstraint
from sqlmodel import Field, SQLModel

from storage.instants import Instant
from storage.tables import sessions as tables

metadata = tables.metadata
_COUNTER = BigInteger().with_variant(Integer, "sqlite")
_REVISION = ("session_revisions.session_id", "session_revisions.revision")


class AcknowledgementRow(SQLModel, table=True):
    """An agent has seen a hit and accepts it. Append-only."""

    __tablename__ = "acknowledgements"
    __table_args__ = (ForeignKeyConstraint(["session_id", "revision"], _REVISION),)

    session_id: str = Field(primary_key=True)
    revision: int = Field(primary_key=True)
    rule_id: str = Field(primary_key=True)
    agent_id: str = Field(primary_key=True)
    actor: str
    at: datetime = Field(sa_type=Instant)


class AppealRow(SQLModel, table=True):
    """Where an appeal stands. `state`: open, upheld or rejected; `final`: nothing can follow.

    `case_id`: the review case of its level. `changed_at`: when it got into its state.
    """

    __tablename__ = "appeals"
    __table_args__ = (
        ForeignKeyConstraint(["session_id", "revision"], _REVISION),
        ForeignKeyConstraint(["inspection_id"], ["inspections.inspection_id"]),
        ForeignKeyConstraint(["case_id"], ["review_cases.case_id"]),
        UniqueConstraint("session_id", "revision", "rule_id", "agent_id"),
        Index(None, "agent_id", "filed_at"),
        Index(None, "case_id"),
    )

    appeal_id: str = Field(primary_key=True)
    session_id: str
    revision: int
    inspection_id: str
    rule_id: str
    agent_id: str
    filed_at: datetime = Field(sa_type=Instant)
    level: int
    state: str
    final: bool
    case_id: str
    changed_at: datetime = Field(sa_type=Instant)


class AppealStepRow(SQLModel, table=True):
    """What happened to an appeal: filed, rejected, escalated, upheld. Append-only."""

    __tablename__ = "appeal_steps"
    __table_args__ = (ForeignKeyConstraint(["appeal_id"], ["appeals.appeal_id"]), Index(None, "appeal_id"))

    step_id: int | None = Field(default=None, primary_key=True, sa_type=_COUNTER)
    appeal_id: str
    level: int
    action: str
    actor: str
    reason: str = Field(sa_type=Text)
    at: datetime = Field(sa_type=Instant)
