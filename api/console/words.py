"""Words and pieces that several pages share: verdicts as pills, order states, ratings, times."""

from collections.abc import Iterable, Mapping
from datetime import datetime, tzinfo
from typing import Literal, NamedTuple

from api.console.language import Translator, msg
from api.reporting.tally import cause_of
from evaluators.grammar.kinds import Rule
from evaluators.judges.answers import JudgeFailure
from evaluators.types import ChatSession, Outcome

PillKind = Literal["fault", "praise", "no_hit", "not_applicable", "undetermined"]
ORDERS = {
    "none": msg("未下单"), "created_unpaid": msg("待付款"), "paid": msg("已付款"), "shipped": msg("已发货"),
    "received": msg("已收货"), "refunding": msg("退款中"), "closed": msg("已关闭"),
}  # fmt: skip
RATINGS = {
    5: msg("非常满意"), 4: msg("满意"), 3: msg("一般"), 2: msg("不满意"), 1: msg("非常不满意"),
}  # fmt: skip
#: Why an outcome is undetermined, in a few words: reason codes, and what `cause_of` makes of them.
CAUSES: dict[str, str] = {
    "not_configured": msg("没有配置标准"), "not_learned": msg("判断器没学过"), "times_missing": msg("缺少时间"),
    "orders_unknown": msg("不知道订单"),
    "session_open": msg("会话未结束"), "window_open": msg("时限未到"), "judge_unavailable": msg("没有可用的判断器"),
    "judge_timeout": msg("判断器超时"), "answer_invalid": msg("回答不合格式"), "answer_truncated": msg("回答被截断"),
    "judge_refused": msg("判断器拒答"), "evidence_unverified": msg("引文核对不上"), "input_too_long": msg("会话太长"),
}  # fmt: skip
#: Of the shipped rules.
CATEGORIES = frozenset(
    {
        msg("主动推荐"), msg("保障时效"), msg("再次问候"), msg("响应时效"), msg("售后响应"),
        msg("回复准确率"), msg("客户情绪"), msg("客诉监控"), msg("平台规则"), msg("店铺保障"),
        msg("开始语"), msg("引导下单"), msg("服务态度"), msg("服务红线"), msg("欢迎语"),
        msg("细节&卖点传达"), msg("结束语"), msg("订单确认"), msg("话术库合规"), msg("话术规范"),
        msg("跟进规范"), msg("转接规范"), msg("邀评"), msg("需求挖掘"), msg("顾客挽留"),
        msg("顾客正面情绪"), msg("顾客评价"), msg("顾客负面情绪"),
    }
)  # fmt: skip
_SIGNS: dict[PillKind, str] = {
    "fault": "✕", "praise": "★", "no_hit": "–", "not_applicable": "○", "undetermined": "?",
}  # fmt: skip


class Pill(NamedTuple):
    """A verdict for people. `sign` stands before the words, so that colour is never all that tells them apart."""

    kind: PillKind
    sign: str
    text: str


def pill_of(outcome: Outcome, rule: Rule | None, t: Translator) -> Pill:
    """The verdict of an outcome; the cause where it is undetermined. A hit is praise if the rule gives points."""
    match outcome.verdict:
        case "hit" if rule is not None and (rule.score or 0) > 0:
            return _pill("praise", t("表扬"))
        case "hit":
            return _pill("fault", t("扣分项") if rule is None or rule.score is not None else t("告警"))
        case "no_hit":
            return _pill("no_hit", t("未命中"))
        case "not_applicable":
            return _pill("not_applicable", t("不适用"))
        case "undetermined":
            cause = cause_of(outcome)
            return _pill("undetermined", t("待定：{cause}", cause=t(CAUSES[cause])) if cause else t("待定"))


def act_pill(found: Literal["found", "absent"] | JudgeFailure, t: Translator) -> Pill:
    """Whether an act is in a session, or why nobody can say."""
    if found == "found":
        return _pill("praise", t("找到了"))
    if found == "absent":
        return _pill("no_hit", t("没有找到"))
    return _pill("undetermined", t("待定：{cause}", cause=t(CAUSES[found])))


def _pill(kind: PillKind, text: str) -> Pill:
    return Pill(kind, _SIGNS[kind], text)


def hit_pill(rule: Rule | None, rule_id: str, t: Translator) -> Pill:
    """A hit in a list: fault or praise, and which rule."""
    good = rule is not None and (rule.score or 0) > 0
    return _pill("praise" if good else "fault", title_of(rule, rule_id, t))


def title_of(rule: Rule | None, rule_id: str, t: Translator) -> str:
    """What the rule is called; its id where the catalogue has it no more."""
    return rule_id if rule is None else t.pick(rule.title, rule.title_en)


def why_of(rule: Rule, t: Translator) -> str:
    """Why there is the rule, in the language of the page where the rule says it."""
    return t.pick(rule.why, rule.why_en)


def gaps_of(rule: Rule, t: Translator) -> tuple[str, ...]:
    """What the rule is known to miss."""
    return rule.known_gaps_en if t.code == "en" and rule.known_gaps_en else rule.known_gaps


def category_of(category: str, t: Translator) -> str:
    """One of the shipped categories in the language of the page; any other as its rule file says it."""
    return t(category) if category in CATEGORIES else category


def numbered(rule: Rule | None, rule_id: str, t: Translator) -> str:
    """Number and title: `R05 …`."""
    return f"{(rule.number if rule else None) or ''} {title_of(rule, rule_id, t)}".strip()


def rule_options(rules: Iterable[Rule], t: Translator) -> list[tuple[str, str]]:
    """To choose a rule from: its id, and number and title."""
    return [(rule.id, numbered(rule, rule.id, t)) for rule in rules]


def called(agent_id: str | None, names: Mapping[str, str]) -> str:
    """An agent for a reader: the name, where it is known, before the id that counts. Empty for nobody."""
    return f"{names.get(agent_id or '', '')} {agent_id or ''}".strip()


def names_in(session: ChatSession) -> dict[str, str]:
    """What the session itself calls its agents."""
    return {each.agent_id: each.name.strip() for each in session.agents if each.name}


def moment(at: datetime, zone: tzinfo) -> str:
    """`2026-11-01 10:05` in the zone of the shop."""
    return at.astimezone(zone).strftime("%Y-%m-%d %H:%M")


def clock(at: datetime, zone: tzinfo) -> str:
    """`10:05:30` in the zone of the shop."""
    return at.astimezone(zone).strftime("%H:%M:%S")


def day(at: datetime, zone: tzinfo) -> str:
    """`2026-11-01` in the zone of the shop."""
    return at.astimezone(zone).strftime("%Y-%m-%d")


def points(score: float | None) -> str:
    """A score as it is read: no decimals where there are none."""
    return "—" if score is None else f"{score:g}"


def span(seconds: float, t: Translator) -> str:
    """How long: `45 秒`, `3 分 20 秒`, `2 小时 5 分`, `3 天`."""
    whole = round(seconds)
    minutes, hours, days = whole // 60, whole // 3600, whole // 86400
    if whole < 60:
        return t("{seconds} 秒", seconds=whole)
    if minutes < 60:
        return t("{minutes} 分 {seconds} 秒", minutes=minutes, seconds=whole % 60)
    if days < 2:
        return t("{hours} 小时 {minutes} 分", hours=hours, minutes=minutes % 60)
    return t("{days} 天", days=days)
