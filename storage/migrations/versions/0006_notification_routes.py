"""Routes of notifications, and what was delivered along them."""

from alembic import op

from storage.migrations.columns import index, instants, key, numbers, refers, strings, texts

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.create_table(
        "notification_routes",
        *strings("route_id"), *instants("created_at changed_at removed_at?"), *texts("url secret document"),
        key("notification_routes", "route_id"),
    )  # fmt: skip
    op.create_table(
        "deliveries",
        *strings("alert_id route_id kind state"), *numbers("attempts"), *instants("due_at changed_at"),
        *texts("error"),
        key("deliveries", "alert_id", "route_id", "kind"),
        refers("deliveries", "alerts", "alert_id"),
        refers("deliveries", "notification_routes", "route_id"),
    )  # fmt: skip
    index("deliveries", "state", "due_at")
    index("deliveries", "changed_at")


def downgrade() -> None:
    raise NotImplementedError("routes would be lost: restore a copy of the database instead")
