"""Two runs over the same labelled cases: what got fixed, what broke, and whether it is more than noise."""

from collections.abc import Mapping, Sequence
from itertools import combinations
from math import sqrt
from typing import Literal

from msgspec import Struct
from scipy.stats import binomtest, norm

from calibration.statistics.intervals import Interval, wilson

#: Share of cases that may go unanswered in one of two runs before they are no longer compared.
MOST_UNANSWERED = 0.05


class Flips(Struct, frozen=True):
    """Cases by id. `fixed`: wrong before, right after; `broken`: the reverse; `changed`: another verdict though both
    were wrong; `n` cases that both runs have and labels decide. `loss` = (broken − fixed) / n, below 0 a gain."""

    fixed: tuple[str, ...]
    broken: tuple[str, ...]
    changed: tuple[str, ...]
    n: int

    @property
    def loss(self) -> float:
        """Share of cases by which accuracy fell."""
        return (len(self.broken) - len(self.fixed)) / self.n if self.n else 0.0


class McNemar(Struct, frozen=True):
    """Exact and two-sided: as many broken as fixed cases is what chance alone would give (McNemar 1947)."""

    fixed: int
    broken: int
    p_value: float


class SelfFlips(Struct, frozen=True):
    """How often the same judge, asked again about the same case, says something else.

    `rate`: over all pairs of repetitions of a case, averaged over `n` cases; `unstable` cases had at least two
    different verdicts; `interval` is that of the share of unstable cases.
    """

    rate: float | None
    unstable: int
    n: int
    interval: Interval | None


class GatePolicy(Struct, frozen=True):
    """`tolerance`: loss of accuracy that is accepted (share of cases); `alpha`: significance asked of McNemar, and of
    the floor."""

    tolerance: float = 0.01
    alpha: float = 0.05


class GateResult(Struct, frozen=True):
    """`fail` only if the loss is above the tolerance, significant, and above the floor; `undetermined` if only the floor
    is not known. `floor`: loss that two repetitions of one judge stay below with 1 − alpha."""

    verdict: Literal["pass", "fail", "undetermined"]
    reason: str
    loss: float
    tolerance: float
    p_value: float
    floor: float | None


def flips(expected: Mapping[str, str], before: Mapping[str, str], after: Mapping[str, str]) -> Flips:
    """Verdicts by case id. `undetermined` is not right: a case that is no longer decided is broken."""
    ids = [case for case in expected if case in before and case in after]
    was = {case: before[case] == expected[case] for case in ids}
    now = {case: after[case] == expected[case] for case in ids}
    return Flips(
        fixed=tuple(case for case in ids if now[case] and not was[case]),
        broken=tuple(case for case in ids if was[case] and not now[case]),
        changed=tuple(
            case for case in ids if not was[case] and not now[case] and before[case] != after[case]
        ),
        n=len(ids),
    )


def mcnemar(fixed: int, broken: int) -> McNemar:
    """The exact test; p is 1 where nothing changed."""
    p_value = float(binomtest(broken, fixed + broken).pvalue) if fixed + broken else 1.0
    return McNemar(fixed, broken, p_value)


def self_flips(repeated: Mapping[str, Sequence[str]], level: float = 0.95) -> SelfFlips:
    """Verdicts of one judge by case id, each case judged k ≥ 2 times; cases judged once say nothing."""
    rates = [_disagreement(verdicts) for verdicts in repeated.values() if len(verdicts) > 1]
    unstable = sum(rate > 0 for rate in rates)
    mean = sum(rates) / len(rates) if rates else None
    return SelfFlips(mean, unstable, len(rates), wilson(unstable, len(rates), level))


def noise_floor(own: SelfFlips, n: int, alpha: float = 0.05) -> float | None:
    """Loss of accuracy that two repetitions of the same judge over `n` cases stay below with 1 − alpha.

    A case that flips by itself is as often fixed as broken; over `n` cases the loss has mean 0 and at most the variance
    rate / n. None where nothing was repeated.
    """
    if own.rate is None or n == 0:
        return None
    return float(norm.ppf(1 - alpha)) * sqrt(own.rate / n)


def gate(
    found: Flips, own: SelfFlips | None, policy: GatePolicy | None = None, *, unanswered: int = 0
) -> GateResult:
    """Whether the change may pass. `own`: the judge's self-flips on these cases (a deterministic rule has rate 0).

    `unanswered`: further cases that were judged before or after the change alone. Beyond a small share of all nothing
    is measured, whatever the others say.
    """
    limits = policy or GatePolicy()
    p_value = mcnemar(len(found.fixed), len(found.broken)).p_value
    floor = noise_floor(own, found.n, limits.alpha) if own is not None else None
    verdict, reason = _unmeasured(found.n, unanswered) or _decide(found, p_value, floor, limits)
    return GateResult(verdict, reason, found.loss, limits.tolerance, p_value, floor)


def _unmeasured(n: int, unanswered: int) -> tuple[Literal["undetermined"], str] | None:
    if unanswered <= MOST_UNANSWERED * (n + unanswered):
        return None
    return "undetermined", "in one of the runs nobody judged many of the cases"


def _decide(
    found: Flips, p_value: float, floor: float | None, limits: GatePolicy
) -> tuple[Literal["pass", "fail", "undetermined"], str]:
    if found.n == 0:
        return "undetermined", "the runs have no labelled case in common that both judged"
    if found.loss <= limits.tolerance:
        return "pass", "the loss is within the tolerance"
    if p_value > limits.alpha:
        return "pass", "the loss is not significant"
    if floor is None:
        return "undetermined", "the loss is significant, but the judge's self-flips are not known"
    if found.loss <= floor:
        return "pass", "the loss is no larger than what asking again would give"
    return "fail", "the loss is above the tolerance, significant, and above the judge's own noise"


def _disagreement(verdicts: Sequence[str]) -> float:
    pairs = list(combinations(verdicts, 2))
    return sum(first != second for first, second in pairs) / len(pairs)
