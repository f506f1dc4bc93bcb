"""Texts of rules and prompts that were published in the place of the catalogue's files."""

from alembic import op

from storage.migrations.columns import counter, index, instants, key, numbers, refuse, strings, texts, unique

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    op.create_table(
        "publications",
        counter("publication_id"),
        *strings("subject author reason based_on"), *numbers("version"), *texts("text?"),
        *instants("effective_from created_at"),
        key("publications", "publication_id"),
        unique("publications", "subject", "version"),
    )  # fmt: skip
    index("publications", "effective_from")
    for operation in ("UPDATE", "DELETE"):
        refuse(operation, "publications")


def downgrade() -> None:
    raise NotImplementedError("published texts would be lost: restore a copy of the database instead")
