"""Sessions that are going on at a moment: who waits, who was answered, who crossed a red line."""

from datetime import datetime, timedelta
from typing import Any


def going_on(now: datetime) -> list[dict[str, Any]]:
    """In three groups of a shop. Seconds before `now` stand beside what was said."""
    return [
        chat(
            now, "live-size", "presale", "zl-01",
            (220, "在吗，这款羽绒服 170 穿什么码"),
            (205, "您好，欢迎光临，建议选 L 码哦", "zl-01"),
            (95, "那袖子会不会短？我胳膊比较长"),
        ),
        chat(
            now, "live-discount", "presale", "zl-02",
            (50, "有优惠券吗"), (40, "您好，欢迎光临，满 300 减 30", "zl-02"), (12, "可以叠加会员折扣吗？"),
        ),
        chat(
            now, "live-refund", "after_sales", "xm-03",
            (600, "洗了一次就起球了，我要退货"),
            (585, "不好意思给您添麻烦了，我马上为您处理", "xm-03"),
            (170, "好了吗？等了很久了"),
        ),
        chat(
            now, "live-best", "presale", "zl-01",
            (300, "这款和别家比怎么样"), (290, "我们家是全网最好的，绝对第一", "zl-01"), (280, "好的"),
        ),
        chat(
            now, "live-parcel", "after_sales", "xm-04",
            (130, "快递到哪了"), (118, "您好，你爱买不买，急什么", "xm-04"),
        ),
    ]  # fmt: skip


def chat(
    now: datetime, session_id: str, group: str, agent: str, *said: tuple[int, str] | tuple[int, str, str]
) -> dict[str, Any]:
    """Without an end. Each message: seconds ago, text, and the agent who wrote it; else the customer did."""
    messages = [
        {
            "message_id": f"{session_id}-{number}", "sent_at": (now - timedelta(seconds=ago)).isoformat(),
            "sender": "agent" if who else "customer", "sender_id": who[0] if who else "c-1", "text": text,
        }
        for number, (ago, text, *who) in enumerate(said, 1)
    ]  # fmt: skip
    return {
        "session_id": session_id, "shop": "山茶小店", "group": group, "customer_id": "c-1", "orders_known": True,
        "agents": [{"agent_id": agent, "group": group, "tier": "资深" if agent.endswith("1") else "新人"}], "messages": messages,
    }  # fmt: skip
