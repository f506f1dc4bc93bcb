"""A small chat as rows, and what is read from it."""

import csv
import io
from typing import Any

HEADER = ["会话ID", "发送时间", "发送者", "消息内容"]
ROWS = [
    ["s1", "2026-11-01 10:00:00", "买家", "在吗"],
    ["s1", "2026-11-01 10:00:09", "客服", "在的，亲"],
]
EXPECTED = [("customer", "在吗"), ("agent", "在的，亲")]


def table(*rows: list[Any], header: list[str] | None = None, delimiter: str = ",") -> str:
    """CSV with the rows."""
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter).writerows([header or HEADER, *rows])
    return text.getvalue()


def texts(session: Any) -> list[tuple[str, str]]:
    """Sender and text of every message."""
    return [(message.sender, message.text) for message in session.messages]
