"""How far a rule is to be trusted, in words, for every page that shows what it found."""

from typing import NamedTuple

from api.console.language import Translator, msg
from calibration.trust import Measured
from storage.automation.gate import Standing


class Trust(NamedTuple):
    """`measured`: whether people's labels of this service stand behind it."""

    text: str
    measured: bool


#: What a certificate says of a verdict; nothing is said where code decides.
_STANDINGS: dict[Standing, str] = {
    "certified": msg("达到证书门槛"), "below_threshold": msg("未达证书门槛，由人看"), "uncertified": msg("没有有效证书，由人看"),
}  # fmt: skip


def trust_of(measured: Measured | None, t: Translator, standing: Standing | None = None) -> Trust:
    """Of one rule: how many of its hits labels confirm. None: there are no drawn labels of it. `standing`: of this
    very verdict, where the rule is certified."""
    found = _measured(measured, t)
    if standing not in _STANDINGS:
        return found
    return found._replace(text=f"{found.text} · {t(_STANDINGS[standing])}")


def _measured(measured: Measured | None, t: Translator) -> Trust:
    precision = measured.precision if measured is not None else None
    if precision is None or precision.value is None or precision.interval is None:
        return Trust(t("未在你的标注上测量"), measured=False)
    low, high = precision.interval.low, precision.interval.high
    share = f"{precision.value:.0%} [{low:.0%}, {high:.0%}]"
    return Trust(f"{t('标注确认的命中')} {share} · n = {precision.labels}", measured=True)
