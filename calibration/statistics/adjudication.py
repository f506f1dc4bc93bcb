"""Where disagreements come from: the judge, the label, or the rule itself. Counted, so that the bottleneck is seen."""

from collections import Counter
from collections.abc import Iterable
from typing import Literal, get_args

from msgspec import Struct

from calibration.statistics.intervals import Interval, wilson

Cause = Literal["judge_wrong", "label_wrong", "rule_unclear"]


class CauseShare(Struct, frozen=True):
    """Disagreements with one cause, and their share of the settled ones with its interval (None: none are settled)."""

    cause: Cause
    count: int
    share: float | None
    interval: Interval | None


class Adjudication(Struct, frozen=True):
    """`causes`: every cause, the most frequent first; `open`: disagreements nobody has settled; `bottleneck`: the cause
    that is certainly the most frequent, None while that is not clear."""

    causes: tuple[CauseShare, ...]
    settled: int
    open: int
    bottleneck: Cause | None


def adjudicate(causes: Iterable[Cause | None], level: float = 0.95) -> Adjudication:
    """One cause per disagreement; None where it is still open."""
    given = list(causes)
    counts = Counter(each for each in given if each is not None)
    settled = sum(counts.values())
    names: tuple[Cause, ...] = get_args(Cause)
    shares = tuple(
        CauseShare(
            name,
            counts[name],
            counts[name] / settled if settled else None,
            wilson(counts[name], settled, level),
        )
        for name in sorted(names, key=lambda name: -counts[name])
    )
    return Adjudication(shares, settled, len(given) - settled, _clearly_first(shares, level))


def _clearly_first(shares: tuple[CauseShare, ...], level: float) -> Cause | None:
    """The first, if among those that have the first or the second cause it is certainly more than half."""
    first, second = shares[:2]
    duel = wilson(first.count, first.count + second.count, level)
    return first.cause if duel is not None and duel.low > 0.5 else None
