"""How the report says numbers, levels and causes."""

from datetime import datetime

from evaluators.points import Points, signed
from evaluators.units import SECOND, spoken
from evaluators.wording import REASONS

__all__ = [
    "ALERTS",
    "RATINGS",
    "REASONS",
    "UNITS",
    "count",
    "moment",
    "points",
    "seconds",
    "share",
    "what_decides",
]

ALERTS = {"none": "", "low": "初级", "medium": "中级", "high": "高级"}
RATINGS = {5: "非常满意 5", 4: "满意 4", 3: "一般 3", 2: "不满意 2", 1: "非常不满意 1"}
UNITS = {"turn": "轮次 turn", "message": "消息 message", "consumer": "顾客·天 consumer-day"}
_DECIDES = {
    "not_configured": "在档案里写明店铺标准 set it in the profile",
    "times_missing": "导入带发送时间的记录 import records with times",
    "orders_unknown": "提供订单事件 supply order events",
    "session_open": "会话结束时判定 when the session ends",
    "window_open": "时限一到即判定 when the window closes",
    "judge_unavailable": "配置判断器 configure a judge (--judge)",
    "judge_timeout": "重新质检;检查判断器的负载 inspect again, check the judge's load",
    "answer_invalid": "重新质检;检查模型 inspect again, check the model",
    "answer_truncated": "放宽回答长度 allow longer answers",
    "judge_refused": "人工复核 review by hand",
    "evidence_unverified": "人工复核 review by hand",
    "input_too_long": "换上下文更长的模型 use a model with a longer context",
}


def what_decides(reason: str, next_decision: str | None) -> str:
    """What has to happen; for open windows, when the first one closes."""
    words = _DECIDES[reason]
    if next_decision is None:
        return words
    return f"{words}(最早 {moment(datetime.fromisoformat(next_decision))})"


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
