"""What agents say of their hits: acknowledged, or appealed against at two levels."""

from alembic import op

from storage.migrations.columns import (
    counter,
    flags,
    index,
    instants,
    key,
    numbers,
    refers,
    refuse,
    strings,
    texts,
    unique,
)

revision = "0003"
down_revision = "0002"

_REVISION = ("session_id", "revision")


def upgrade() -> None:
    op.create_table(
        "acknowledgements",
        *strings("session_id"), *numbers("revision"), *strings("rule_id agent_id actor"), *instants("at"),
        key("acknowledgements", "session_id", "revision", "rule_id", "agent_id"),
        refers("acknowledgements", "session_revisions", *_REVISION),
    )  # fmt: skip
    op.create_table(
        "appeals",
        *strings("appeal_id session_id"), *numbers("revision"), *strings("inspection_id rule_id agent_id"),
        *instants("filed_at"), *numbers("level"), *strings("state"), *flags("final"), *strings("case_id"),
        *instants("changed_at"),
        key("appeals", "appeal_id"),
        refers("appeals", "session_revisions", *_REVISION),
        refers("appeals", "inspections", "inspection_id"),
        refers("appeals", "review_cases", "case_id"),
        unique("appeals", "session_id", "revision", "rule_id", "agent_id"),
    )  # fmt: skip
    index("appeals", "agent_id", "filed_at")
    index("appeals", "case_id")
    op.create_table(
        "appeal_steps",
        counter("step_id"), *strings("appeal_id"), *numbers("level"), *strings("action actor"),
        *texts("reason"), *instants("at"),
        key("appeal_steps", "step_id"),
        refers("appeal_steps", "appeals", "appeal_id"),
    )  # fmt: skip
    index("appeal_steps", "appeal_id")
    refuse("UPDATE", "acknowledgements", "appeal_steps")


def downgrade() -> None:
    raise NotImplementedError("appeals would be lost: restore a copy of the database instead")
