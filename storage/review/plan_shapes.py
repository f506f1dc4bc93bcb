"""What a sampling plan says."""

from datetime import datetime
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from evaluators.types import ReasonCode, Verdict
from storage.session_filters import Selection

#: A sample that nobody has to look at within a year is a slip of the pen.
LONGEST_DUE_HOURS = 366 * 24
#: What a person can decide although no judge did.
_DECIDABLE: tuple[ReasonCode, ...] = (
    "evidence_unverified", "answer_invalid", "answer_truncated", "judge_refused", "input_too_long",
)  # fmt: skip


class PlannedCase(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A case chosen by the label planner or by hand. Without a probability it counts for no estimate."""

    session_id: str
    rule_id: str
    inclusion_probability: Annotated[float, Meta(gt=0, le=1)] | None = None


class Plan(Selection, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What to draw, from which sessions (latest inspections), how, and who is to look at it by when.

    `what`: `random` from all outcomes of `rules` (none named: whole sessions); `flagged`: hits; `undetermined`:
    outcomes with one of `causes`; `planned`: just `chosen`. `verdicts`: only outcomes with one of these.
    Drawn per stratum of `by`, and per rule: `sizes[stratum]`, else `size` cases, else `share` of them; none
    given: all. `reviewers`: how many independent ones each case wants. `quota`: what one reviewer decides of it a
    day at most.
    """

    title: Annotated[str, Meta(min_length=1, max_length=200)]
    what: Literal["random", "flagged", "undetermined", "planned"]
    rules: tuple[str, ...] = ()
    verdicts: tuple[Verdict, ...] = ()
    causes: tuple[ReasonCode, ...] = _DECIDABLE
    by: Literal["all", "agent", "group", "shop", "verdict"] = "all"
    share: Annotated[float, Meta(gt=0, le=1)] | None = None
    size: Annotated[int, Meta(ge=1)] | None = None
    sizes: dict[str, Annotated[int, Meta(ge=0)]] = msgspec.field(default_factory=dict)
    chosen: tuple[PlannedCase, ...] = ()
    reviewers: Annotated[int, Meta(ge=1, le=5)] = 1
    blind: bool = False
    due_hours: Annotated[float, Meta(gt=0, le=LONGEST_DUE_HOURS)] = 24
    quota: Annotated[int, Meta(ge=1)] | None = None
    seed: int | None = None


class DrawnPlan(msgspec.Struct, frozen=True, kw_only=True):
    """A plan as it was drawn. `strata`: by stratum (`rule/stratum` with rules) what was drawn out of how many.

    `plan.seed` is the one that was used: the same population and seed give the same sample.
    """

    plan_id: str
    created_at: datetime
    author: str
    plan: Plan
    cases: int
    strata: dict[str, tuple[int, int]]
