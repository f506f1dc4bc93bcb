"""What judges told under a certificate, and how the test of it stands."""

from alembic import op
from sqlalchemy import BigInteger, Column

from storage.migrations.columns import counter, floats, index, key, refers, refuse, strings, texts, unique

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.create_table(
        "certified_probabilities",
        counter("number"), *strings("certificate_id session_id inspection_id"), *floats("probability"),
        key("certified_probabilities", "number"),
        refers("certified_probabilities", "certificates", "certificate_id"),
        unique("certified_probabilities", "certificate_id", "session_id"),
    )  # fmt: skip
    index("certified_probabilities", "certificate_id", "number")
    op.create_table(
        "certificate_watches",
        *strings("certificate_id"), Column("last", BigInteger(), nullable=False), *texts("document"),
        key("certificate_watches", "certificate_id"),
        refers("certificate_watches", "certificates", "certificate_id"),
    )  # fmt: skip
    refuse("UPDATE", "certified_probabilities")


def downgrade() -> None:
    raise NotImplementedError("what was certified would be lost: restore a copy of the database instead")
