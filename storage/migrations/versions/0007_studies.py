"""Studies: eval runs and replays as jobs, and the verdicts they keep."""

from alembic import op

from storage.migrations.columns import index, instants, key, numbers, refers, strings, texts

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    op.create_table(
        "studies",
        *strings("study_id job_id kind subject actor"), *instants("created_at"), *texts("request"),
        *numbers("done total reused tokens"), *instants("began_at? told_at?"), *texts("result?"),
        key("studies", "study_id"),
        refers("studies", "jobs", "job_id"),
    )  # fmt: skip
    index("studies", "created_at")
    index("studies", "subject", "created_at")
    op.create_table("verdicts", *strings("key"), *texts("document"), key("verdicts", "key"))


def downgrade() -> None:
    raise NotImplementedError("what was measured would be lost: restore a copy of the database instead")
