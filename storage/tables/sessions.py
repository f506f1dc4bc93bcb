"""The tables: columns that are asked for, and one JSON document per row for everything else.

Rows validate nothing; domain values are turned into rows, and back, in the module of each noun. Tables marked
append-only refuse UPDATE by trigger (see the first migration). Jobs, profiles, audit:
`storage.tables.control`.
"""

from datetime import datetime

from sqlalchemy import ForeignKeyConstraint, Index, Table, Text, UniqueConstraint, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import Field, SQLModel

from storage.instants import Instant
from storage.packing import PackedText

# Keys and indexes get the same names in both databases, so that later migrations can address them.
metadata = SQLModel.metadata
metadata.naming_convention = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "fk": "fk_%(table_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class SessionRow(SQLModel, table=True):
    """The newest revision of a session, as far as sessions are searched by it, and its latest inspection.

    `started_at` is given, else that of the first message, else when the session was received.
    """

    __tablename__ = "sessions"
    __table_args__ = (
        Index(None, "started_at", "session_id"),
        Index(None, "shop", "started_at", "session_id"),
        Index("ix_sessions_ended_at_received_at", "ended_at", "received_at"),
        Index(None, "inspection_id"),
    )

    session_id: str = Field(primary_key=True)
    revision: int
    platform: str | None
    shop: str | None
    group_name: str | None
    customer_id: str | None
    started_at: datetime = Field(sa_type=Instant)
    ended_at: datetime | None = Field(sa_type=Instant)
    received_at: datetime = Field(sa_type=Instant)
    message_count: int
    order_state: str | None
    satisfaction: int | None
    inspection_id: str | None = None
    inspected_revision: int | None = None


class SessionRevisionRow(SQLModel, table=True):
    """A content a session was handed in with. Append-only."""

    __tablename__ = "session_revisions"
    __table_args__ = (
        ForeignKeyConstraint(["session_id"], ["sessions.session_id"]),
        Index(None, "session_id", "content_hash"),
    )

    session_id: str = Field(primary_key=True)
    revision: int = Field(primary_key=True)
    content_hash: str
    received_at: datetime = Field(sa_type=Instant)
    document: str = Field(sa_type=PackedText)


class SessionAgentRow(SQLModel, table=True):
    """Who served the newest revision of a session."""

    __tablename__ = "session_agents"
    __table_args__ = (ForeignKeyConstraint(["session_id"], ["sessions.session_id"]), Index(None, "agent_id"))

    session_id: str = Field(primary_key=True)
    agent_id: str = Field(primary_key=True)


class AgentNameRow(SQLModel, table=True):
    """What an agent is called, as the session handed in last says."""

    __tablename__ = "agent_names"

    agent_id: str = Field(primary_key=True)
    name: str


class SessionTextRow(SQLModel, table=True):
    """What the messages of the newest revision say, folded: apart from `sessions`, which stays narrow."""

    __tablename__ = "session_texts"
    __table_args__ = (ForeignKeyConstraint(["session_id"], ["sessions.session_id"]),)

    session_id: str = Field(primary_key=True)
    folded: str = Field(sa_type=Text)


class InspectionRow(SQLModel, table=True):
    """An inspection with the sums of its session. Reply times in seconds; outcomes as JSON. Append-only."""

    __tablename__ = "inspections"
    __table_args__ = (
        ForeignKeyConstraint(
            ["session_id", "revision"], ["session_revisions.session_id", "session_revisions.revision"]
        ),
        UniqueConstraint(
            "session_id", "revision", "catalogue_version", "profile_version", "judge_version", "attempt",
            name="uq_inspections_key",
        ),
    )  # fmt: skip

    inspection_id: str = Field(primary_key=True)
    session_id: str
    revision: int
    catalogue_version: str
    profile_version: str
    judge_version: str
    attempt: int
    official: bool
    inspected_at: datetime = Field(sa_type=Instant)
    raw_total: float
    score: float
    red_line: bool
    bonus: float
    deductions: float
    undetermined: int
    hits: int
    first_reply: float | None
    first_human_reply: float | None
    average_reply: float | None
    scorecard: str = Field(sa_type=Text)
    outcomes: str = Field(sa_type=PackedText)


class OutcomeRow(SQLModel, table=True):
    """What of one outcome is counted and searched by. Append-only.

    Narrow, because reports read millions of them; all of it is in `InspectionRow.outcomes`.
    """

    __tablename__ = "outcomes"
    __table_args__ = (
        ForeignKeyConstraint(["inspection_id"], ["inspections.inspection_id"]),
        Index(
            "ix_outcomes_hits",
            "rule_id",
            "inspection_id",
            sqlite_where=text("verdict = 'hit'"),
            postgresql_where=text("verdict = 'hit'"),
        ),
        {"sqlite_with_rowid": False},
    )

    inspection_id: str = Field(primary_key=True)
    position: int = Field(primary_key=True)
    rule_id: str
    verdict: str
    reason_code: str | None
    agent_id: str | None
    score: float
    confidence: float | None
    judge_name: str | None


class AgentCardRow(SQLModel, table=True):
    """The sums of one agent in one inspection. Append-only."""

    __tablename__ = "agent_cards"
    __table_args__ = (ForeignKeyConstraint(["inspection_id"], ["inspections.inspection_id"]),)

    inspection_id: str = Field(primary_key=True)
    agent_id: str = Field(primary_key=True)
    raw_total: float
    score: float
    red_line: bool
    bonus: float
    deductions: float
    undetermined: int


def table_of(row: type[SQLModel]) -> Table:
    """The table behind a row class, for statements about many rows."""
    return metadata.tables[str(row.__tablename__)]


def insert_into(db: AsyncSession, row: type[SQLModel]) -> sqlite.Insert | postgresql.Insert:
    """An INSERT that may say ON CONFLICT, in the words of the database at hand."""
    if db.get_bind().dialect.name == "sqlite":
        return sqlite.insert(table_of(row))
    return postgresql.insert(table_of(row))
