"""Notification routes as the page shows them, and the form that makes one."""

import re
from collections.abc import Iterable, Mapping
from datetime import tzinfo
from typing import Annotated, NamedTuple

from fastapi import Form
from pydantic import BaseModel, ConfigDict

from api.console.alerts.inbox import KINDS, LEVELS
from api.console.language import Translator, msg
from api.console.words import moment
from api.errors import ParameterInvalid
from api.reporting.wording import count
from api.rest.struct_bodies import converted
from api.schemas.notifying import RouteChange, RouteView
from storage.notifying.deliveries import Delivered, State
from storage.notifying.routes import Channel

CHANNELS: dict[Channel, str] = {
    "dingtalk": msg("钉钉群"), "feishu": msg("飞书群"), "wecom": msg("企业微信群"), "webhook": msg("程序（webhook）"),
}  # fmt: skip
STATES: dict[State, str] = {
    "delivered": msg("已送达"), "waiting": msg("等待重试"), "failed": msg("送不到，已放弃"), "dropped": msg("已作废"),
}  # fmt: skip
_APART = re.compile(r"[\s,，、;；]+")


class RouteForm(BaseModel):
    """What the form sends; empty `url` and `secret` of a route that is there leave them as they are."""

    model_config = ConfigDict(extra="forbid")
    title: str = ""
    channel: str = "dingtalk"
    url: str = ""
    secret: str = ""
    levels: list[str] = []
    kinds: list[str] = []
    shops: str = ""
    mentions: str = ""
    remind_minutes: str = ""
    enabled: bool = False
    reason: str = ""
    seen: str = ""


TypedRoute = Annotated[RouteForm, Form()]


class RouteCard(NamedTuple):
    """A route: `facts` are (name, value); the rest fills the form that changes it."""

    route_id: str
    title: str
    enabled: bool
    facts: tuple[tuple[str, str], ...]
    channel: str
    levels: tuple[str, ...]
    kinds: tuple[str, ...]
    shops: str
    mentions: str
    remind_minutes: str
    seen: str


class DeliveryRow(NamedTuple):
    """What became of an alert on its way. `state` is the class of the sign; `told` says it."""

    at: str
    route: str
    text: str
    state: State
    told: str
    note: str


def change_of(form: RouteForm) -> RouteChange:
    """Raises `ParameterInvalid` naming the field of the form."""
    choice = {
        "title": form.title.strip(), "channel": form.channel, "levels": form.levels, "kinds": form.kinds,
        "shops": _listed(form.shops), "mentions": _listed(form.mentions), "enabled": form.enabled,
        "remind_minutes": _minutes(form.remind_minutes),
    }  # fmt: skip
    document = {
        "choice": choice, "url": form.url.strip() or None, "secret": form.secret.strip() or None,
        "reason": form.reason.strip(), "seen": form.seen or None,
    }  # fmt: skip
    return converted(document, RouteChange)


def of_form(error: ParameterInvalid) -> ParameterInvalid:
    """The same, with the field as the form calls it."""
    return ParameterInvalid(error.field.removeprefix("choice."), error.expected)


def route_cards(found: Iterable[RouteView], t: Translator) -> list[RouteCard]:
    """Oldest first."""
    return [_card(each, t) for each in found]


def _card(it: RouteView, t: Translator) -> RouteCard:
    choice, sep = it.choice, t("、")
    told = [f"{t(STATES[state])} {count(number)}" for state, number in sorted(it.deliveries.items())]
    remind = choice.remind_minutes
    facts = (
        (t("发往"), f"{t(CHANNELS[choice.channel])} {it.host}"),
        (t("签名"), t("有") if it.signed else t("没有")),
        (t("告警级别"), sep.join(t(words) for level, words in LEVELS.items() if level in choice.levels)),
        (t("种类"), sep.join(t(KINDS[each]) for each in choice.kinds) or t("全部")),
        (t("店铺"), sep.join(choice.shops) or t("全部")),
        (t("提醒谁"), sep.join(choice.mentions) or "—"),
        (t("没人确认时"), t("{minutes} 分钟后再提醒一次", minutes=remind) if remind else t("不再提醒")),
        (t("投递"), sep.join(told) or t("还没有")),
    )
    return RouteCard(
        route_id=it.route_id, title=choice.title, enabled=choice.enabled, facts=facts, channel=choice.channel,
        levels=choice.levels, kinds=choice.kinds, shops=" ".join(choice.shops), mentions=" ".join(choice.mentions),
        remind_minutes=str(remind or ""), seen=it.changed_at.isoformat(),
    )  # fmt: skip


def delivery_rows(
    found: Iterable[Delivered], titles: Mapping[str, str], zone: tzinfo, t: Translator
) -> list[DeliveryRow]:
    """Newest first."""
    return [_delivery(each, titles, zone, t) for each in found]


def _delivery(it: Delivered, titles: Mapping[str, str], zone: tzinfo, t: Translator) -> DeliveryRow:
    state = t(STATES[it.state]) if it.attempts or it.state != "waiting" else t("即将发出")
    told = t("再次提醒") + t("：") + state if it.kind == "reminder" else state
    again = t("第 {number} 次没有成功，{at} 再试", number=it.attempts, at=moment(it.due_at, zone))
    why = [again] if it.state == "waiting" and it.error else []
    return DeliveryRow(
        at=moment(it.changed_at, zone), route=titles.get(it.route_id, t("已删除")), text=it.text, state=it.state,
        told=told, note=t("：").join(filter(None, [*why, it.error])),
    )  # fmt: skip


def _listed(text: str) -> list[str]:
    return [each for each in _APART.split(text.strip()) if each]


def _minutes(text: str) -> int | str | None:
    """What is no number stays as it is, and is refused with the name of its field."""
    stripped = text.strip()
    return (int(stripped) if stripped.isdecimal() and len(stripped) < 9 else stripped) if stripped else None
