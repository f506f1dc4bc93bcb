"""What goes out, as each receiver wants it."""

import base64
import hashlib
import hmac
import json
from datetime import UTC, datetime, timedelta, timezone
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from standardwebhooks import Webhook

from api.notifying.channels import Outgoing, Place, refusal, requests_of
from storage.notifying.deliveries import Delivery
from storage.notifying.routes import Channel, Route, RouteChoice

AT = datetime(2026, 11, 1, 2, 5, tzinfo=UTC)
PLACE = Place(lambda shop: timezone(timedelta(hours=8)), "https://qc.example.com/")
SECRET = "whsec_" + base64.b64encode(b"k" * 24).decode()


def a_route(channel: Channel, secret: str = "", **fields: Any) -> Route:
    choice = RouteChoice(title="群", channel=channel, **fields)
    url = "https://example.com/hook?token=t"
    return Route(route_id="route_1", created_at=AT, changed_at=AT, url=url, secret=secret, choice=choice)


def told(number: int = 1, **fields: Any) -> Delivery:
    given: dict[str, Any] = {
        "alert_id": f"alert_{number}", "route_id": "route_1", "kind": "first", "attempts": 1, "at": AT,
        "level": "high", "alert_kind": "hit", "text": f"违禁词 “全网最{number}”", "shop": "木禾宅家居",
        "session_id": "s/1", "rule_id": "prohibited_superlative", "agent_id": "a-1",
    }  # fmt: skip
    return Delivery(**(given | fields))


def one(route: Route, *deliveries: Delivery) -> tuple[Outgoing, Any]:
    [request] = requests_of(route, deliveries, PLACE, datetime.now(UTC))
    return request, json.loads(request.body)


def test_a_group_reads_what_happened_where_and_a_link() -> None:
    request, body = one(a_route("wecom", mentions=("13800000000",)), told())
    assert body["text"] == {
        "content": "【高级·质检命中】违禁词 “全网最1”\n店铺 木禾宅家居 · 客服 a-1 · 会话 s/1 · 11-01 10:05\n"
        "https://qc.example.com/desk/sessions/s%2F1",
        "mentioned_mobile_list": ["13800000000"],
    }
    assert request.url == "https://example.com/hook?token=t"


def test_a_reminder_says_so_and_what_is_about_no_session_leads_to_the_inbox() -> None:
    bare = told(kind="reminder", alert_kind="drift", shop=None, session_id=None, agent_id=None)
    text = one(a_route("wecom"), bare)[1]["text"]["content"]
    assert text.splitlines() == [
        "【高级·判断漂移】（未确认，再次提醒）违禁词 “全网最1”",
        "11-01 10:05",
        "https://qc.example.com/alerts",
    ]


def test_dingtalk_is_signed_in_the_address() -> None:
    request, body = one(a_route("dingtalk", "SECx", mentions=("138",)), told())
    asked = parse_qs(urlsplit(request.url).query)
    stamp = asked["timestamp"][0]
    digest = hmac.digest(b"SECx", f"{stamp}\nSECx".encode(), hashlib.sha256)
    assert (asked["token"], base64.b64decode(asked["sign"][0])) == (["t"], digest)
    assert abs(int(stamp) / 1000 - datetime.now(UTC).timestamp()) < 60
    assert (body["msgtype"], body["at"]) == ("text", {"atMobiles": ["138"]})
    assert one(a_route("dingtalk"), told())[0].url == "https://example.com/hook?token=t"


def test_feishu_is_signed_in_the_body() -> None:
    _, body = one(a_route("feishu", "s3", mentions=("ou_1",)), told())
    digest = hmac.digest(f"{body['timestamp']}\ns3".encode(), b"", hashlib.sha256)
    assert base64.b64decode(body["sign"]) == digest
    assert body["content"]["text"].endswith('\n<at user_id="ou_1"></at>')
    assert "sign" not in one(a_route("feishu"), told())[1]


def test_a_program_gets_an_event_each_that_it_can_verify() -> None:
    requests = requests_of(a_route("webhook", SECRET), [told(1), told(2)], PLACE, datetime.now(UTC))
    assert [request.headers["webhook-id"] for request in requests] == [
        f"alert_{number}.route_1.first" for number in (1, 2)
    ]
    event = Webhook(SECRET).verify(requests[0].body, dict(requests[0].headers))
    assert (event["type"], event["timestamp"]) == ("alert.raised", "2026-11-01T02:05:00+00:00")
    assert event["data"] | {"text": "", "url": ""} == {
        "alert_id": "alert_1", "kind": "hit", "level": "high", "text": "", "shop": "木禾宅家居", "session_id": "s/1",
        "rule_id": "prohibited_superlative", "agent_id": "a-1", "url": "",
    }  # fmt: skip


def test_a_group_gets_one_message_with_as_much_as_fits() -> None:
    request, body = one(a_route("wecom"), *map(told, range(100)))
    text = body["text"]["content"]
    assert 5 < len(request.told) < 20
    assert len(text.encode()) <= 2048
    assert [f"全网最{number}”" in text for number in range(len(request.told) + 1)] == [
        *[True] * len(request.told), False,
    ]  # fmt: skip


def test_a_text_too_long_for_a_group_is_cut() -> None:
    request, body = one(a_route("wecom"), told(text="长" * 3000), told())
    assert len(request.told) == 1
    assert len(body["text"]["content"].encode()) <= 2048
    assert body["text"]["content"].endswith("…")


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b'{"errcode": 0, "errmsg": "ok"}', None), (b'{"code": 0, "msg": "success"}', None),
        (b'{"StatusCode": 0}', None), (b'{"errcode": 310000, "errmsg": "sign not match"}', "310000: sign not match"),
        (b'{"code": 19021}', "19021: no reason given"), (b"<html>", "the answer is not the JSON object"),
        (b"[]", "the answer is not the JSON object"),
    ],
)  # fmt: skip
def test_a_robot_says_in_its_answer_what_is_wrong(body: bytes, said: str | None) -> None:
    found = refusal(a_route("feishu"), body)
    assert found == said or (said is not None and found is not None and found.startswith(said))
    assert refusal(a_route("webhook"), body) is None
