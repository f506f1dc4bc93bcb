"""How the report says numbers, levels and causes."""

from datetime import datetime

from evaluators.engine.wording import REASONS as _REASONS
from evaluators.scoring.points import Points, signed
from evaluators.timeline.units import SECOND, spoken

__all__ = [
    "ALERTS",
    "CAUSES",
    "RATINGS",
    "UNITS",
    "count",
    "judged_by",
    "moment",
    "points",
    "seconds",
    "share",
    "what_decides",
]

ALERTS = {"none": "", "low": "初级", "medium": "中级", "high": "高级"}
RATINGS = {5: "非常满意 5", 4: "满意 4", 3: "一般 3", 2: "不满意 2", 1: "非常不满意 1"}
UNITS = {"turn": "轮次 turn", "message": "消息 message", "consumer": "顾客·天 consumer-day"}
CAUSES = {**_REASONS, "not_configured": "店铺还没有设定标准", "not_learned": "判断器没有学过这一项"}
_DECIDES = {
    "not_configured": "在质检方案里写明店铺标准 set it in the profile",
    "times_missing": "导入带发送时间的记录 import records with times",
    "orders_unknown": "提供订单事件 supply order events",
    "session_open": "会话结束时判定 when the session ends",
    "window_open": "时限一到即判定 when the window closes",
    "judge_unavailable": "配置判断器 configure a judge (--judge)",
    "not_learned": "换一个判断器,或补充标注 use another judge, or label more cases",
    "judge_timeout": "重新质检;检查判断器的负载 inspect again, check the judge's load",
    "answer_invalid": "重新质检;检查模型 inspect again, check the model",
    "answer_truncated": "放宽回答长度 allow longer answers",
    "judge_refused": "人工复核 review by hand",
    "evidence_unverified": "人工复核 review by hand",
    "input_too_long": "换上下文更长的模型 use a model with a longer context",
}
_WHAT_IT_IS = {
    "baseline": "(小型线性模型,由构造案例拟合,不是大模型 a small linear model fitted on constructed cases, no LLM)"
}


def what_decides(cause: str, next_decision: str | None) -> str:
    """What has to happen; for open windows, when the first one closes."""
    words = _DECIDES[cause]
    if next_decision is None:
        return words
    return f"{words}(最早 {moment(datetime.fromisoformat(next_decision))})"


def judged_by(name: str, model: str | None, outcomes: int) -> str:
    """Who judged, with what, how much; what the embedded judge is, so that nobody takes it for more."""
    named = " ".join(each for each in (name, model) if each)
    return f"判断器 judge: {named},{count(outcomes)} 项结果 outcomes{_WHAT_IT_IS.get(name, '')}"


def count(number: int) -> str:
    """`1,024`."""
    return f"{number:,}"


def share(number: int, total: int | None) -> str:
    """`12.5%`; nothing out of nothing is `—`, not 0."""
    if total is None:
        return ""
    return f"{number / total:.1%}" if total else "—"


def points(total: Points) -> str:
    """With its sign."""
    return signed(total)


def seconds(wait: float) -> str:
    """`3分20秒`; below a minute with one decimal if there is one."""
    if wait < 60:
        return f"{wait:.1f}".removesuffix(".0") + "秒"
    return spoken(round(wait * SECOND))


def moment(at: datetime) -> str:
    """To the minute, in the zone it was written in."""
    return at.strftime("%Y-%m-%d %H:%M")
