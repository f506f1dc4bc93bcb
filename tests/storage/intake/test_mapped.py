"""Records and tables read through a mapping of their own."""

from datetime import UTC, datetime
from typing import Any

import pytest

from storage.errors import IntakeError

JSON_MAPPING = """
[session]
session_id = "chat.id"
messages = "chat.turns"
customer_id = "who"

[message]
sender = "role"
text = ["text", "body.plain"]
sent_at = "ts"
"""
RECORD: dict[str, Any] = {
    "chat": {
        "id": 7,
        "turns": [
            {"role": "customer", "text": "在吗", "ts": "2018-09-30T15:57:00"},
            {"role": "agent", "body": {"plain": "在"}},
        ],
    },
    "who": "tb1",
    "labels": {"is_transfer": False},
}


@pytest.mark.parametrize("key", ["session.session_id", "session.messages", "message.sender", "message.text"])
def test_json_needs_these_keys(read, key: str) -> None:
    section, name = key.split(".")
    head, body = JSON_MAPPING.split(f"[{section}]")
    kept = f"{head}[{section}]" + body.replace(f"\n{name} = ", "\n# ", 1)
    with pytest.raises(IntakeError, match=rf"mapping\.toml: {key}: required to read JSON, but missing"):
        read(RECORD, mapping=kept)


@pytest.mark.parametrize(
    ("change", "field", "expected"),
    [
        ({"chat": {"turns": []}}, "session_id", "required, but missing or empty"),
        ({"chat": {"id": 7}}, "chat.turns", "required, but missing"),
        ({"chat": {"id": 7, "turns": {}}}, "chat.turns", "expected an array"),
        ({"chat": 5}, "chat", "expected an object"),
        (
            {"chat": {"id": 7, "turns": [{"text": "x"}]}},
            "chat.turns[0].role",
            "required, but missing or empty",
        ),
        (
            {"chat": {"id": 7, "turns": [{"role": "x", "text": "x"}]}},
            "chat.turns[0].role",
            "'x' is not known",
        ),
        (
            {"chat": {"id": 7, "turns": [{"role": "agent"}]}},
            "chat.turns[0].text",
            "expected a non-empty string",
        ),
        (
            {"chat": {"id": 7, "turns": [{"role": "agent", "text": {}}]}},
            "chat.turns[0].text",
            "expected a string",
        ),
        (
            {"chat": {"id": 7, "turns": [{"role": "agent", "text": "x", "ts": "now"}]}},
            "chat.turns[0].ts",
            "expected a time",
        ),
    ],
)
def test_what_is_wrong_in_a_record_is_named_as_the_file_names_it(
    read, change: dict[str, Any], field: str, expected: str
) -> None:
    line, found, message = read.bad({**RECORD, **change}, mapping=JSON_MAPPING)
    assert (line, found) == (1, field)
    assert expected in message


def test_json_of_any_shape(read) -> None:
    session = read.one(RECORD, mapping=JSON_MAPPING + '[tags]\nlabels = "labels"\nnone = "nowhere"\n')
    assert (session.session_id, session.customer_id) == ("7", "tb1")
    assert [(m.sender, m.text, m.sender_id) for m in session.messages] == [
        ("customer", "在吗", "tb1"),
        ("agent", "在", None),
    ]
    assert session.messages[0].sent_at == datetime(2018, 9, 30, 7, 57, tzinfo=UTC)
    assert session.tags == {"labels": {"is_transfer": False}}


def test_the_agent_may_be_named_once(read) -> None:
    turns = [{"role": "客服", "text": "您好"}, {"role": "kf-1", "text": "在"}]
    session = read.one(
        {"chat": {"id": 7, "turns": turns}, "by": "kf-1"},
        mapping=JSON_MAPPING + 'agent_id = "by"\n',
    )
    assert [(m.sender, m.sender_id) for m in session.messages] == [("agent", "kf-1")] * 2


def test_what_a_message_lacks_is_not_taken_from_around_it(read) -> None:
    record = {**RECORD, "chat": {"id": 7, "turns": [{"role": "agent"}]}, "text": "not a message"}
    assert read.bad(record, mapping=JSON_MAPPING)[1] == "chat.turns[0].text"


def test_one_message_per_record(read) -> None:
    mapping = 'records = "messages"\n[session]\nsession_id = "c"\n[message]\nsender = "from"\ntext = "t"\n'
    lines = '{"c": "a", "from": "user", "t": "1"}\n{"c": "b", "from": "bot", "t": "2"}\n{"c": "a", "from": "staff", "t": "3"}\n'
    first, second = read(lines, "messages.jsonl", mapping=mapping)
    assert [(m.sender, m.text) for m in first.messages] == [("customer", "1"), ("agent", "3")]
    assert second.session_id == "b"


class TestTables:
    CSV = "编号,谁,说,何时\n1,我方,您好,11/01/2026 10:00\n1,对方,在吗,11/01/2026 10:01\n"
    MAPPING = """
time_format = "%m/%d/%Y %H:%M"
timezone = "Asia/Shanghai"
sessions_ended = true

[session]
session_id = "编号"

[message]
sender = "谁"
text = "说"
sent_at = "何时"

[senders]
"我方" = "agent"
"*" = "customer"

[constants]
platform = "pinduoduo"
shop = "甲店"
"""

    def test_a_table_with_its_own_names_and_words(self, read) -> None:
        session = read.one(self.CSV, "chats.csv", mapping=self.MAPPING, timezone=None)
        assert [(m.sender, m.text) for m in session.messages] == [("agent", "您好"), ("customer", "在吗")]
        assert session.messages[0].sent_at == datetime(2026, 11, 1, 2, tzinfo=UTC)
        assert session.ended_at == session.messages[1].sent_at
        assert (session.platform, session.shop) == ("pinduoduo", "甲店")

    def test_the_timezone_of_the_command_wins(self, read) -> None:
        session = read.one(self.CSV, "chats.csv", mapping=self.MAPPING, timezone=UTC)
        assert session.messages[0].sent_at == datetime(2026, 11, 1, 10, tzinfo=UTC)

    def test_a_usual_column_can_be_left_out(self, read) -> None:
        text = "会话ID,发送者,内容,消息类型\ns1,买家,在吗,神秘\n"
        assert "'神秘' is not known" in read.bad(text, "chats.csv")[2]
        session = read.one(text, "chats.csv", mapping="[message]\ncontent_type = []\n")
        assert session.messages[0].content_type == "text"

    def test_messages_without_text(self, read) -> None:
        text = "会话ID,发送者,内容\ns1,买家,\n"
        session = read.one(text, "chats.csv", mapping='empty_text = "image"\n')
        assert session.messages[0].content_type == "image"
