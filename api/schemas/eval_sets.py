"""Shapes of eval sets and label plans that only the REST service has."""

from collections import Counter
from collections.abc import Sequence
from typing import Annotated, Any

import msgspec
from msgspec import Meta

from calibration.eval_sets import EvalSet
from calibration.staleness import Stale
from prompts.errors import FileError
from storage.session_filters import Selection

Width = Annotated[float, Meta(gt=0, le=0.5)]


class SetSummary(msgspec.Struct, frozen=True, kw_only=True):
    """An eval set. `rules`: rules and acts that have labels. `source`: constructed is never called human."""

    name: str
    title: str
    title_en: str
    source: str
    dev: int
    test: int
    rules: tuple[str, ...]


class LabelCounts(msgspec.Struct, frozen=True, kw_only=True):
    """The labels of one rule in one split, by case. `disputed`: labellers without a majority."""

    split: str
    rule_id: str
    cases: int
    hit: int
    no_hit: int
    not_applicable: int
    disputed: int
    labellers: tuple[str, ...]


class StaleCase(msgspec.Struct, frozen=True, kw_only=True):
    """A case whose labels may be wrong by now: one fresh label settles it."""

    split: str
    case_id: str
    rule_id: str
    verdicts: tuple[str, ...]
    reason: str


class SetDetails(SetSummary, frozen=True, kw_only=True):
    """One eval set. `versions`: split to the hash of its content."""

    note: str
    versions: dict[str, str]
    labels: tuple[LabelCounts, ...]
    stale: tuple[StaleCase, ...]


class SetFinding(msgspec.Struct, frozen=True, kw_only=True):
    """Something that is wrong with a file of an eval set."""

    file: str
    line: int | None
    field: str | None
    message: str


class Imported(msgspec.Struct, frozen=True, kw_only=True):
    """What an import added. `cases`: new ones per split; `known`: labels that were there; `open`: not filled in."""

    cases: dict[str, int]
    labels: int
    known: int
    open: int
    problems: tuple[SetFinding, ...]


class Divided(msgspec.Struct, frozen=True, kw_only=True):
    """How a set was divided. `moved`: cases that were on the other side; `kept_together`: what is never on both.

    `tuned_on`: cases that were dev are test now: what was tuned on them is not held out from it.
    """

    cases: dict[str, int]
    moved: int
    kept_together: tuple[str, ...]
    tuned_on: bool


class LabelPlanRequest(Selection, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is to be known of rules: half the width of each interval, among the stored sessions that meet the filters.

    Nothing wanted: precision to ±0.05. `budget`: most sessions to label. The same `seed` draws the same.
    """

    rules: Annotated[tuple[str, ...], Meta(min_length=1)]
    precision: Width | None = None
    recall: Width | None = None
    prevalence: Width | None = None
    budget: Annotated[int, Meta(ge=1)] | None = None
    seed: int = 0


def summary_of(dev: EvalSet, test: EvalSet) -> SetSummary:
    """Of both splits."""
    return SetSummary(**_summary(dev, test))


def details_of(sides: Sequence[EvalSet], stale: Sequence[Stale]) -> SetDetails:
    """Of both splits, with what is to be looked at again."""
    dev, test = sides
    return SetDetails(
        **_summary(dev, test), note=dev.info.note, versions={side.split: side.version for side in sides},
        labels=tuple(_counts(side, rule_id) for side in sides for rule_id in side.rules()),
        stale=tuple(
            StaleCase(
                split=each.split, case_id=each.case_id, rule_id=each.rule_id, verdicts=each.verdicts, reason=each.reason
            )
            for each in stale
        ),
    )  # fmt: skip


def finding_of(error: FileError) -> SetFinding:
    """The name of the file only: where it lies is nobody's business."""
    path = str(error.path or "")
    return SetFinding(file=path.rpartition("/")[2], line=error.line, field=error.field, message=error.reason)


def _summary(dev: EvalSet, test: EvalSet) -> dict[str, Any]:
    info = dev.info
    return {
        "name": dev.name, "title": info.title, "title_en": info.title_en, "source": info.source,
        "dev": len(dev.cases), "test": len(test.cases), "rules": tuple(dict.fromkeys((*dev.rules(), *test.rules()))),
    }  # fmt: skip


def _counts(side: EvalSet, rule_id: str) -> LabelCounts:
    cases = [case for case in side.cases if any(label.rule_id == rule_id for label in case.labels)]
    said = Counter(case.expected(rule_id) for case in cases)
    labellers = {label.labeller for case in cases for label in case.labels if label.rule_id == rule_id}
    return LabelCounts(
        split=side.split, rule_id=rule_id, cases=len(cases), hit=said["hit"], no_hit=said["no_hit"],
        not_applicable=said["not_applicable"], disputed=said[None], labellers=tuple(sorted(labellers)),
    )  # fmt: skip
