"""How points become a score: what a shop may set, as data. The defaults are those of profile `default`."""

from math import isfinite
from typing import Annotated

from msgspec import Meta, Struct, field

from evaluators.scoring.points import Points

Name = Annotated[str, Meta(pattern=r"^[A-Za-z][A-Za-z0-9_]*$")]


class ScoreCap(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """Hits of these rules together count no more than this: negative limits deductions, positive bonuses."""

    rules: Annotated[tuple[str, ...], Meta(description="rule ids; none: the cap is off")] = ()
    per_message: Annotated[Points | None, Meta(description="points that one message can bring")] = None
    per_session: Annotated[Points | None, Meta(description="points that one session can bring")] = None

    def problem(self) -> tuple[str, str] | None:
        """Field and what was expected there, if the limits cannot be meant."""
        limits = {"per_message": self.per_message, "per_session": self.per_session}
        given = {name: limit for name, limit in limits.items() if limit is not None}
        if not given:
            return "", "expected per_message or per_session"
        for name, limit in given.items():
            if not isfinite(limit) or limit == 0:
                return name, "expected a number other than 0: negative limits deductions, positive bonuses"
        if len({limit > 0 for limit in given.values()}) > 1:
            return "per_session", "expected the same sign as per_message"
        return None


NEGATIVE_EMOTIONS = ScoreCap(
    rules=(
        "dissatisfied_with_attitude",
        "dissatisfied_with_logistics",
        "dissatisfied_with_product",
        "dissatisfied_with_missing_items",
        "dissatisfied_other",
    ),
    per_message=-5,
    per_session=-10,
)


class ScoringPolicy(Struct, frozen=True, forbid_unknown_fields=True):
    """`score = base + bonus + deductions`, kept within `floor` and `cap`; a red line makes it 0."""

    base: Annotated[Points, Meta(description="points a session starts with")] = 100
    floor: Annotated[Points, Meta(description="lowest score without a red line, 0 or more")] = 0
    cap: Annotated[Points, Meta(description="highest score")] = 100
    without_exclusion: Annotated[
        tuple[str, ...], Meta(description="exclusion groups that do not apply: every hit scores")
    ] = ()
    shop_faults_count_for_agents: Annotated[
        bool, Meta(description="hits charged to the shop (R44-R47) go on the card of the agent on duty")
    ] = False
    caps: Annotated[dict[Name, ScoreCap], Meta(description="limits on the sum of several rules")] = field(
        default_factory=lambda: {"negative_emotions": NEGATIVE_EMOTIONS}
    )

    def problem(self) -> tuple[str, str] | None:
        """Field and what was expected there, if the numbers cannot be meant."""
        if not all(map(isfinite, (self.base, self.floor, self.cap))):
            return "base", "expected finite numbers for base, floor and cap"
        if self.floor < 0:
            return "floor", "expected 0 or more: nothing scores less than a red line"
        if not self.floor <= self.base <= self.cap:
            return "base", f"expected floor ≤ base ≤ cap, got {self.floor} ≤ {self.base} ≤ {self.cap}"
        for name, cap in self.caps.items():
            problem = cap.problem() if cap.rules else None
            if problem is not None:
                return f"caps.{name}.{problem[0]}".rstrip("."), problem[1]
        return None
