"""Labels, the review queue, overrides and what they come to.

What people said is append-only, as what was judged is; like that it can be deleted with its session.
"""

from alembic import op

from storage.migrations.columns import (
    counter,
    flags,
    floats,
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

revision = "0002"
down_revision = "0001"

NO_UPDATE = ("labels", "rule_changes", "review_plans", "review_decisions", "overrides")
_REVISION = ("session_id", "revision")


def upgrade() -> None:
    _create_labels()
    _create_cases()
    _create_decisions()
    _create_overrides()
    refuse("UPDATE", *NO_UPDATE)


def _create_labels() -> None:
    op.create_table(
        "labels",
        *strings("label_id session_id"), *numbers("revision"), *strings("rule_id verdict labeller"),
        *instants("labelled_at"), *strings("rule_version source"), *floats("inclusion_probability?"),
        *strings("inspection_id? supersedes?"), *texts("document"),
        key("labels", "label_id"),
        refers("labels", "session_revisions", *_REVISION),
        refers("labels", "inspections", "inspection_id"),
        unique("labels", "supersedes"),
    )  # fmt: skip
    index("labels", "session_id", "rule_id")
    index("labels", "rule_id", "labelled_at")
    op.create_table(
        "rule_changes",
        counter("change_id"), *strings("rule_id from_version to_version kind author reason"), *instants("at"),
        key("rule_changes", "change_id"),
        unique("rule_changes", "rule_id", "to_version"),
    )  # fmt: skip


def _create_cases() -> None:
    op.create_table(
        "review_plans",
        *strings("plan_id"), *instants("created_at"), *strings("author"), *numbers("quota?"),
        *texts("document"),
        key("review_plans", "plan_id"),
    )  # fmt: skip
    op.create_table(
        "review_cases",
        *strings("case_id plan_id? kind dedupe session_id"), *numbers("revision"),
        *strings("inspection_id rule_id? agent_id? judged? stratum"), *floats("inclusion_probability?"),
        *strings("source"), *flags("blind"), *numbers("wanted decided"), *strings("state"), *numbers("rank"),
        *instants("created_at due_at"), *strings("holder?"), *instants("lease_until?"), *numbers("round"),
        key("review_cases", "case_id"),
        refers("review_cases", "session_revisions", *_REVISION),
        refers("review_cases", "inspections", "inspection_id"),
        refers("review_cases", "review_plans", "plan_id"),
        unique("review_cases", "dedupe"),
    )  # fmt: skip
    op.create_index("ix_review_cases_queue", "review_cases", ["state", "rank", "due_at", "case_id"])
    index("review_cases", "session_id", "rule_id")
    index("review_cases", "holder")
    op.create_table(
        "review_exclusions",
        *strings("case_id reviewer"),
        key("review_exclusions", "case_id", "reviewer"),
        refers("review_exclusions", "review_cases", "case_id"),
    )


def _create_decisions() -> None:
    op.create_table(
        "review_decisions",
        *strings("decision_id case_id"), *numbers("round?"), *strings("reviewer answer verdict?"),
        *instants("decided_at"), *strings("undoes?"), *texts("labels"), *strings("note"),
        key("review_decisions", "decision_id"),
        refers("review_decisions", "review_cases", "case_id"),
        unique("review_decisions", "case_id", "round"),
        unique("review_decisions", "undoes"),
    )  # fmt: skip
    index("review_decisions", "reviewer", "decided_at")


def _create_overrides() -> None:
    op.create_table(
        "overrides",
        counter("override_id"), *strings("session_id"), *numbers("revision"),
        *strings("rule_id effect cause actor case_id? reason"), *instants("at"),
        key("overrides", "override_id"),
        refers("overrides", "session_revisions", *_REVISION),
    )  # fmt: skip
    index("overrides", "session_id", "revision", "rule_id")
    op.create_table(
        "corrected_hits",
        *strings("inspection_id rule_id"),
        key("corrected_hits", "inspection_id", "rule_id"),
        refers("corrected_hits", "inspections", "inspection_id"),
    )
    op.create_table(
        "corrected_cards",
        *strings("inspection_id agent_id"), *floats("raw_total score"), *flags("red_line"),
        *floats("bonus deductions"), *numbers("undetermined hits"),
        key("corrected_cards", "inspection_id", "agent_id"),
        refers("corrected_cards", "inspections", "inspection_id"),
    )  # fmt: skip


def downgrade() -> None:
    raise NotImplementedError("labels and decisions would be lost: restore a copy of the database instead")
