"""What happened beside the messages, in words."""

from collections.abc import Mapping
from typing import assert_never

from api.console.language import Translator
from api.console.words import ORDERS, RATINGS, called
from evaluators.types import EndEvent, Event, OrderEvent, RatingEvent, TransferEvent


def words_of_event(event: Event, names: Mapping[str, str], t: Translator) -> str:
    """An order, a transfer, a rating or the end, as a line of the chat. `names`: of agents."""
    match event:
        case OrderEvent():
            parts = [t("订单 {state}", state=t(ORDERS[event.state])), event.order_id, _amount(event)]
            return " · ".join(part for part in parts if part)
        case TransferEvent():
            unknown = t("未知")
            old, new = (called(each, names) or unknown for each in (event.from_agent, event.to_agent))
            return t("转接：{old} → {new}", old=old, new=new)
        case RatingEvent():
            rated = t("评价 {level}/5 {words}", level=event.level, words=t(RATINGS[event.level]))
            return f"{rated} · {called(event.agent_id, names)}" if event.agent_id else rated
        case EndEvent():
            return t("会话结束")
        case _:
            assert_never(event)


def _amount(event: OrderEvent) -> str:
    return " ".join(part for part in (event.amount, event.currency) if part)
