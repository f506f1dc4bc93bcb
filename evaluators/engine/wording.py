"""What an outcome says to people, Chinese first."""

from evaluators.checks.finding import Finding
from evaluators.grammar.kinds import Absence, Behaviour, BoundedExistence, Precedence, Response, Rule
from evaluators.timeline.timeline import Timeline

REASONS = {
    "not_configured": "没有配置:店铺没有设定标准,或判断器没有学过这一项",
    "times_missing": "有消息缺少时间,无法计时",
    "orders_unknown": "不知道订单状态",
    "session_open": "会话尚未结束",
    "window_open": "时限还没有到",
    "judge_unavailable": "需要语义判断,没有可用的判断器",
    "judge_timeout": "判断器超时",
    "answer_invalid": "判断器的回答不合格式",
    "answer_truncated": "判断器的回答被截断",
    "judge_refused": "判断器拒绝回答",
    "evidence_unverified": "判断器引用的原话核对不上",
    "input_too_long": "会话太长,超出判断器的上下文",
}
NOT_APPLICABLE = "触发条件没有出现"


def hit_words(rule: Rule, finding: Finding, timeline: Timeline) -> str:
    """Why this is a hit, in one line."""
    if finding.detail:
        return finding.detail
    quoted = _quoted(finding, timeline)
    if isinstance(rule, BoundedExistence):
        return f"共 {len(finding.quotes)} 条:{quoted}"
    return f"说了{quoted}" if quoted else f"出现“{rule.title}”"


def omission_words(rule: Rule) -> str:
    """Why a hit of this rule is one, where that is something not done; empty for other rules."""
    match rule:
        case Absence() | Precedence():
            wanted = _phrases(rule.behaviour)
            return f"没有说:{'、'.join(wanted[:6])}" if wanted else f"没有做到,即“{rule.title}”"
        case Response(hit="absent"):
            wanted = _phrases(rule.behaviour)
            return (
                f"{_window(rule)}没有{'说:' + '、'.join(wanted[:6]) if wanted else '做到'},即“{rule.title}”"
            )
    return ""


def _quoted(finding: Finding, timeline: Timeline) -> str:
    said = [timeline.texts[index][hit[0] : hit[1]] for index, hit in finding.quotes if hit is not None]
    return "、".join(f"“{text}”" for text in dict.fromkeys(said))


def _window(rule: Response) -> str:
    if rule.window.messages is not None:
        return f"此后 {rule.window.messages} 条消息内"
    within = rule.window.within or ""
    return f"{within.replace('s', ' 秒').replace('m', ' 分钟').replace('h', ' 小时')}内"


def _phrases(behaviour: Behaviour) -> list[str]:
    own = list(behaviour.says.any) if behaviour.says else []
    for part in (*behaviour.any_of, *behaviour.all_of):
        own += _phrases(part)
    return own
