"""Who is told of what, as rows."""

from collections.abc import Collection, Iterable, Mapping
from typing import NamedTuple

from api.console.alerts.inbox import LEVELS, SIGNS
from api.console.language import Translator, msg
from api.console.words import title_of
from api.reporting.rule_page import needs_judge
from evaluators.grammar.kinds import Notify, Rule
from storage.alerts import Level
from storage.trust.stages import DEFAULTS, Stage

ASKED: dict[Notify, str] = {"none": msg("不通知"), "auto": msg("自动"), "manual": msg("人工确认后")}
STAGES: dict[Stage, str] = {
    "shadow": msg("只观察"), "manual": msg("人工确认后"), "automatic": msg("自动"),
}  # fmt: skip
_CERTIFIED = msg("进收件箱；达到证书门槛的告知客服，其余等人发出")
_UNCERTIFIED = msg("没有有效证书：进收件箱，等人发出")
_HIGHEST_FIRST: tuple[Level, ...] = ("high", "medium", "low")


class NotificationRow(NamedTuple):
    """A rule with an alert level. `asked`: what its text asks for; `does`: what happens to a hit now."""

    number: str
    title: str
    level: Level
    sign: str
    level_name: str
    asked: str
    stage: str
    does: str


def notification_rows(
    rules: Iterable[Rule], stages: Mapping[str, Stage], t: Translator, *, certified: Collection[str] = ()
) -> list[NotificationRow]:
    """Rules that are on and have a level, highest level first. `certified`: those with a certificate that holds."""
    shown = [rule for rule in rules if rule.enabled and rule.alert != "none"]
    shown.sort(key=lambda rule: (_HIGHEST_FIRST.index(rule.alert), rule.id))
    return [
        _notification_row(rule, stages.get(rule.id, DEFAULTS["notification"]), rule.id in certified, t)
        for rule in shown
    ]


def _notification_row(rule: Rule, stage: Stage, certified: bool, t: Translator) -> NotificationRow:
    level: Level = rule.alert  # type: ignore[assignment]  # rules without a level are left out before
    if rule.notify == "none" or stage == "shadow":
        does = t("不进收件箱")
    elif rule.notify == "manual" or stage == "manual":
        does = t("进收件箱，等人发出")
    elif needs_judge(rule):
        does = t(_CERTIFIED if certified else _UNCERTIFIED)
    else:
        does = t("进收件箱，并告知客服")
    return NotificationRow(
        number=rule.number or "", title=title_of(rule, rule.id, t), level=level, sign=SIGNS[level],
        level_name=t(LEVELS[level]), asked=t(ASKED[rule.notify]), stage=t(STAGES[stage]), does=does,
    )  # fmt: skip
