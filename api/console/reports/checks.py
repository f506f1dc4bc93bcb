"""Mean scores and red lines beside what whole sessions make of them that people checked, or why they cannot be corrected."""

from collections.abc import Callable
from math import ceil, floor
from typing import NamedTuple

from api.console.language import Translator, msg
from api.reporting.wording import count
from api.schemas.reporting import CorrectedScores
from calibration.statistics.checked_sessions import CheckedFigure, Estimator
from calibration.statistics.intervals import Interval

_TINY = 1e-9
_ESTIMATORS: dict[Estimator, str] = {
    "none": "",
    "checked sessions only": msg("只按抽检"),
    "checked sessions, regression": msg("抽检与判断器合起来（回归）"),
}

CHECKS_NOTE = msg(
    "分数和红线由多条规则合成（互斥、封顶、一票否决），逐条规则的标注合不出它们。校正取自整个随机抽出、有人看完的会话：没有指出的都算判得对。抽出以后重新质检的会话不算；客服各自的分数和红线未经校正。"
)


class CheckedView(NamedTuple):
    """A corrected figure with its limits, all empty where there is none. `part`: out of what, for counts. `note`: by how many
    checks and which estimator; or why not, and then `href` leads to where sessions are drawn.
    """

    corrected: str
    part: str
    low: str
    high: str
    note: str
    href: str = ""

    @property
    def interval(self) -> str:
        """`[86.2, 91.4]`, or nothing."""
        return f"[{self.low}, {self.high}]" if self.corrected else ""


class Checks(NamedTuple):
    """Of one period."""

    score: CheckedView
    red_lines: CheckedView


def checks_of(found: CorrectedScores, inspected: int, t: Translator) -> Checks:
    """`inspected`: sessions of the period, in the range of some draw or not."""
    return Checks(
        _view(found.score, found, inspected, _points, t),
        _view(found.red_lines, found, inspected, _sessions, t),
    )


_Words = tuple[str, str, str, str]


def _points(figure: CheckedFigure, value: float, spread: Interval) -> _Words:
    return f"{value:.1f}", "", f"{spread.low:.1f}", f"{spread.high:.1f}"


def _sessions(figure: CheckedFigure, value: float, spread: Interval) -> _Words:
    """Whole sessions: the limits are rounded to the outside."""
    number = figure.sessions
    low, high = floor(number * spread.low + _TINY), ceil(number * spread.high - _TINY)
    return count(round(number * value)), f"/ {count(number)} · {value:.1%}", count(low), count(high)


def _view(
    figure: CheckedFigure, found: CorrectedScores, inspected: int,
    words: Callable[[CheckedFigure, float, Interval], _Words], t: Translator,
) -> CheckedView:  # fmt: skip
    if found.lost:
        why = t("{count} 个抽检会话改判的规则已经变了，没法重新计分，无法校正", count=count(found.lost))
        return CheckedView("", "", "", "", why)
    if figure.value is None or figure.interval is None:
        why = t("整个会话的随机抽检 {count} 个，太少，无法校正", count=count(figure.checked))
        needed = t("共需 {count} 个", count=count(figure.checks_needed or 0))
        return CheckedView("", "", "", "", f"{why} · {needed}" if figure.checks_needed else why, "/review")
    parts = [
        t("抽检 {checked} / {sessions} 个会话，{changed} 个有变", checked=count(figure.checked),
          sessions=count(figure.sessions), changed=count(figure.changed)),
        t(_ESTIMATORS[figure.estimator]),
    ]  # fmt: skip
    if inspected > figure.sessions:
        parts.append(t("另有 {count} 个会话不在抽检范围", count=count(inspected - figure.sessions)))
    if found.disputed:
        parts.append(t("{count} 个抽检有争议，没有计入", count=count(found.disputed)))
    return CheckedView(*words(figure, figure.value, figure.interval), " · ".join(parts))
