"""Adjudications, stages, certificates, alerts, anchors and drift."""

from alembic import op

from storage.migrations.columns import (
    counter,
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

revision = "0004"
down_revision = "0003"

NO_UPDATE = ("adjudications", "rule_stages", "certificates", "certificate_expiries", "alerts", "alert_events")


def upgrade() -> None:
    _create_trust()
    _create_alerts()
    _create_drift()
    refuse("UPDATE", *NO_UPDATE)


def _create_trust() -> None:
    op.create_table(
        "adjudications",
        counter("adjudication_id"), *strings("inspection_id session_id"), *numbers("revision"),
        *strings("rule_id expected judged cause actor"), *texts("reason"), *instants("at"),
        key("adjudications", "adjudication_id"),
        refers("adjudications", "inspections", "inspection_id"),
    )  # fmt: skip
    index("adjudications", "inspection_id", "rule_id")
    index("adjudications", "rule_id")
    op.create_table(
        "rule_stages",
        counter("stage_id"), *strings("rule_id purpose stage actor"), *texts("reason"), *instants("at"),
        *texts("document"),
        key("rule_stages", "stage_id"),
    )  # fmt: skip
    index("rule_stages", "rule_id", "purpose")
    op.create_table(
        "certificates",
        *strings("certificate_id rule_id rule_version judge_version"), *instants("issued_at"),
        *strings("actor"), *texts("document"),
        key("certificates", "certificate_id"),
    )  # fmt: skip
    index("certificates", "rule_id", "issued_at")
    op.create_table(
        "certificate_expiries",
        *strings("certificate_id cause"), *texts("detail"), *instants("at"),
        key("certificate_expiries", "certificate_id"),
        refers("certificate_expiries", "certificates", "certificate_id"),
    )  # fmt: skip


def _create_alerts() -> None:
    op.create_table(
        "alerts",
        *strings("alert_id"), *instants("at"), *strings("kind level mode dedupe shop? session_id?"),
        *numbers("revision?"), *strings("inspection_id? rule_id? agent_id?"), *texts("text"),
        key("alerts", "alert_id"),
        unique("alerts", "dedupe"),
    )  # fmt: skip
    index("alerts", "at")
    index("alerts", "session_id", "rule_id")
    op.create_table(
        "alert_events",
        *strings("alert_id action actor"), *instants("at"),
        key("alert_events", "alert_id", "action"),
        refers("alert_events", "alerts", "alert_id"),
    )  # fmt: skip


def _create_drift() -> None:
    op.create_table(
        "anchors",
        *strings("session_id"), *numbers("revision"), *instants("pinned_at"), *strings("actor"),
        key("anchors", "session_id", "revision"),
        refers("anchors", "session_revisions", "session_id", "revision"),
    )  # fmt: skip
    op.create_table(
        "drift_runs",
        counter("number"), *strings("job_id? cause identity actor"), *instants("started_at"),
        *texts("report?"),
        key("drift_runs", "number"),
        unique("drift_runs", "job_id"),
    )  # fmt: skip


def downgrade() -> None:
    raise NotImplementedError("what was certified would be lost: restore a copy of the database instead")
