"""Random sessions that like boundaries: gaps, phrases and senders where rules change their mind."""

from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import strategies as st

GAPS = (0, 1, 19, 20, 21, 60, 61, 119, 120, 121, 180, 181, 360, 361, 900, 1800, 1801)
TEXTS = (
    "您好，欢迎光临", "好的", "谢谢亲👌", "这款多少钱", "我要转人工", "稍等，我去查查", "抱歉让您久等了",
    "麻烦给个好评", "我说过了", "给您转接售后", "这是国内最好的", "他是国内最近的仓", "您急什\u200b么", "着急什么呢",
    "去别家看看", "看看其他家具", "已经是最低价格了", "？？", "https://item.taobao.com/item.htm?id=1", "嗯", "…",
)  # fmt: skip
SENDERS = ("customer", "customer", "agent", "agent", "bot", "auto_reply", "system")
START = datetime(2026, 11, 1, 2, 0, tzinfo=UTC)


def _at(seconds: int) -> str:
    return (START + timedelta(seconds=seconds)).isoformat()


@st.composite
def messages(draw: st.DrawFn, *, min_size: int = 0, max_size: int = 14) -> list[dict[str, Any]]:
    """Messages in order of time, with ids."""
    clock = 0
    found = []
    for number in range(draw(st.integers(min_size, max_size))):
        clock += draw(st.sampled_from(GAPS))
        sender = draw(st.sampled_from(SENDERS))
        message: dict[str, Any] = {
            "message_id": f"m{number + 1}", "sender": sender, "sent_at": _at(clock),
            "text": draw(st.sampled_from(TEXTS)),
        }  # fmt: skip
        if sender == "agent":
            message["sender_id"] = draw(st.sampled_from(("a-1", "a-2")))
        if draw(st.integers(0, 9)) == 0:
            message["content_type"] = draw(
                st.sampled_from(("image", "product_card", "rating_invite", "emoji"))
            )
        if draw(st.integers(0, 14)) == 0:
            message["recalled_at"] = _at(clock + 5)
        found.append(message)
    return found


@st.composite
def records(draw: st.DrawFn) -> dict[str, Any]:
    """Whole sessions as users submit them."""
    said = draw(messages())
    last = (datetime.fromisoformat(said[-1]["sent_at"]) - START).seconds if said else 0
    moments = st.integers(0, last + 60)
    events: list[dict[str, Any]] = []
    if draw(st.booleans()):
        events.append({"type": "order", "at": _at(draw(moments)), "order_id": "o-1", "state": "paid"})
    if draw(st.booleans()):
        events.append({"type": "transfer", "at": _at(draw(moments)), "from_agent": "a-1", "to_agent": "a-2"})
    if draw(st.booleans()):
        events.append({"type": "rating", "at": _at(last + 5), "level": draw(st.integers(1, 5))})
    record: dict[str, Any] = {"session_id": "s-1", "messages": said, "events": events}
    if draw(st.booleans()):
        record["ended_at"] = _at(last)
    if draw(st.booleans()):
        record["observed_until"] = _at(last + draw(st.sampled_from(GAPS)))
    if draw(st.booleans()):
        record["orders_known"] = draw(st.booleans())
    return record
