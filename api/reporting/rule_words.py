"""How a rule decides, in Chinese sentences, built from its grammar: what `rules show` prints."""

from collections.abc import Mapping
from typing import assert_never

from evaluators.grammar.kinds import (
    Absence,
    Behaviour,
    BoundedExistence,
    Existence,
    Precedence,
    Rating,
    ReplyTime,
    Response,
    Rule,
    Says,
    Scope,
    Trigger,
    Window,
)

ROLES = {
    "customer": "顾客", "human": "人工客服", "bot": "机器人", "auto_reply": "自动回复", "system": "系统",
    "service": "客服", "shop": "店铺侧", "dialogue": "对话双方",
    "anyone": "任何人",
}  # fmt: skip
ORDERS = {
    "none": "未下单", "presale": "售前(没有已付款的订单)", "created_unpaid": "下单未付款", "paid": "已付款",
    "shipped": "已发货", "received": "已收货", "refunding": "退款中", "closed": "已关闭",
}  # fmt: skip
KINDS = {
    "text": "文字", "image": "图片", "video": "视频", "voice": "语音", "file": "文件", "emoji": "表情",
    "link": "链接", "product_card": "商品卡片", "order_card": "订单卡片", "coupon_card": "优惠券卡片",
    "rating_invite": "邀评卡片",
}  # fmt: skip
_LEVELS = {1: "非常不满意", 2: "不满意", 3: "一般", 4: "满意", 5: "非常满意"}
_MEASURES = {
    "first_reply": "首次回复的等待时间",
    "session_average": "平均回复时间",
    "each_turn": "任一轮的回复时间",
}
_OCCURRENCES = {"first": "第一次", "last": "最后一次", "nth": "第 {n} 次", "each": "每次", "any": "某一次"}
_UNITS = {"ms": "毫秒", "s": "秒", "m": "分钟", "h": "小时", "d": "天"}

#: What the words for roles mean, for those who see them for the first time.
ROLES_EXPLAINED = "客服 = 人工与机器人;店铺侧 = 客服与平台或预设的自动回复"

#: Act to its title: what the judge is asked to locate.
Titles = Mapping[str, str]


def how_it_decides(rule: Rule, titles: Titles) -> str:
    """When the rule hits, as one sentence. `titles` names the acts."""
    match rule:
        case Existence():
            return f"{_scope(rule.scope)}出现{_behaviour(rule.behaviour, titles)}即命中"
        case Absence():
            what = _behaviour(rule.behaviour, titles)
            return f"{_given(rule.given, titles)}{_scope(rule.scope)}没有出现{what}即命中"
        case BoundedExistence():
            what = _behaviour(rule.behaviour, titles)
            return f"{_given(rule.given, titles)}{_scope(rule.scope)}有 {rule.at_least} 条以上{what}即命中"
        case Response():
            return _response(rule, titles)
        case Precedence():
            who = ROLES["human" if rule.before.by == "human" else "service"]
            last = f"此前最后 {rule.last} 条消息中" if rule.last else "此前"
            return f"{who}转接时,转出的人{last}没有{_behaviour(rule.behaviour, titles)}即命中"
        case ReplyTime():
            limit = (
                f"达到 {duration(rule.at_least)}"
                if rule.at_least
                else f"超过 {duration(rule.longer_than or '0s')}"
            )
            return f"{_MEASURES[rule.measure]}(以{ROLES[rule.clock]}的消息为回复){limit}即命中"
        case Rating():
            return f"客服收到的最后一次评价为“{_LEVELS[rule.level]}”({rule.level})即命中"
    assert_never(rule)


def duration(written: str) -> str:
    """`3m` as `3 分钟`."""
    unit = written.lstrip("0123456789")
    return f"{written.removesuffix(unit)} {_UNITS[unit]}"


def _reply_time(rule: ReplyTime) -> str:
    written = rule.at_least or rule.longer_than or "0s"
    limit = f"{'达到' if rule.at_least else '超过'} {duration(written)}"
    return f"{_MEASURES[rule.measure]}(以{ROLES[rule.clock]}的消息为回复){limit}即命中"


def _response(rule: Response, titles: Titles) -> str:
    trigger = _trigger(rule.trigger, titles)
    wanted = _behaviour(rule.behaviour, titles)
    lacking = "没有" if rule.hit == "absent" else "出现"
    return f"{trigger},{_window(rule.window)}{lacking}{wanted}即命中"


def _trigger(trigger: Trigger, titles: Titles) -> str:
    when = _OCCURRENCES[trigger.occurrence].format(n=trigger.n)
    if trigger.message is not None:
        return f"{when}出现{_behaviour(trigger.message, titles)}后"
    if trigger.slow_reply is not None:
        clock = ROLES[trigger.slow_reply.clock]
        return f"{when}{clock}超过 {duration(trigger.slow_reply.longer_than)}才回复时(含这条回复)"
    if trigger.order is not None:
        return f"{when}订单进入{'、'.join(ORDERS[state] for state in trigger.order.state)}后"
    return f"{when}双方沉默超过 {duration(trigger.silence or '0s')}、顾客再来消息后"


def _window(window: Window) -> str:
    parts = []
    if window.within is not None:
        parts.append(f"{duration(window.within)}内")
    if window.messages is not None:
        parts.append(f"{ROLES[window.of]}的 {window.messages} 条消息内")
    if window.customer_messages is not None:
        parts.append(f"顾客再说 {window.customer_messages} 条之前")
    return "、".join(parts) or "此后"


def _scope(scope: Scope) -> str:
    whose = "" if scope.of == "anyone" else f"{ROLES[scope.of]}的"
    when = "会话结束时," if scope.at_end else ""
    if scope.first is not None:
        return f"{when}{whose}前 {scope.first} 条消息中"
    if scope.last is not None:
        return f"{when}{whose}最后 {scope.last} 条消息中"
    return f"{when}会话中"


def _given(given: Behaviour | None, titles: Titles) -> str:
    return "" if given is None else f"若有{_behaviour(given, titles)}:"


def _behaviour(behaviour: Behaviour, titles: Titles) -> str:
    parts = []
    if behaviour.says is not None:
        parts.append(_says(behaviour.says))
    if behaviour.text_is:
        parts.append(f"全文就是{_listed(behaviour.text_is)}之一")
    if behaviour.matches is not None:
        parts.append(f"匹配正则 {behaviour.matches}")
    if behaviour.content_type:
        parts.append(f"类型为{'、'.join(KINDS[kind] for kind in behaviour.content_type)}")
    if behaviour.order:
        parts.append(f"当时订单状态为{'或'.join(ORDERS[order] for order in behaviour.order)}")
    if behaviour.act is not None:
        parts.append(f"由判断器认定为“{titles.get(behaviour.act, behaviour.act)}”")
    parts += _combined(behaviour, titles)
    if behaviour.closer is not None:
        parts.append("只是结束语" if behaviour.closer else "不只是结束语")
    who = f"{ROLES[behaviour.by]}的消息" if behaviour.by else "消息"
    return f"{who}({';'.join(parts)})" if parts else who


def _combined(behaviour: Behaviour, titles: Titles) -> list[str]:
    parts = []
    if behaviour.any_of:
        parts.append("以下任一:" + " 或 ".join(_behaviour(each, titles) for each in behaviour.any_of))
    if behaviour.all_of:
        parts.append("以下全部:" + " 且 ".join(_behaviour(each, titles) for each in behaviour.all_of))
    if behaviour.not_ is not None:
        parts.append("不是" + _behaviour(behaviour.not_, titles))
    return parts


def _says(says: Says) -> str:
    parts = []
    if says.any:
        number = f"至少 {says.at_least} 个" if says.at_least > 1 else "任一"
        parts.append(f"含{number}{_listed(says.any)}")
    if says.all:
        parts.append(f"同时含{_listed(says.all)}")
    if says.none:
        parts.append(f"不含{_listed(says.none)}")
    if says.except_:
        parts.append(f"在{_listed(says.except_)}里的不算")
    return ",".join(parts) or "店铺标准话术(尚未设定)"


def _listed(phrases: tuple[str, ...]) -> str:
    return "".join(f"「{phrase}」" for phrase in phrases)
