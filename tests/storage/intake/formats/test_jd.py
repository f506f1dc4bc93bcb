"""JD 咚咚: the old page of logs, the log of one session, sessions with their logs."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from storage.intake import BadRecord


def log(**changes: Any) -> dict[str, Any]:
    return {
        "waiter": "果麦洁洁", "customer": "turtle081025", "waiterSend": 1, "createdTime": 1642735195000,
        "content": "您好", "msgType": 1, "imgUrl": "", "contentType": "", "sid": "14a75177",
        "uuid": "u-1", "revokeFlag": 0, "skuId": 10026084786191, "msgAssistFlag": 0, **changes,
    }  # fmt: skip


OLD_PAGE = {
    "jingdong_im_pop_chatlog_get_responce": {
        "code": "0",
        "ChatLogPage": {
            "totalRecord": 2,
            "chatLogList": [
                {"content": "咨询商品ID：10026084786191", "sid": "14a75177c5464636435c63b3da4efcd9", "waiterSend": False,
                 "time": 1642735195000, "skuId": 10026084786191, "customer": "turtle081025", "waiter": "果麦洁洁", "channel": 11},
                {"content": "欢迎光临~ https://shopmember.m.jd.com/shopcard?venderId=752759&#x26;shopId=748610",
                 "sid": "14a75177c5464636435c63b3da4efcd9", "waiterSend": True, "time": 1642735196000,
                 "customer": "turtle081025", "waiter": "果麦洁洁", "channel": 11},
            ],
        },
    }
}  # fmt: skip


@pytest.mark.parametrize(
    ("change", "field", "expected"),
    [
        ({"waiterSend": None}, "waiterSend", "required, but missing"),
        ({"waiterSend": "maybe"}, "waiterSend", "expected true or false"),
        ({"content": ""}, "content", "expected a non-empty string"),
        ({"content": {}}, "content", "expected a string, got an object"),
        ({"createdTime": "soon"}, "createdTime", "expected a time"),
        ({"revokeFlag": 2}, "revokeFlag", "expected true or false"),
        ({"revokeFlag": 1, "revokeTime": "x"}, "revokeTime", "expected a time"),
    ],
)
def test_a_bad_log_gives_up_its_session_and_no_other(
    read, change: dict[str, Any], field: str, expected: str
) -> None:
    records = [log(), log(uuid="u-2", **change), log(uuid="u-3"), log(sid="other")]
    bad, good = read(records, format="jd")
    assert isinstance(bad, BadRecord)
    assert (bad.line, bad.field) == (1, field)
    assert expected in bad.message
    assert good.session_id == "other"


def test_a_log_without_session_is_bad_alone(read) -> None:
    bad, good = read([log(sid=None), log()], format="jd")
    assert (bad.field, good.session_id) == ("sid", "14a75177")


def test_the_page_of_the_old_interface(read) -> None:
    session = read.one(OLD_PAGE)
    assert session.session_id == "14a75177c5464636435c63b3da4efcd9"
    assert (session.platform, session.customer_id) == ("jd", "turtle081025")
    assert [(m.sender, m.sender_id) for m in session.messages] == [
        ("customer", "turtle081025"),
        ("agent", "果麦洁洁"),
    ]
    assert session.messages[1].text.endswith("venderId=752759&shopId=748610")
    assert session.messages[0].sent_at == datetime(2022, 1, 21, 3, 19, 55, tzinfo=UTC)
    assert session.ended_at is None


def test_logs_of_one_session_need_not_be_together(read) -> None:
    lines = [
        log(content="一"),
        log(sid="b", content="b"),
        log(uuid="u-2", content="二", createdTime=1642735199000),
    ]
    first, second = read("\n".join(map(json.dumps, lines)), "logs.jsonl")
    assert [m.text for m in first.messages] == ["一", "二"]
    assert [m.text for m in second.messages] == ["b"]


def test_a_log_delivered_twice_counts_once(read) -> None:
    session = read.one({"data": [log(), log()], "success": True})
    assert len(session.messages) == 1


@pytest.mark.parametrize(
    ("change", "text", "recalled_at"),
    [
        ({"revokeFlag": 0, "revokeTime": 1642735200000}, "您好", None),
        ({"revokeFlag": 1, "revokeTime": 1642735200000}, "您好", datetime(2022, 1, 21, 3, 20, tzinfo=UTC)),
        ({"revokeFlag": 1}, "您好", datetime(2022, 1, 21, 3, 19, 55, tzinfo=UTC)),
        ({"revokeFlag": "1", "content": ""}, "[已撤回]", datetime(2022, 1, 21, 3, 19, 55, tzinfo=UTC)),
    ],
)
def test_recalls(read, change: dict[str, Any], text: str, recalled_at: datetime | None) -> None:
    [message] = read.one(log(**change)).messages
    assert (message.text, message.recalled_at) == (text, recalled_at)


@pytest.mark.parametrize(
    ("change", "kind"),
    [
        ({"contentType": "image", "content": ""}, "image"),
        ({"content": "", "imgUrl": "https://img.jd.com/1.jpg"}, "image"),
        ({"contentType": "SKU"}, "product_card"),
        ({"contentType": "something new"}, "text"),
        ({"imgUrl": "https://img.jd.com/1.jpg"}, "text"),
    ],
)
def test_content_types(read, change: dict[str, Any], kind: str) -> None:
    assert read.one(log(**change)).messages[0].content_type == kind


SESSION: dict[str, Any] = {
    "sid": "14a75177", "customer": "turtle081025", "waiter": "果麦洁洁", "groupId": 77,
    "createdTime": 1642735190000, "closeTime": 1642735300000, "closeReason": "timeout",
}  # fmt: skip


class TestSessionsWithLogs:
    def detail(self, **changes: Any) -> dict[str, Any]:
        return {"dongdongSession": {**SESSION, **changes}, "dongdongChatLogList": [log()]}

    def test_what_the_session_knows(self, read) -> None:
        session = read.one({"data": [self.detail()], "success": True})
        assert session.started_at == datetime(2022, 1, 21, 3, 19, 50, tzinfo=UTC)
        assert session.ended_at == datetime(2022, 1, 21, 3, 21, 40, tzinfo=UTC)
        assert session.group == "77"
        assert session.events == ()
        assert session.messages[0].sender == "agent"

    def test_a_transfer(self, read) -> None:
        session = read.one(self.detail(toWaiter="果麦小美", transferTime=1642735250000))
        [event] = session.events
        assert (event.from_agent, event.to_agent) == ("果麦洁洁", "果麦小美")
        assert event.at == datetime(2022, 1, 21, 3, 20, 50, tzinfo=UTC)

    @pytest.mark.parametrize(
        ("changes", "sender"),
        [
            ({"robotCode": "r-1", "robotToImSid": "x"}, "bot"),
            ({"robotCode": "r-1", "fromRobotSid": "x"}, "agent"),
        ],
    )
    def test_the_robot_has_a_session_of_its_own(self, read, changes: dict[str, Any], sender: str) -> None:
        assert read.one(self.detail(**changes)).messages[0].sender == sender
