"""How far a rule acts on its own: in the shadow, shown to people, or automatic; it rises and falls by what is measured."""

from typing import Literal

from msgspec import Struct

Stage = Literal["shadow", "manual", "automatic"]
STAGES: tuple[Stage, ...] = ("shadow", "manual", "automatic")


class StagePolicy(Struct, frozen=True):
    """Lower bounds of precision (0..1) that a stage asks for.

    A rule rises at the bound and falls only `slack` below it, so that chance does not move it to and fro; with fewer than
    `fewest` confirmed or refuted hits it does not rise.
    """

    manual: float = 0.6
    automatic: float = 0.9
    slack: float = 0.05
    fewest: int = 30

    def asked(self, stage: Stage) -> float:
        """The bound to rise to the stage."""
        return {"shadow": 0.0, "manual": self.manual, "automatic": self.automatic}[stage]


class StageDecision(Struct, frozen=True):
    """The next stage, why, and the lower bound of precision it rests on (None without labels)."""

    stage: Stage
    reason: str
    lower_bound: float | None


def next_stage(
    stage: Stage, labels: int, lower: float | None, *, certified: bool, policy: StagePolicy | None = None
) -> StageDecision:
    """One step up, or as far down as the measured precision asks.

    `labels` drawn at random among the rule's hits, `lower` bound of precision that they prove (None: none of them);
    `certified`: a valid certificate exists, or none is needed (only then automatic).
    """
    rules = policy or StagePolicy()
    kept = _kept(stage, lower, rules)
    if kept == "automatic" and not certified:
        return StageDecision("manual", "its certificate has expired or was never given", lower)
    if kept != stage:
        bound = 0.0 if lower is None else lower
        return StageDecision(
            kept, f"precision is only proven to be {bound:.0%}: {stage} asks for more", lower
        )
    return _rise(stage, labels, lower, certified, rules)


def _kept(stage: Stage, lower: float | None, rules: StagePolicy) -> Stage:
    """The highest stage not above the present one that the bound still carries."""
    held = STAGES[: STAGES.index(stage) + 1]
    bound = 0.0 if lower is None else lower
    return next(
        each for each in reversed(held) if each == "shadow" or bound >= rules.asked(each) - rules.slack
    )


def _rise(
    stage: Stage, labels: int, lower: float | None, certified: bool, rules: StagePolicy
) -> StageDecision:
    if stage == "automatic":
        return StageDecision(stage, "precision is still proven", lower)
    above = STAGES[STAGES.index(stage) + 1]
    if labels < rules.fewest or lower is None:
        return StageDecision(stage, f"{labels} labels on its hits; {above} asks for {rules.fewest}", lower)
    if lower < rules.asked(above):
        reason = f"precision is proven to be {lower:.0%}; {above} asks for {rules.asked(above):.0%}"
        return StageDecision(stage, reason, lower)
    if above == "automatic" and not certified:
        return StageDecision(stage, "precision would do; automatic asks for a certificate, too", lower)
    return StageDecision(above, f"precision is proven to be {lower:.0%}", lower)
