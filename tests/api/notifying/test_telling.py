"""From a hit to the group's robot, over the running service."""

import time
from collections.abc import Iterator
from typing import Any

import pytest

from api.app import create_app
from api.settings import Settings
from tests.api.client import Client
from tests.api.notifying.receiver import Receiver
from tests.api.reviewing import rude

ROUTES = "/v1/notification_routes"


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with Receiver() as running:
        yield running


@pytest.fixture
def inside(settings: Settings) -> Iterator[Client]:
    """A service that may tell machines beside it."""
    update = {"notify_private": True, "public_url": "http://qc.example.com"}
    with Client(create_app(settings.model_copy(update=update))) as running:
        yield running


def a_change(receiver: Receiver, **fields: Any) -> dict[str, Any]:
    return {"choice": {"title": "质检群", "channel": "dingtalk"} | fields, "url": receiver.url}


def made(client: Client, receiver: Receiver, **fields: Any) -> Any:
    response = client.post(ROUTES, json=a_change(receiver, **fields))
    assert response.status_code == 200, response.text
    return response.json()


def wait_for(client: Client, state: str) -> Any:
    """The newest delivery, once it is in that state."""
    for _ in range(400):
        found = client.get("/v1/notification_deliveries").json()
        if found and found[0]["state"] == state and found[0]["attempts"]:
            return found[0]
        time.sleep(0.05)
    raise AssertionError(f"no delivery is {state}: {found}")


def send_a_hit(client: Client) -> None:
    client.post("/v1/sessions", json=[rude("s-1")])
    for _ in range(400):
        if held := client.get("/v1/alerts?state=held").json():
            break
        time.sleep(0.05)
    [alert] = [each for each in held if each["rule_id"] == "hostile_phrase"]
    assert client.post(f"/v1/alerts/{alert['alert_id']}/send").status_code == 200


def test_a_hit_that_a_person_sends_reaches_the_group(inside: Client, receiver: Receiver) -> None:
    route = made(inside, receiver, levels=["high"])
    assert (route["host"], route["signed"], route["deliveries"]) == ("127.0.0.1", False, {})
    assert "access_token" not in str(inside.get(ROUTES).json())
    send_a_hit(inside)
    assert wait_for(inside, "delivered")["text"].startswith("自定义违禁词")
    [got] = receiver.got
    assert got.body["text"]["content"].startswith("【高级·质检命中】自定义违禁词 “急什么”")
    assert got.body["text"]["content"].endswith("http://qc.example.com/desk/sessions/s-1")
    assert inside.get(ROUTES).json()[0]["deliveries"] == {"delivered": 1}


def test_what_a_robot_refuses_waits_and_says_why(inside: Client, receiver: Receiver) -> None:
    receiver.answer = b'{"errcode": 310000, "errmsg": "sign not match"}'
    route = made(inside, receiver)
    send_a_hit(inside)
    for _ in range(400):
        found = next(iter(inside.get("/v1/notification_deliveries").json()), {"error": ""})
        if found["error"]:
            break
        time.sleep(0.05)
    assert (found["state"], found["error"]) == ("waiting", "310000: sign not match")
    assert found["due_at"] > found["changed_at"]
    assert inside.delete(f"{ROUTES}/{route['route_id']}").json() == []
    assert wait_for(inside, "dropped")["attempts"] == 1


def test_a_test_message_says_what_went_wrong(inside: Client, receiver: Receiver) -> None:
    path = f"{ROUTES}/{made(inside, receiver)['route_id']}/test"
    assert inside.post(path).json() == {"error": None}
    assert "这是一条测试消息" in receiver.got[0].body["text"]["content"]
    receiver.status = 503
    assert inside.post(path).json() == {"error": "answered 503"}
    assert inside.post(f"{ROUTES}/route_0/test").json()["type"] == "/problems/notification-route-not-found"


def test_a_route_must_not_lead_inside(client: Client, receiver: Receiver) -> None:
    refused = client.post(ROUTES, json=a_change(receiver)).json()
    assert (refused["field"], refused["status"]) == ("url", 422)
    body = a_change(receiver) | {"url": "https://localhost/hook"}
    path = f"{ROUTES}/{client.post(ROUTES, json=body).json()['route_id']}/test"
    assert client.post(path).json() == {
        "error": "localhost is inside the network: MINGJIAN_NOTIFY_PRIVATE=true allows that"
    }
    assert receiver.got == []


@pytest.mark.parametrize(
    ("choice", "field"),
    [
        ({"title": " "}, "choice.title"), ({"levels": []}, "choice.levels"), ({"levels": ["x"]}, "choice.levels[0]"),
        ({"mentions": [str(each) for each in range(11)]}, "choice.mentions"),
        ({"mentions": ['"><at user_id="all">']}, "choice.mentions"), ({"remind_minutes": 1}, "choice.remind_minutes"),
        ({"channel": "webhook", "mentions": ["1"]}, "choice.mentions"), ({"channel": "fax"}, "choice.channel"),
    ],
)  # fmt: skip
def test_what_a_route_cannot_be_names_the_field(
    local: Client, receiver: Receiver, choice: dict[str, Any], field: str
) -> None:
    body = a_change(receiver, **choice) | {"url": "https://example.com/hook"}
    refused = local.post(ROUTES, json=body)
    assert (refused.status_code, refused.json()["field"]) == (422, field)


@pytest.mark.parametrize("secret", ["abc", "whsec_", "whsec_!!!!", "whsec_YWJj"])
def test_a_secret_that_signs_nothing_is_refused(local: Client, secret: str) -> None:
    body = {"choice": {"title": "t", "channel": "webhook"}, "url": "https://example.com/", "secret": secret}
    assert local.post(ROUTES, json=body).json()["field"] == "secret"
    assert local.post(ROUTES, json=body | {"url": None, "secret": None}).json()["field"] == "url"


def test_a_route_is_changed_without_saying_its_address_again(inside: Client, receiver: Receiver) -> None:
    route = made(inside, receiver)
    change = {"choice": {"title": "夜班群", "channel": "feishu", "enabled": False}, "reason": "换群"}
    changed = inside.put(f"{ROUTES}/{route['route_id']}", json=change).json()
    assert (changed["choice"]["title"], changed["host"]) == ("夜班群", "127.0.0.1")
    audit = inside.get("/v1/audit").json()
    assert [each["action"] for each in audit[:2]] == ["notification_route.change", "notification_route.add"]
