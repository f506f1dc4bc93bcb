"""Shapes of labels and review that only the REST service has."""

from typing import Literal

import msgspec

from api import reviewing
from api.errors import RecordProblem
from calibration.reviewers import RuleAgreement
from storage import appeals, labels
from storage.labels import Label, NewLabel
from storage.review import answers, cases, desk, plans, undoing


class GivenLabel(NewLabel, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A label as it is handed in. `labeller` null: the caller."""

    labeller: str | None = None


class LabelReport(msgspec.Struct, frozen=True, kw_only=True):
    """Labels that were kept, and what is wrong with the records that were not."""

    labels: tuple[Label, ...]
    rejected: tuple[RecordProblem, ...]


class LabelPage(msgspec.Struct, frozen=True, kw_only=True):
    """`next_after` is null on the last page."""

    items: tuple[Label, ...]
    next_after: str | None


class ChangeOfRule(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a change of a rule was. `to_version` null: the version in the catalogue now."""

    from_version: str
    kind: Literal["meaning", "wording"]
    reason: str
    to_version: str | None = None


#: What the OpenAPI document lists of labels and review.
SHAPES = (
    GivenLabel, LabelReport, LabelPage, ChangeOfRule, Label, labels.JudgedCase, labels.RuleChange, labels.StaleLabels,
    plans.Plan, plans.DrawnPlan, cases.Case, desk.CaseView, reviewing.NextCase, reviewing.DecidedView,
    answers.Reply, undoing.Undone, RuleAgreement,
    appeals.Appeal, appeals.Acknowledgement, appeals.OwnHit, appeals.OwnSession,
)  # fmt: skip
