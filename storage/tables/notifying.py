"""The tables of who outside the service is told of alerts, and whether they were. See `storage.tables.sessions`."""

from datetime import datetime

from sqlalchemy import ForeignKeyConstraint, Index, Text
from sqlmodel import Field, SQLModel

from storage.instants import Instant
from storage.tables import sessions as tables

metadata = tables.metadata


class NotificationRouteRow(SQLModel, table=True):
    """Which alerts go where. `document`: what is chosen, as JSON; `secret` signs what is sent."""

    __tablename__ = "notification_routes"

    route_id: str = Field(primary_key=True)
    created_at: datetime = Field(sa_type=Instant)
    changed_at: datetime = Field(sa_type=Instant)
    removed_at: datetime | None = Field(sa_type=Instant)
    url: str = Field(sa_type=Text)
    secret: str = Field(sa_type=Text)
    document: str = Field(sa_type=Text)


class DeliveryRow(SQLModel, table=True):
    """An alert on its way along a route, once, and once more as a reminder.

    `state`: waiting, delivered, failed or dropped. `due_at`: when it is tried next; it is put off before each try, so
    that a second worker, or one after a crash, does not try at the same time.
    """

    __tablename__ = "deliveries"
    __table_args__ = (
        ForeignKeyConstraint(["alert_id"], ["alerts.alert_id"]),
        ForeignKeyConstraint(["route_id"], ["notification_routes.route_id"]),
        Index(None, "state", "due_at"),
        Index(None, "changed_at"),
    )

    alert_id: str = Field(primary_key=True)
    route_id: str = Field(primary_key=True)
    kind: str = Field(primary_key=True)
    state: str
    attempts: int
    due_at: datetime = Field(sa_type=Instant)
    changed_at: datetime = Field(sa_type=Instant)
    error: str = Field(sa_type=Text)
