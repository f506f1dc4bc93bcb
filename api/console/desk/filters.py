"""The filters of the list: those of the API, with days in the shop's time zone instead of instants."""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Annotated, Any, NamedTuple
from urllib.parse import urlencode

from fastapi import Depends, Query, Request

from api.console.access import SignedIn
from api.console.days import AskedDay
from api.console.language import Translator, msg
from api.console.words import ORDERS, RATINGS
from api.routes.sessions import OrderFilter, filters_of
from api.service import Service, UsesService
from storage.sessions import SessionFilters

Number = Annotated[float | None, Query(allow_inf_nan=False)]
YesOrNo = bool | None
Options = list[tuple[str, str]]


class Asked(NamedTuple):
    """What the form says (`given`: every field, empty if it says nothing), and what that means."""

    given: dict[str, str]
    filters: SessionFilters


def asked_of(
    request: Request,
    service: UsesService,
    caller: SignedIn,
    shop: str | None = None,
    group: str | None = None,
    agent: str | None = None,
    from_day: AskedDay = None,
    to_day: AskedDay = None,
    order_state: OrderFilter | None = None,
    satisfaction: Annotated[int | None, Query(ge=1, le=5)] = None,
    rule_hit: str | None = None,
    charged_to: str | None = None,
    score_min: Number = None,
    score_max: Number = None,
    red_line: YesOrNo = None,
    undetermined: YesOrNo = None,
    inspected: YesOrNo = None,
    text: str | None = None,
) -> Asked:
    """The conditions of a request, both days inclusive. Raises `ParameterInvalid`."""
    filters = filters_of(
        service, caller, shop=shop, group=group, agent=agent,
        started_from=_midnight(service, shop, from_day),
        started_to=_midnight(service, shop, to_day and to_day + timedelta(days=1)),
        order_state=order_state, satisfaction=satisfaction, rule_hit=rule_hit,
        charged_to=charged_to, score_min=score_min, score_max=score_max, red_line=red_line,
        undetermined=undetermined, inspected=inspected, text=text,
    )  # fmt: skip
    return Asked({name: request.query_params.get(name, "") for name in NAMES}, filters)


AskedFilters = Annotated[Asked, Depends(asked_of)]


def _midnight(service: Service, shop: str | None, day: date | None) -> datetime | None:
    return None if day is None else datetime.combine(day, time(), tzinfo=service.settings.zone_of(shop))


def choices(t: Translator, rules: Options) -> dict[str, Options]:
    """What can be chosen, per field; the first of each leaves it open."""
    either = [("true", t("是")), ("false", t("否"))]
    every = ("", t("不限"))
    return {
        "order_state": [every, *((state, t(words)) for state, words in ORDERS.items())],
        "satisfaction": [every, *((str(level), t(words)) for level, words in RATINGS.items())],
        "rule_hit": [every, *rules],
        "red_line": [every, *either],
        "undetermined": [every, *either],
        "inspected": [every, *either],
    }


#: What the fields of the form are called, in its order.
NAMES: dict[str, str] = {
    "text": msg("消息内容"), "from_day": msg("从"), "to_day": msg("到"), "shop": msg("店铺"), "group": msg("分组"),
    "agent": msg("客服"), "order_state": msg("订单状态"), "satisfaction": msg("满意度"), "rule_hit": msg("命中规则"),
    "charged_to": msg("命中归属客服"),
    "score_min": msg("分数不低于"), "score_max": msg("分数不高于"), "red_line": msg("触犯红线"),
    "undetermined": msg("有待定项"), "inspected": msg("已质检"),
}  # fmt: skip


def instead(given: Mapping[str, str], **other: str) -> str:
    """The address of the list with these filters, some of them with another value."""
    return f"/desk?{urlencode({name: value for name, value in (dict(given) | other).items() if value})}"


def tokens(asked: Asked, options: dict[str, Options], t: Translator) -> list[dict[str, Any]]:
    """Each filter that is set, in words, with the query that is left without it."""
    words = {name: dict(pairs) for name, pairs in options.items()}
    return [
        {
            "name": t(NAMES[name]),
            "value": words.get(name, {}).get(asked.given[name], asked.given[name]),
            "rest": {other: value for other, value in asked.given.items() if value and other != name},
        }
        for name in NAMES
        if asked.given[name]
    ]
