"""How far a rule is to be trusted, in words, for every page that shows what it found."""

from typing import NamedTuple

from api.console.language import Translator
from calibration.trust import Measured


class Trust(NamedTuple):
    """`measured`: whether people's labels of this service stand behind it."""

    text: str
    measured: bool


def trust_of(measured: Measured | None, t: Translator) -> Trust:
    """Of one rule: how many of its hits labels confirm. None: there are no drawn labels of it."""
    precision = measured.precision if measured is not None else None
    if precision is None or precision.value is None or precision.interval is None:
        return Trust(t("未在你的标注上测量"), measured=False)
    low, high = precision.interval.low, precision.interval.high
    share = f"{precision.value:.0%} [{low:.0%}, {high:.0%}]"
    return Trust(f"{t('标注确认的命中')} {share} · n = {precision.labels}", measured=True)
