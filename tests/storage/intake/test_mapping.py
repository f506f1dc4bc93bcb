"""Mapping files: what they describe, and what is wrong with them."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from storage.errors import IntakeError
from storage.intake import read_sessions
from storage.intake.mapped import MESSAGE_FIELDS, SESSION_FIELDS, choices
from storage.intake.mapping import default_mapping, load_mapping
from storage.intake.words import normal

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


@pytest.mark.parametrize(
    ("text", "line", "field", "expected"),
    [
        ("[session\n", 1, None, "not valid TOML"),
        ("\n\n[sesion]\n", 3, "sesion", "no such key in a mapping"),
        ('[session]\nid = "x"\n', 2, "session.id", "no such key in a mapping"),
        ("[message]\n\ntext = 5\n", 3, "message.text", "expected `str"),
        (
            '[senders]\n"买家" = "customer"\n"商家" = "seller"\n',
            3,
            "senders.商家",
            "invalid enum value 'seller'",
        ),
        ("[ratings]\nbad = 0\n", 2, "ratings.bad", "invalid enum value 0"),
        ('records = "rows"\n', 1, "records", "invalid enum value 'rows'"),
        (
            '\ntimezone = "Shanghai"\n',
            2,
            "timezone",
            "expected a time zone such as Asia/Shanghai, got 'Shanghai'",
        ),
        ('encoding = "gb9999"\n', 1, "encoding", "expected an encoding such as gb18030, got 'gb9999'"),
        ('[qianniu]\nnew_session_after = "soon"\n', 2, "qianniu.new_session_after", "matching regex"),
    ],
)
def test_what_is_wrong_is_named_at_once(
    tmp_path: Path, text: str, line: int, field: str | None, expected: str
) -> None:
    path, chats = tmp_path / "m.toml", tmp_path / "chats.jsonl"
    path.write_text(text)
    chats.write_text("")
    with pytest.raises(IntakeError) as caught:
        read_sessions(chats, mapping=path)
    assert (caught.value.path, caught.value.line, caught.value.field) == (str(path), line, field)
    assert expected in str(caught.value)


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


class TestWhatHoldsForEveryFormat:
    MAPPING = '\nsessions_ended = true\n[constants]\nshop = "甲店"\nplatform = "taobao"\n'
    MESSAGES = '"messages": [{"sender": "agent", "text": "x", "sent_at": "2026-11-01T10:00:00"}]'

    def test_own_sessions_keep_what_they_say(self, read) -> None:
        text = f'{{"session_id": "a", "shop": "乙店", {self.MESSAGES}}}'
        session = read.one(text, "chats.jsonl", mapping=self.MAPPING)
        assert (session.shop, session.platform) == ("乙店", "taobao")
        assert session.ended_at == session.messages[0].sent_at

    def test_an_end_that_is_there_stays(self, read) -> None:
        text = f'{{"session_id": "a", "events": [{{"type": "end", "at": "2026-11-01T10:09:00"}}], {self.MESSAGES}}}'
        assert read.one(text, "chats.jsonl", mapping=self.MAPPING).ended_at is None

    def test_nobody_knows_the_end_when_a_time_is_missing(self, read) -> None:
        text = '{"session_id": "a", "messages": [{"sender": "agent", "text": "x"}]}'
        assert read.one(text, "chats.jsonl", mapping=self.MAPPING).ended_at is None

    def test_other_formats_are_still_detected(self, read) -> None:
        ticket = {"tickets": [{"tid": "t1", "dialogue": [{"role": "客户", "words": "x"}]}]}
        assert read.one(ticket, mapping=self.MAPPING).shop == "甲店"

    def test_a_named_format_has_fields_of_its_own(self, read) -> None:
        with pytest.raises(IntakeError, match="--format sca has no use for"):
            read({"tickets": []}, mapping=JSON_MAPPING, format="sca")


def test_the_example_for_research_chats(read) -> None:
    path = Path(__file__).parents[3] / "docs" / "mappings" / "research_chats.toml"
    chat = (
        '{"session_id": "uneed_1", "messages": [{"role": "customer", "text": "有没有套装", "ts": "2018-09-30T15:57:00"}, '
        '{"role": "agent", "text": "", "ts": "2018-09-30T15:57:14"}], "labels": {"domain": "美妆"}}'
    )
    session = read.one(chat, "chats.jsonl", mapping=path.read_text(encoding="utf-8"))
    assert session.messages[1].content_type == "file"
    assert session.ended_at == datetime(2018, 9, 30, 7, 57, 14, tzinfo=UTC)
    assert session.tags == {"labels": {"domain": "美妆"}}


EXAMPLES = Path(__file__).parents[3] / "docs" / "mappings"


@pytest.mark.parametrize(
    ("example", "name", "text", "senders"),
    [
        (
            "shop_export.toml",
            "chats.csv",
            "单号,旺旺号,谁说的,发送时间,原文,消息类型,评价,活动\n"
            "1,tb1,我方,11/01/2026 10:00,您好,文本,无,双11\n1,tb1,小蜜,11/01/2026 10:01,在,卡,无,双11\n",
            ["agent", "bot"],
        ),
        (
            "flat_messages.toml",
            "messages.jsonl",
            '{"conv": "c-1", "id": 7, "from": "user", "body": {"text": "x"}, "ts": 1730426400}',
            ["customer"],
        ),
        (
            "qianniu.toml",
            "chat.txt",
            "某某旗舰店:小蜜蜂 (2026-11-01 10:00:00)\n您好\ntb1 (2026-11-01 10:00:09)\n在吗\n",
            ["bot", "customer"],
        ),
    ],
)
def test_the_other_examples(read, example: str, name: str, text: str, senders: list[str]) -> None:
    session = read.one(text, name, mapping=(EXAMPLES / example).read_text(encoding="utf-8"), timezone=None)
    assert [message.sender for message in session.messages] == senders
    assert all(message.sent_at for message in session.messages)


def test_every_example_can_be_loaded() -> None:
    for example in EXAMPLES.glob("*.toml"):
        load_mapping(example)


def test_no_usual_name_stands_for_two_fields() -> None:
    usual = default_mapping()
    names = [normal(name) for field in SESSION_FIELDS for name in choices(getattr(usual.session, field))]
    names += [normal(name) for field in MESSAGE_FIELDS for name in choices(getattr(usual.message, field))]
    assert sorted(names) == sorted(set(names))
