"""Alerts as rows of the inbox."""

from collections.abc import Mapping
from datetime import tzinfo
from typing import Annotated, NamedTuple
from urllib.parse import urlencode

from fastapi import Depends, Query

from api.auth import Scope
from api.console.desk.listing import address_of
from api.console.language import Translator, msg
from api.console.words import moment, title_of
from evaluators.grammar.kinds import Rule
from storage.alerts import Action, Alert, Level, State
from storage.automation import acting

LEVELS: dict[Level, str] = {"high": msg("高级"), "medium": msg("中级"), "low": msg("初级")}
#: Beside the words, so that colour is never all that tells levels apart.
SIGNS: dict[Level, str] = {"high": "!!!", "medium": "!!", "low": "!"}
STATES: dict[State, str] = {
    "new": msg("未确认"), "held": msg("待复核"), "acknowledged": msg("已确认"), "dismissed": msg("已撤下"),
}  # fmt: skip
KINDS = {"hit": msg("命中|结论"), "drift": msg("判断漂移"), "certificate": msg("可信证书失效")}
DONE: dict[Action, str] = {
    "sent": msg("{name} 发出"), "acknowledged": msg("{name} 确认"), "dismissed": msg("{name} 撤下"),
}  # fmt: skip
TOLD: dict[Action, str] = {
    "sent": msg("已发出。"),
    "acknowledged": msg("已确认。"),
    "dismissed": msg("已撤下。"),
}
TOLD_OF: dict[Action, str] = {
    "sent": msg("发出了 {count} 条。"),
    "acknowledged": msg("确认了 {count} 条。"),
    "dismissed": msg("撤下了 {count} 条。"),
}


class Step(NamedTuple):
    """Something to do with an alert: the last part of the address, its key and its name."""

    action: Action
    key: str
    name: str


#: In which state what can be done, and which scope it needs.
STEPS: Mapping[State, tuple[tuple[Step, Scope], ...]] = {
    "held": (
        (Step("sent", "s", msg("发出")), "review"),
        (Step("dismissed", "d", msg("撤下")), "review"),
    ),
    "new": ((Step("acknowledged", "a", msg("知悉")), "configure"),),
}
NEEDS: dict[Action, Scope] = {step.action: scope for steps in STEPS.values() for step, scope in steps}


class Asked(NamedTuple):
    """The filters of the inbox, and those that say something as `given`."""

    state: State | None
    level: Level | None
    rule: str | None
    shop: str | None
    before_id: str | None

    @property
    def given(self) -> dict[str, str]:
        named = {"state": self.state, "level": self.level, "rule": self.rule, "shop": self.shop}
        return {name: value for name, value in named.items() if value}

    @property
    def back(self) -> str:
        """The address of the inbox under the same filters."""
        return f"/alerts?{urlencode(self.given)}" if self.given else "/alerts"


def asked_of(
    state: State | None = None,
    level: Level | None = None,
    rule: Annotated[str | None, Query(min_length=1)] = None,
    shop: str | None = None,
    before_id: str | None = None,
) -> Asked:
    """`before_id`: only those that come after this alert, to page on."""
    return Asked(state, level, rule, shop, before_id)


AskedAlerts = Annotated[Asked, Depends(asked_of)]


class AlertRow(NamedTuple):
    """An alert of the list. `acted`: who did what with it; `gone`: the latest inspection does not find its hit."""

    alert_id: str
    at: str
    level: Level
    sign: str
    level_name: str
    state: State
    state_name: str
    mode: str
    kind: str
    title: str
    text: str
    session_id: str
    href: str
    shop: str
    agent: str
    acted: str
    gone: bool
    steps: tuple[Step, ...]


def alert_row(
    found: Alert,
    rules: Mapping[str, Rule],
    scopes: frozenset[Scope],
    zone: tzinfo,
    t: Translator,
    *,
    gone: bool = False,
) -> AlertRow:
    """`scopes`: of the caller, who is offered only what they may do."""
    rule = rules.get(found.rule_id or "")
    title = title_of(rule, found.rule_id, t) if found.rule_id else t(KINDS[found.kind])
    return AlertRow(
        alert_id=found.alert_id,
        at=moment(found.at, zone),
        level=found.level, sign=SIGNS[found.level], level_name=t(LEVELS[found.level]),
        state=found.state, state_name=t(STATES[found.state]),
        mode=t("自动通知") if found.mode == "automatic" else t("人工确认后通知"),
        kind=t(KINDS[found.kind]),
        title=title,
        # The text begins with the title the rule had in Chinese: it is shown once.
        text=found.text.removeprefix(rule.title).strip() if rule else found.text,
        session_id=found.session_id or "",
        href=address_of(found.session_id) if found.session_id else "",
        shop=found.shop or "", agent=found.agent_id or "",
        acted=t("、").join(t(DONE[action], name=_who(who, t)) for action, who in found.by.items()),
        gone=gone,
        steps=steps_of(found.state, scopes),
    )  # fmt: skip


def _who(name: str, t: Translator) -> str:
    return t("系统") if name == acting.WHO else name


def steps_of(state: State, scopes: frozenset[Scope]) -> tuple[Step, ...]:
    """What the caller may do with an alert in that state."""
    return tuple(step for step, scope in STEPS.get(state, ()) if scope in scopes)
