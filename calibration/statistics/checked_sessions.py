"""Mean score and share of red lines from whole sessions that people checked, and what was judged of all of them.

A session drawn at random and looked through has a true card beside the judged one, so caps, exclusion groups and vetoes are
as they are: nothing is added up rule by rule. The regression estimator (Cochran 1977, §7) moves the mean of the checked
sessions by how far their judged mean is off that of all. It is right whatever the judge's errors.

A red line takes a whole score and is rare. What it takes is therefore a part of its own, with an interval that allows for
those the checks have not met (`./dev bench intervals` is about rates; coverage of these is simulated in the tests).
"""

from collections.abc import Iterable, Sequence
from math import hypot
from typing import Literal, NamedTuple

import numpy as np
from msgspec import Struct
from scipy.stats import beta

from calibration.statistics.intervals import Interval
from calibration.statistics.limits import Floats, Limits, quantile_of, score_limits

#: Checked sessions without which nothing is corrected, and those from which on the judged values of the others count.
FEWEST_CHECKS, FEWEST_FOR_REGRESSION = 30, 100
#: Checked sessions that the judge had wrong: with fewer, regression would take it for perfect. Of scores, of red lines.
FEWEST_CHANGED, FEWEST_RED_CHANGED = 10, 5
_NONE = 1e-12


class Worth(NamedTuple):
    """What a session is worth. `unvetoed`: its score if no red line took it; `red_line`: 0 or 1. Or means of these."""

    score: float
    unvetoed: float
    red_line: float


class Checked(NamedTuple):
    """A checked session: what people make of it, what was judged, and how many sessions it stands for."""

    true: Worth
    judged: Worth
    weight: float = 1.0


Estimator = Literal["none", "checked sessions only", "checked sessions, regression"]


class CheckedFigure(Struct, frozen=True, kw_only=True):
    """A mean over `sessions`: as judged, and (`value`, `interval`; None with too few checks) as people would have it.

    `checked` sessions were looked through; `changed` of them are worth something else than was judged. `checks_needed`:
    where `value` is None, so many in all would serve.
    """

    estimator: Estimator
    judged: float | None
    value: float | None
    interval: Interval | None
    sessions: int
    checked: int
    changed: int
    checks_needed: int | None = None


def corrected_score(
    checked: Sequence[Checked], judged: Worth | None, sessions: int, *, most: float = 100, level: float = 0.95
) -> CheckedFigure:
    """The mean score of the sessions the checked ones were drawn from. `judged`: their judged means; scores are 0..`most`.

    The interval is about these sessions: only the drawing is random, cases of one agent need not be independent. It puts
    together (MOVER) that of the scores without vetoes and that of what red lines take.
    """
    changed = sum(abs(each.true.score - each.judged.score) > _NONE for each in checked)
    found = _refused(checked, None if judged is None else judged.score, sessions, changed)
    if judged is None or found.checks_needed is not None:
        return found
    base = _part(checked, ("unvetoed",), judged.unvetoed, sessions, most, level)
    lost = _part(checked, ("unvetoed", "score"), judged.unvetoed - judged.score, sessions, most, level)
    value = float(base.value - lost.value)
    low = value - hypot(base.value - base.low, lost.high - lost.value)
    high = value + hypot(base.high - base.value, lost.value - lost.low)
    return _found(found, Limits(*(np.clip(each * most, 0, most) for each in (value, low, high))), level)


def corrected_red_lines(
    checked: Sequence[Checked], judged: Worth | None, sessions: int, *, level: float = 0.95
) -> CheckedFigure:
    """The share of sessions in which a red line was crossed, likewise."""
    changed = sum(each.true.red_line != each.judged.red_line for each in checked)
    found = _refused(checked, None if judged is None else judged.red_line, sessions, changed)
    if judged is None or found.checks_needed is not None:
        return found
    return _found(found, _part(checked, ("red_line",), judged.red_line, sessions, 1.0, level), level)


def _refused(checked: Sequence[Checked], judged: float | None, sessions: int, changed: int) -> CheckedFigure:
    needed = min(FEWEST_CHECKS, sessions or FEWEST_CHECKS)
    return CheckedFigure(
        estimator="none", judged=judged, value=None, interval=None, sessions=sessions, checked=len(checked),
        changed=changed, checks_needed=needed if len(checked) < needed else None,
    )  # fmt: skip


def _found(refused: CheckedFigure, limits: Limits, level: float) -> CheckedFigure:
    regression = refused.checked >= FEWEST_FOR_REGRESSION
    name: Estimator = "checked sessions, regression" if regression else "checked sessions only"
    value, low, high = map(float, limits)
    return CheckedFigure(
        estimator=name, judged=refused.judged, value=value, sessions=refused.sessions,
        interval=Interval(low, high, level, f"{name}; Wilson or Clopper–Pearson on effective sessions"),
        checked=refused.checked, changed=refused.changed,
    )  # fmt: skip


def _values(worths: Iterable[Worth], fields: Sequence[str], most: float) -> Floats:
    """The first field less the others, as a share of `most`."""
    found = [getattr(each, fields[0]) - sum(getattr(each, name) for name in fields[1:]) for each in worths]
    return np.asarray(found, dtype=np.float64) / most


def _part(
    checked: Sequence[Checked], fields: Sequence[str], judged: float, sessions: int, most: float, level: float
) -> Limits:
    """Limits of one part, as shares of `most`. What is not `unvetoed` alone is due to red lines: rare, and all or nothing."""
    rare = fields != ("unvetoed",)
    true = _values((each.true for each in checked), fields, most)
    told = _values((each.judged for each in checked), fields, most)
    weight = np.asarray([each.weight for each in checked], dtype=np.float64)
    share, number = weight / weight.sum(), len(checked)
    wrong = int((np.abs(true - told) > _NONE).sum())
    regression = number >= FEWEST_FOR_REGRESSION and wrong >= (FEWEST_RED_CHANGED if rare else FEWEST_CHANGED)
    mean, mean_told = float(share @ true), float(share @ told)
    slope = _slope(true - mean, told - mean_told, share) if regression else 0.0
    value = min(max(mean + slope * (judged / most - mean_told), 0.0), 1.0)
    rest = 1 - number / sessions
    if rest <= 0:
        return Limits(*(np.asarray(value),) * 3)
    residuals = true - mean - slope * (told - mean_told)
    variance = float(((share * residuals) ** 2).sum()) * number / (number - 1 - regression) * rest
    alike = 1 / float((share**2).sum()) / rest
    effective = value * (1 - value) / variance if variance > _NONE and 0 < value < 1 else alike
    if rare and not regression:
        # Such a share varies as one does, however few were met; a design effect may only take away from that.
        return _exact(value, min(effective, alike), level)
    return score_limits(value, effective, quantile_of(level, number - 1))


def _exact(share: float, trials: float, level: float) -> Limits:
    """Clopper and Pearson's limits: of what is rarer than one in the checked sessions Wilson's claim too much."""
    hits, tail = share * trials, (1 - level) / 2
    low = beta.ppf(tail, hits, trials - hits + 1) if hits > 0 else 0.0
    high = beta.ppf(1 - tail, hits + 1, trials - hits) if hits < trials else 1.0
    return Limits(*map(np.asarray, (share, low, high)))


def _slope(true: Floats, told: Floats, share: Floats) -> float:
    spread = float(share @ told**2)
    return float(np.clip(share @ (true * told) / spread, 0.0, 1.0)) if spread > _NONE else 0.0
