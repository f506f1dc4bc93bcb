"""Routes out of the service: added, changed, tried and removed on the page."""

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from starlette.testclient import TestClient

from api.app import create_app
from api.settings import Settings
from tests.api.notifying.receiver import Receiver
from tests.console.review.conftest import desk, fresh, person, rude_sessions

__all__ = ["desk", "fresh", "person", "rude_sessions"]

HOME = "/settings/notifications"
FORM = {"title": "质检群", "channel": "dingtalk", "levels": ["high", "medium"], "enabled": "true"}


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with Receiver() as running:
        yield running


@pytest.fixture
def inside(settings: Settings) -> Iterator[TestClient]:
    """A console whose service may tell machines beside it."""
    app = create_app(settings.model_copy(update={"notify_private": True}))
    with TestClient(app, base_url="http://127.0.0.1", headers={"Origin": "http://127.0.0.1"}) as client:
        yield client


def add(client: TestClient, receiver: Receiver, **fields: Any) -> tuple[str, str]:
    """The page after it, and where the new route is changed."""
    answer = client.post(HOME, data=FORM | {"url": receiver.url} | fields)
    assert answer.status_code == 200, answer.text
    return answer.text, re.findall(rf'action="({HOME}/[^"/]+)"', answer.text)[-1]


def facts(text: str) -> dict[str, str]:
    """Of the one route that is shown."""
    return dict(
        re.findall(r"<dt>(.*?)</dt><dd>(.*?)</dd>", text[text.index("<main") : text.index("</main>")])
    )


def test_a_route_is_added_and_its_address_is_shown_no_more(inside: TestClient, receiver: Receiver) -> None:
    text, _ = add(
        inside, receiver, kinds=["hit"], shops="木禾 山茶", mentions="13800000000,13900000000", secret="SEC1"
    )
    assert "已添加“质检群”" in text
    assert facts(text) == {
        "发往": "钉钉群 127.0.0.1", "签名": "有", "告警级别": "高级、中级", "种类": "命中", "店铺": "木禾、山茶",
        "提醒谁": "13800000000、13900000000", "没人确认时": "不再提醒", "投递": "还没有",
    }  # fmt: skip
    assert "access_token" not in text
    assert "SEC1" not in text
    assert "还没有发往别处" not in text


def test_a_changed_route_keeps_the_address_that_was_not_typed(inside: TestClient, receiver: Receiver) -> None:
    _, path = add(inside, receiver, mentions="13800000000")
    change = {"title": "售后群", "channel": "dingtalk", "levels": "low", "remind_minutes": "30"}
    text = inside.post(path, data=change).text
    assert "已保存“售后群”" in text
    found = facts(text)
    assert (found["告警级别"], found["提醒谁"], found["没人确认时"]) == ("初级", "—", "30 分钟后再提醒一次")
    assert "停用" in text, "the box was not ticked"
    assert "测试消息已送达“售后群”" in inside.post(f"{path}/test").text
    assert len(receiver.got) == 1


def test_who_edited_an_older_state_is_told_and_loses_nothing(inside: TestClient, receiver: Receiver) -> None:
    text, path = add(inside, receiver)
    [seen] = re.findall(r'name="seen" value="([^"]+)"', text)
    first = {"title": "售后群", "channel": "dingtalk", "levels": "low", "seen": seen}
    assert inside.post(path, data=first).status_code == 200
    late = inside.post(path, data=first | {"title": "值班群"})
    assert late.status_code == 409
    assert "有人先改了这个去向" in late.text
    assert "<h3>售后群</h3>" in late.text
    assert 'value="值班群"' in late.text
    [newer] = re.findall(r'name="seen" value="([^"]+)"', late.text)
    assert newer != seen
    assert "已保存“值班群”" in inside.post(path, data=first | {"title": "值班群", "seen": newer}).text
    choice = {"title": "x", "channel": "dingtalk"}
    put = inside.put(
        f"/v1/notification_routes/{path.rpartition('/')[2]}", json={"choice": choice, "seen": seen}
    )
    assert (put.status_code, put.json()["type"]) == (409, "/problems/notification-route-conflict")


def test_a_test_message_arrives_or_the_page_says_what_the_robot_said(
    inside: TestClient, receiver: Receiver
) -> None:
    _, path = add(inside, receiver)
    assert "测试消息已送达“质检群”" in inside.post(f"{path}/test").text
    assert "这是一条测试消息" in receiver.got[0].raw
    receiver.answer = b'{"errcode": 310000, "errmsg": "sign not match"}'
    assert "测试消息没有送达“质检群”：310000: sign not match" in inside.post(f"{path}/test").text


def test_a_removed_route_is_gone(inside: TestClient, receiver: Receiver) -> None:
    _, path = add(inside, receiver)
    text = inside.post(f"{path}/remove").text
    assert "已删除“质检群”" in text
    assert "还没有发往别处" in text
    assert inside.post(f"{path}/test").status_code == 404
    assert receiver.got == []


@pytest.mark.parametrize(
    ("changed", "told", "field"),
    [
        ({"url": "http://example.com/x"}, "地址：要以 https:// 开头", "url"), ({"url": ""}, "地址：请填写", "url"),
        ({"title": " "}, "名称：请填写，最多 100 个字", "title"), ({"levels": []}, "告警级别：至少选一个级别", "levels"),
        ({"remind_minutes": "1"}, "几分钟没人确认再提醒：请填 5 到 10080 的整数", "remind_minutes"),
        ({"mentions": "张三"}, "提醒谁：请填手机号", "mentions"),
        ({"channel": "webhook", "secret": "x"}, "密钥：要以 whsec_ 开头", "secret"),
    ],
)  # fmt: skip
def test_a_refused_form_keeps_what_was_typed_and_marks_what_is_wrong(
    console: TestClient, changed: dict[str, Any], told: str, field: str
) -> None:
    form = FORM | {"url": "https://example.com/x", "shops": "木禾 <山茶>", "reason": "先试试"} | changed
    answer = console.post(HOME, data=form)
    assert answer.status_code == 422
    assert told in answer.text
    assert "还没有发往别处" in answer.text, "nothing was kept"
    typed = answer.text[answer.text.index('<details class="card" open>') :]
    assert 'value="木禾 &lt;山茶&gt;"' in typed
    assert 'value="先试试"' in typed
    wrong = re.findall(
        r'<input name="([^"]+)"[^>]*aria-invalid="true"|name="([^"]+)"[^>]*aria-invalid="true"', typed
    )
    assert {one or other for one, other in wrong} == {field}
    assert answer.text.count('id="refused"') == 1
    ticked = set(re.findall(r'name="levels" value="(\w+)" checked', typed))
    assert ticked == set(form["levels"])


def test_whoever_may_not_configure_sees_no_routes_and_adds_none(person: Callable[[str], TestClient]) -> None:
    assert "还发往哪里" in person("lead").get(HOME).text
    shown = person("ann").get(HOME)
    assert (shown.status_code, "还发往哪里" in shown.text) == (200, False)
    assert person("ann").post(HOME, data=FORM | {"url": "https://example.com/x"}).status_code == 403
