"""Whether a verdict acts by itself: its rule's stage says whether that is wanted, a certificate whether it is proven."""

from collections.abc import Iterable
from datetime import datetime
from typing import Literal, NamedTuple, Self

from sqlalchemy.ext.asyncio import AsyncSession

from evaluators.types import Outcome
from storage.trust import certificates, stages
from storage.trust.certificates import Certificate
from storage.trust.stages import DEFAULTS, Purpose, Stage

#: `by_code`: no judge had a say, nothing has to be proven. `certified`: at or beyond the certified threshold.
#: `below_threshold`: before it. `uncertified`: no certificate holds for this version of rule and judge.
Standing = Literal["by_code", "certified", "below_threshold", "uncertified"]


class Gate(NamedTuple):
    """Stages by purpose and certificates by rule id, as they are or were at one moment."""

    stages: dict[Purpose, dict[str, Stage]]
    certificates: dict[str, Certificate]

    @classmethod
    async def at(cls, db: AsyncSession, at: datetime | None = None) -> Self:
        """At an instant; None: now."""
        found: dict[Purpose, dict[str, Stage]] = {
            each: await stages.stages_at(db, each, at) for each in DEFAULTS
        }
        return cls(found, await certificates.holding(db, at))

    def stage(self, rule_id: str, purpose: Purpose) -> Stage:
        """The stage of a rule."""
        return self.stages[purpose].get(rule_id, DEFAULTS[purpose])

    def standing(self, outcome: Outcome) -> Standing:
        """Of a hit or a `no_hit`: what speaks for letting it act by itself."""
        if outcome.judge is None:
            return "by_code"
        certificate = self.certificates.get(outcome.rule_id)
        if certificate is None or not holds_for(certificate, outcome):
            return "uncertified"
        least = certificate.least(outcome.verdict)
        enough = least is not None and outcome.confidence is not None and outcome.confidence >= least
        return "certified" if enough else "below_threshold"

    def notifies(self, outcome: Outcome) -> bool:
        """Whether a hit may be told without a person: the stage wants it, and it is proven or decided by code."""
        return self.stage(outcome.rule_id, "notification") == "automatic" and self._acts(outcome)

    def counts(self, outcome: Outcome) -> bool:
        """Whether a hit counts on the card without a person. A rule that never had a certificate counts as published."""
        if self.stage(outcome.rule_id, "scoring") != "automatic":
            return False
        return outcome.rule_id not in self.certificates or self._acts(outcome)

    def waits(self, outcome: Outcome) -> bool:
        """Whether a person is to look because the certificate does not reach so far, although the stage is automatic.

        A `no_hit` waits only where a threshold for it was proven: else every one of them would.
        """
        if outcome.verdict not in ("hit", "no_hit") or self._acts(outcome):
            return False
        certificate = self.certificates.get(outcome.rule_id)
        if outcome.verdict == "no_hit" and (certificate is None or certificate.least("no_hit") is None):
            return False
        wanted = ["notification"] if certificate is None else ["notification", "scoring"]
        return any(self.stage(outcome.rule_id, each) == "automatic" for each in wanted)  # type: ignore[arg-type]

    def standings(self, outcomes: Iterable[Outcome]) -> dict[str, Standing]:
        """By rule, of the decided outcomes of judges whose rules have a certificate or act by themselves otherwise."""
        return {
            each.rule_id: self.standing(each)
            for each in outcomes
            if each.judge is not None and each.verdict in ("hit", "no_hit")
            and (each.rule_id in self.certificates or self.waits(each))
        }  # fmt: skip

    def _acts(self, outcome: Outcome) -> bool:
        return self.standing(outcome) in ("by_code", "certified")


def holds_for(certificate: Certificate, outcome: Outcome) -> bool:
    """Whether a certificate was given for the version of the rule and the judge behind an outcome."""
    judge = outcome.judge
    same = judge is not None and certificate.judge == (judge.name, judge.model)
    return same and certificate.rule_version == outcome.rule_version
