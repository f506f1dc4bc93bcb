"""Sessions, inspections, jobs, profiles, audit.

Append-only tables refuse UPDATE in the database itself. What retention may have to delete (sessions,
inspections) can be deleted; profile versions and the audit trail cannot.
"""

import sqlalchemy as sa
from alembic import op

from storage.migrations.columns import (
    counter,
    flags,
    floats,
    index,
    instants,
    key,
    numbers,
    packed,
    refers,
    refuse,
    strings,
    texts,
)

revision = "0001"
down_revision = None

NO_UPDATE = ("session_revisions", "inspections", "outcomes", "agent_cards")
NO_CHANGE = ("profile_versions", "profile_assignments", "audit_entries")


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
        *strings("session_id"), *numbers("revision"), *strings("platform? shop? group_name? customer_id?"),
        *instants("started_at ended_at? received_at"), *numbers("message_count"), *strings("order_state?"),
        *numbers("satisfaction?"), *strings("inspection_id?"), *numbers("inspected_revision?"),
        key("sessions", "session_id"),
    )  # fmt: skip
    index("sessions", "started_at", "session_id")
    index("sessions", "shop", "started_at", "session_id")
    index("sessions", "inspection_id")
    op.create_table(
        "session_revisions",
        *strings("session_id"), *numbers("revision"), *strings("content_hash"), *instants("received_at"),
        *packed("document"),
        key("session_revisions", "session_id", "revision"),
        refers("session_revisions", "sessions", "session_id"),
    )  # fmt: skip
    index("session_revisions", "session_id", "content_hash")
    op.create_table(
        "session_agents",
        *strings("session_id agent_id"),
        key("session_agents", "session_id", "agent_id"),
        refers("session_agents", "sessions", "session_id"),
    )
    index("session_agents", "agent_id")
    op.create_table(
        "session_texts",
        *strings("session_id"),
        *texts("folded"),
        key("session_texts", "session_id"),
        refers("session_texts", "sessions", "session_id"),
    )


def _create_inspections() -> None:
    op.create_table(
        "inspections",
        *strings("inspection_id session_id"), *numbers("revision"),
        *strings("catalogue_version profile_version judge_version"), *numbers("attempt"),
        *flags("official"), *instants("inspected_at"),
        *floats("raw_total score"), *flags("red_line"), *floats("bonus deductions"),
        *numbers("undetermined hits"), *floats("first_reply? first_human_reply? average_reply?"),
        *texts("scorecard"), *packed("outcomes"),
        key("inspections", "inspection_id"),
        refers("inspections", "session_revisions", "session_id", "revision"),
        sa.UniqueConstraint(
            "session_id", "revision", "catalogue_version", "profile_version", "judge_version", "attempt",
            name="uq_inspections_key",
        ),
    )  # fmt: skip


def _create_outcomes() -> None:
    op.create_table(
        "outcomes",
        *strings("inspection_id"), *numbers("position"),
        *strings("rule_id verdict reason_code? agent_id?"), *floats("score confidence?"), *strings("judge_name?"),
        key("outcomes", "inspection_id", "position"),
        refers("outcomes", "inspections", "inspection_id"),
        sqlite_with_rowid=False,
    )  # fmt: skip
    hits = sa.text("verdict = 'hit'")
    op.create_index(
        "ix_outcomes_hits", "outcomes", ["rule_id", "inspection_id"], sqlite_where=hits, postgresql_where=hits
    )
    op.create_table(
        "agent_cards",
        *strings("inspection_id agent_id"), *floats("raw_total score"), *flags("red_line"),
        *floats("bonus deductions"), *numbers("undetermined"),
        key("agent_cards", "inspection_id", "agent_id"),
        refers("agent_cards", "inspections", "inspection_id"),
    )  # fmt: skip


def _create_jobs() -> None:
    op.create_table(
        "jobs",
        *strings("job_id kind"), *instants("created_at"), *texts("document"), key("jobs", "job_id"),
    )  # fmt: skip
    index("jobs", "created_at")
    op.create_table(
        "tasks",
        *strings("job_id"), *numbers("position"), *strings("session_id"), *numbers("revision"),
        *strings("state"), *numbers("queue_rank"), *instants("visible_at"), *strings("worker?"),
        *numbers("attempts"), *strings("inspection_id? error_kind?"), *texts("error?"),
        *instants("finished_at?"),
        key("tasks", "job_id", "position"),
        refers("tasks", "jobs", "job_id"),
    )  # fmt: skip
    op.create_index("ix_tasks_queue", "tasks", ["state", "queue_rank", "job_id", "position"])
    index("tasks", "session_id", "state")


def _create_control() -> None:
    op.create_table(
        "profile_versions",
        *strings("name"), *numbers("version"), *instants("effective_from created_at"),
        *strings("author reason"), *flags("hot_fix"), *texts("document"),
        key("profile_versions", "name", "version"),
    )  # fmt: skip
    op.create_table(
        "profile_assignments",
        counter("assignment_id"),
        *strings("shop? name"),
        *instants("effective_from"),
        key("profile_assignments", "assignment_id"),
    )
    index("profile_assignments", "shop")
    op.create_table(
        "audit_entries",
        counter("entry_id"), *instants("at"), *strings("actor action subject reason"), *texts("document"),
        key("audit_entries", "entry_id"),
    )  # fmt: skip
    index("audit_entries", "subject")


def _forbid_changes() -> None:
    if op.get_bind().dialect.name != "sqlite":
        op.execute(
            "CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END $$"
        )
    refuse("UPDATE", *NO_UPDATE, *NO_CHANGE)
    refuse("DELETE", *NO_CHANGE)


def downgrade() -> None:
    raise NotImplementedError("the first step has nothing to go back to: delete the database instead")
