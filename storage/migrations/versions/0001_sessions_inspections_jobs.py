"""Sessions, inspections, jobs, profiles, audit.

Append-only tables refuse UPDATE in the database itself. What retention may have to delete (sessions,
inspections) can be deleted; profile versions and the audit trail cannot.
"""

from collections.abc import Callable
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

NO_UPDATE = ("session_revisions", "inspections", "outcomes", "agent_cards")
NO_CHANGE = ("profile_versions", "profile_assignments", "audit_entries")


def _columns(kind: Callable[[], Any]) -> Callable[..., list[sa.Column[Any]]]:
    """Several columns of a kind; a name that ends in `?` may be NULL."""
    return lambda names: [
        sa.Column(name.rstrip("?"), kind(), nullable=name.endswith("?")) for name in names.split()
    ]


_strings = _columns(sa.String)
_texts = _columns(sa.Text)
_numbers = _columns(sa.Integer)
_floats = _columns(sa.Float)
_flags = _columns(sa.Boolean)
_packed = _columns(sa.LargeBinary)
_instants = _columns(sa.BigInteger)


def _key(table: str, *columns: str) -> sa.PrimaryKeyConstraint:
    return sa.PrimaryKeyConstraint(*columns, name=f"pk_{table}")


def _refers(table: str, other: str, *columns: str) -> sa.ForeignKeyConstraint:
    targets = [f"{other}.{column}" for column in columns]
    return sa.ForeignKeyConstraint(list(columns), targets, name=f"fk_{table}_{other}")


def _counter(name: str) -> sa.Column[Any]:
    kind = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    return sa.Column(name, kind, autoincrement=True, nullable=False)


def _index(table: str, *columns: str) -> None:
    op.create_index(f"ix_{table}_{'_'.join(columns)}", table, list(columns))


def upgrade() -> None:
    _create_sessions()
    _create_inspections()
    _create_outcomes()
    _create_jobs()
    _create_control()
    _forbid_changes()


def _create_sessions() -> None:
    op.create_table(
        "sessions",
        *_strings("session_id"), *_numbers("revision"), *_strings("platform? shop? group_name? customer_id?"),
        *_instants("started_at ended_at? received_at"), *_numbers("message_count"), *_strings("order_state?"),
        *_numbers("satisfaction?"), *_strings("inspection_id?"), *_numbers("inspected_revision?"),
        _key("sessions", "session_id"),
    )  # fmt: skip
    _index("sessions", "started_at", "session_id")
    _index("sessions", "shop", "started_at", "session_id")
    _index("sessions", "inspection_id")
    op.create_table(
        "session_revisions",
        *_strings("session_id"), *_numbers("revision"), *_strings("content_hash"), *_instants("received_at"),
        *_packed("document"),
        _key("session_revisions", "session_id", "revision"),
        _refers("session_revisions", "sessions", "session_id"),
    )  # fmt: skip
    _index("session_revisions", "session_id", "content_hash")
    op.create_table(
        "session_agents",
        *_strings("session_id agent_id"),
        _key("session_agents", "session_id", "agent_id"),
        _refers("session_agents", "sessions", "session_id"),
    )
    _index("session_agents", "agent_id")
    op.create_table(
        "session_texts",
        *_strings("session_id"),
        *_texts("folded"),
        _key("session_texts", "session_id"),
        _refers("session_texts", "sessions", "session_id"),
    )


def _create_inspections() -> None:
    op.create_table(
        "inspections",
        *_strings("inspection_id session_id"), *_numbers("revision"),
        *_strings("catalogue_version profile_version judge_version"), *_numbers("attempt"),
        *_flags("official"), *_instants("inspected_at"),
        *_floats("raw_total score"), *_flags("red_line"), *_floats("bonus deductions"),
        *_numbers("undetermined hits"), *_floats("first_reply? first_human_reply? average_reply?"),
        *_texts("scorecard"), *_packed("outcomes"),
        _key("inspections", "inspection_id"),
        _refers("inspections", "session_revisions", "session_id", "revision"),
        sa.UniqueConstraint(
            "session_id", "revision", "catalogue_version", "profile_version", "judge_version", "attempt",
            name="uq_inspections_key",
        ),
    )  # fmt: skip


def _create_outcomes() -> None:
    op.create_table(
        "outcomes",
        *_strings("inspection_id"), *_numbers("position"),
        *_strings("rule_id verdict reason_code? agent_id?"), *_floats("score confidence?"), *_strings("judge_name?"),
        _key("outcomes", "inspection_id", "position"),
        _refers("outcomes", "inspections", "inspection_id"),
        sqlite_with_rowid=False,
    )  # fmt: skip
    hits = sa.text("verdict = 'hit'")
    op.create_index(
        "ix_outcomes_hits", "outcomes", ["rule_id", "inspection_id"], sqlite_where=hits, postgresql_where=hits
    )
    op.create_table(
        "agent_cards",
        *_strings("inspection_id agent_id"), *_floats("raw_total score"), *_flags("red_line"),
        *_floats("bonus deductions"), *_numbers("undetermined"),
        _key("agent_cards", "inspection_id", "agent_id"),
        _refers("agent_cards", "inspections", "inspection_id"),
    )  # fmt: skip


def _create_jobs() -> None:
    op.create_table(
        "jobs",
        *_strings("job_id kind"), *_instants("created_at"), *_texts("document"), _key("jobs", "job_id"),
    )  # fmt: skip
    _index("jobs", "created_at")
    op.create_table(
        "tasks",
        *_strings("job_id"), *_numbers("position"), *_strings("session_id"), *_numbers("revision"),
        *_strings("state"), *_numbers("queue_rank"), *_instants("visible_at"), *_strings("worker?"),
        *_numbers("attempts"), *_strings("inspection_id? error_kind?"), *_texts("error?"),
        *_instants("finished_at?"),
        _key("tasks", "job_id", "position"),
        _refers("tasks", "jobs", "job_id"),
    )  # fmt: skip
    op.create_index("ix_tasks_queue", "tasks", ["state", "queue_rank", "job_id", "position"])
    _index("tasks", "session_id", "state")


def _create_control() -> None:
    op.create_table(
        "profile_versions",
        *_strings("name"), *_numbers("version"), *_instants("effective_from created_at"),
        *_strings("author reason"), *_flags("hot_fix"), *_texts("document"),
        _key("profile_versions", "name", "version"),
    )  # fmt: skip
    op.create_table(
        "profile_assignments",
        _counter("assignment_id"),
        *_strings("shop? name"),
        *_instants("effective_from"),
        _key("profile_assignments", "assignment_id"),
    )
    _index("profile_assignments", "shop")
    op.create_table(
        "audit_entries",
        _counter("entry_id"), *_instants("at"), *_strings("actor action subject reason"), *_texts("document"),
        _key("audit_entries", "entry_id"),
    )  # fmt: skip
    _index("audit_entries", "subject")


def _forbid_changes() -> None:
    """A trigger per table and operation; SQLite raises in it, PostgreSQL in the function it calls."""
    sqlite = op.get_bind().dialect.name == "sqlite"
    if not sqlite:
        op.execute(
            "CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END $$"
        )
    refused = [(table, "UPDATE") for table in NO_UPDATE + NO_CHANGE] + [
        (table, "DELETE") for table in NO_CHANGE
    ]
    for table, operation in refused:
        head = f"CREATE TRIGGER {table}_no_{operation.lower()} BEFORE {operation} ON {table}"
        if sqlite:
            op.execute(f"{head} BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END")
        else:
            op.execute(f"{head} FOR EACH ROW EXECUTE FUNCTION refuse_change()")


def downgrade() -> None:
    raise NotImplementedError("the first step has nothing to go back to: delete the database instead")
