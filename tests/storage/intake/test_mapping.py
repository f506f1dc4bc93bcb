"""Mapping files: what is wrong with them, what holds whatever the format, and the examples of the documentation."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from storage.errors import IntakeError
from storage.intake import read_sessions
from storage.intake.mapped import MESSAGE_FIELDS, SESSION_FIELDS, choices
from storage.intake.mapping import default_mapping, load_mapping
from storage.intake.words import normal

EXAMPLES = Path(__file__).parents[3] / "docs" / "mappings"


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
            read({"tickets": []}, mapping='[session]\nsession_id = "id"\n', format="sca")


def test_the_example_for_research_chats(read) -> None:
    path = EXAMPLES / "research_chats.toml"
    chat = (
        '{"session_id": "uneed_1", "messages": [{"role": "customer", "text": "有没有套装", "ts": "2018-09-30T15:57:00"}, '
        '{"role": "agent", "text": "", "ts": "2018-09-30T15:57:14"}], "labels": {"domain": "美妆"}}'
    )
    session = read.one(chat, "chats.jsonl", mapping=path.read_text(encoding="utf-8"))
    assert session.messages[1].content_type == "file"
    assert session.ended_at == datetime(2018, 9, 30, 7, 57, 14, tzinfo=UTC)
    assert session.tags == {"labels": {"domain": "美妆"}}


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
