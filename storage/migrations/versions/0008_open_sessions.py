"""What is still open is found by its end, however long ago it began."""

from storage.migrations.columns import index

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    index("sessions", "ended_at", "received_at")
