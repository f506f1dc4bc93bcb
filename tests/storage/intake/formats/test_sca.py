"""Alibaba Cloud SCA: payloads as documented for UploadData (help.aliyun.com/document_detail/111394)."""

from datetime import UTC, datetime
from typing import Any

import pytest

from storage.intake import BadRecord


def sentence(role: str = "客户", words: str = "需要开发票", **more: Any) -> dict[str, Any]:
    return {"role": role, "identity": "c-1@aliyun.com" if role == "客户" else "kf-7", "words": words, **more}


TICKET = {
    "tid": "20111101-112233",
    "fileName": "1.txt",
    "customerServiceId": 12345,
    "customerServiceName": "小李",
    "skillGroupId": "123",
    "skillGroupName": "售后组",
    "callType": 3,
    "dialogue": [
        sentence(begin=0, end=2090, beginTime=1525759820000),
        sentence("客服", "您好，请问订单号是多少", begin=21030, end=21740, beginTime="2018-05-08 14:10:41"),
        sentence("系统", "会话已转接", begin=30000, end=30000),
    ],
}
UPLOAD = {
    "appKey": "1871",
    "business": "淘宝",
    "workplace": "杭州",
    "callbackUrl": "http://x",
    "tickets": [TICKET],
}


@pytest.mark.parametrize(
    ("change", "field", "expected"),
    [
        ({"dialogue": None}, "tickets[0].dialogue", "required, but missing"),
        ({"dialogue": "text"}, "tickets[0].dialogue", "expected an array, got a string"),
        ({"dialogue": ["text"]}, "tickets[0].dialogue[0]", "expected an object, got a string"),
        ({"dialogue": [{"words": "x"}]}, "tickets[0].dialogue[0].role", "required, but missing"),
        ({"dialogue": [sentence("老板")]}, "tickets[0].dialogue[0].role", "expected one of 客服"),
        ({"dialogue": [sentence(words="")]}, "tickets[0].dialogue[0].words", "expected a non-empty string"),
        ({"dialogue": [sentence(beginTime="昨天")]}, "tickets[0].dialogue[0].beginTime", "expected a time"),
        (
            {"dialogue": [sentence(beginTime=1525759820000, begin=0, end="2s")]},
            "tickets[0].dialogue[0].end",
            "milliseconds",
        ),
        ({"tid": {}}, "tickets[0].tid", "expected a string, got an object"),
    ],
)
def test_what_is_wrong_is_named(read, change: dict[str, Any], field: str, expected: str) -> None:
    line, found, message = read.bad({"tickets": [TICKET | change]}, format="sca")
    assert (line, found) == (1, field)
    assert expected in message


def test_a_bad_ticket_leaves_the_others(read) -> None:
    bad, good = read({"tickets": [{**TICKET, "dialogue": [{}]}, TICKET]})
    assert isinstance(bad, BadRecord)
    assert good.session_id == "20111101-112233"


def test_a_ticket(read) -> None:
    session = read.one(UPLOAD)
    assert [(m.sender, m.sender_id, m.text) for m in session.messages] == [
        ("customer", "c-1@aliyun.com", "需要开发票"),
        ("agent", "kf-7", "您好，请问订单号是多少"),
        ("system", "kf-7", "会话已转接"),
    ]
    assert [m.sent_at for m in session.messages] == [
        datetime(2018, 5, 8, 6, 10, 20, tzinfo=UTC),
        datetime(2018, 5, 8, 6, 10, 41, tzinfo=UTC),
        datetime(2018, 5, 8, 6, 10, 50, tzinfo=UTC),
    ]
    assert session.ended_at == datetime(2018, 5, 8, 6, 10, 50, tzinfo=UTC)
    assert (session.group, session.customer_id) == ("售后组", "c-1@aliyun.com")
    assert [(a.agent_id, a.name) for a in session.agents] == [("12345", "小李")]
    assert session.tags == {"business": "淘宝", "workplace": "杭州"}


def test_a_ticket_on_its_own_line(read) -> None:
    assert read.one(TICKET, "tickets.jsonl").session_id == "20111101-112233"


def test_offsets_alone_are_no_times(read) -> None:
    session = read.one(
        {**TICKET, "dialogue": [sentence(begin=0, end=90), sentence("客服", "好", begin=200, end=300)]}
    )
    assert [m.sent_at for m in session.messages] == [None, None]
    assert session.ended_at is None


def test_a_ticket_without_id_gets_the_same_one_every_time(read) -> None:
    anonymous = {key: value for key, value in TICKET.items() if key != "tid"}
    first, other = read([{**anonymous}, {**anonymous, "fileName": "2.txt"}])
    assert first.session_id.startswith("sca-")
    assert first.session_id != other.session_id
    assert read.one(anonymous).session_id == first.session_id


def test_an_agent_without_identity_is_the_one_of_the_ticket(read) -> None:
    session = read.one({**TICKET, "dialogue": [{"role": "客服", "words": "您好"}]})
    assert session.messages[0].sender_id == "12345"
