"""Anchor sessions judged again: how many verdicts flipped, and whether that is more than the judge flips by itself."""

from collections.abc import Mapping

from msgspec import Struct
from scipy.stats import fisher_exact

from calibration.statistics.comparison import Flips, McNemar, SelfFlips, flips, mcnemar
from calibration.statistics.intervals import Interval, wilson


class Drift(Struct, frozen=True):
    """`flipped` of `n` anchors have another verdict, whether labels know them or not; `rate` and `interval` of that.

    `p_value`: of so many flips if the judge only repeats itself (None: its self-flips are not known). `against_labels`
    and `mcnemar`: what got fixed and what broke among anchors with a label. `alert` says why someone should look;
    empty if nobody needs to.
    """

    n: int
    flipped: tuple[str, ...]
    rate: float | None
    interval: Interval | None
    p_value: float | None
    against_labels: Flips
    mcnemar: McNemar
    alert: str


def measure_drift(
    before: Mapping[str, str],
    after: Mapping[str, str],
    *,
    expected: Mapping[str, str] | None = None,
    own: SelfFlips | None = None,
    alpha: float = 0.01,
    level: float = 0.95,
) -> Drift:
    """Verdicts by anchor id; anchors that only one side has are left out. `own`: the judge's self-flips, measured on
    anchors before the change; without them any flip is worth a look."""
    ids = [anchor for anchor in before if anchor in after]
    flipped = tuple(anchor for anchor in ids if before[anchor] != after[anchor])
    known = flips(expected or {}, before, after)
    test = mcnemar(len(known.fixed), len(known.broken))
    p_value = _p_value(len(flipped), len(ids), own)
    return Drift(
        n=len(ids), flipped=flipped, rate=len(flipped) / len(ids) if ids else None,
        interval=wilson(len(flipped), len(ids), level), p_value=p_value, against_labels=known, mcnemar=test,
        alert=_alert(flipped, p_value, known, test, alpha),
    )  # fmt: skip


def _p_value(flipped: int, n: int, own: SelfFlips | None) -> float | None:
    """Fisher's exact test against the flips of the judge's own repetitions: both are samples, both carry noise."""
    if own is None or own.rate is None or n == 0:
        return None
    itself = round(own.rate * own.n)
    table = [[flipped, n - flipped], [itself, own.n - itself]]
    return float(fisher_exact(table, alternative="greater").pvalue)


def _alert(flipped: tuple[str, ...], p_value: float | None, known: Flips, test: McNemar, alpha: float) -> str:
    if test.p_value <= alpha and known.loss > 0:
        return f"{test.broken} anchors broke and {test.fixed} were fixed: accuracy fell"
    if p_value is None:
        return f"{len(flipped)} anchors flipped; the judge's own flips are not known" if flipped else ""
    if p_value <= alpha:
        return f"{len(flipped)} anchors flipped: more than the judge flips by itself"
    return ""
