"""The alert inbox: what is offered to whom, and what becomes of it."""

import re
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from starlette.testclient import TestClient

from api.auth import SCOPES
from api.console.alerts.inbox import alert_row, steps_of
from api.console.language import translator
from evaluators.catalogue.loading import load_catalogue
from storage.alerts import Alert
from tests.console.going_on import chat, going_on

ZONE, ZH, EN = ZoneInfo("Asia/Shanghai"), translator("zh"), translator("en")
RULES = {rule.id: rule for rule in load_catalogue().rules}
RULE = RULES["prohibited_superlative"]
_FORM = re.compile(r'action="(/alerts/[^"/]+/)sent')


def alert(**fields: object) -> Alert:
    given: dict[str, object] = {
        "alert_id": "alert_1", "at": datetime(2026, 11, 1, 2, tzinfo=UTC), "kind": "hit", "level": "high",
        "mode": "manual", "state": "held", "text": f"{RULE.title} “最好”", "shop": "s", "session_id": "a/b",
        "revision": 1, "inspection_id": "i", "rule_id": RULE.id, "agent_id": "zl-01", "by": {},
    }  # fmt: skip
    return Alert(**{**given, **fields})  # type: ignore[arg-type]


@pytest.fixture
def inbox(console: TestClient) -> TestClient:
    sessions = going_on(datetime.now(UTC))
    assert console.post("/v1/sessions", json=sessions).status_code == 202
    console.post("/v1/sessions/live-best/inspect")
    return console


def test_an_alert_says_level_words_and_where() -> None:
    row = alert_row(alert(), RULES, SCOPES["lead"], ZONE, ZH)
    assert (row.sign, row.level_name, row.title, row.text) == ("!!!", "高级", RULE.title, "“最好”")
    assert (row.href, row.at, row.mode) == ("/desk/sessions/a%2Fb", "2026-11-01 10:00", "人工确认后通知")


def test_an_alert_about_no_session_says_its_kind() -> None:
    drift = alert(kind="drift", rule_id=None, session_id=None, text="3 of 100", by={"acknowledged": "li"})
    row = alert_row(drift, RULES, SCOPES["lead"], ZONE, EN)
    assert (row.title, row.text, row.href, row.acted) == (
        "Verdicts drift",
        "3 of 100",
        "",
        "acknowledged by li",
    )


def test_only_what_one_may_do_is_offered() -> None:
    offered = {
        (role, state): "".join(step.key for step in steps_of(state, SCOPES[role]))
        for role in ("viewer", "reviewer", "lead")
        for state in ("held", "new", "acknowledged", "dismissed")
    }  # fmt: skip
    assert {place: keys for place, keys in offered.items() if keys} == {
        ("reviewer", "held"): "sd", ("lead", "held"): "sd", ("lead", "new"): "a",
    }  # fmt: skip


def test_a_held_alert_is_dropped_and_that_is_on_record(inbox: TestClient) -> None:
    page = inbox.get("/alerts?state=held").text
    [start, *_] = _FORM.findall(page)
    before = page.count("data-row ")
    answer = inbox.post(f"{start}dismissed?state=held", follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (303, "/alerts?state=held")
    assert inbox.get("/alerts?state=held").text.count("data-row ") == before - 1
    assert "local 撤下" in inbox.get("/alerts?state=dismissed").text
    assert "alert.dismissed" in inbox.get("/settings/audit").text


@pytest.mark.parametrize(
    ("query", "shown"),
    [("level=medium", True), ("shop=山茶小店", True), ("shop=elsewhere", False), ("state=new", False)],
)
def test_the_inbox_is_filtered(inbox: TestClient, query: str, shown: bool) -> None:
    text = inbox.get(f"/alerts?{query}").text
    assert ("data-row " in text) is shown
    assert ("没有符合条件的告警" in text) is not shown


def test_an_alert_that_is_not_there(console: TestClient) -> None:
    assert console.post("/alerts/none/sent").status_code == 404
    assert console.post("/alerts/none/shouted").status_code == 422
    assert "没有告警" in console.get("/alerts").text


def test_several_are_dropped_at_once_and_what_was_decided_meanwhile_is_left(inbox: TestClient) -> None:
    inbox.post("/v1/sessions/live-parcel/inspect")
    ids = re.findall(r'name="alert_id" value="([^"]+)"', inbox.get("/alerts?state=held").text)
    assert len(ids) >= 2
    inbox.post(f"/v1/alerts/{ids[0]}/send")
    answer = inbox.post(
        "/alerts/ticked?state=held", data={"alert_id": [ids[0], ids[1]], "action": "dismissed"}
    )
    assert (answer.url.path, answer.url.query) == ("/alerts", b"state=held")
    assert "撤下了 1 条。1 条已是别的状态，没有动。" in answer.text
    assert ids[1] not in answer.text
    nothing = inbox.post("/alerts/ticked", data={"action": "dismissed"})
    assert "没有勾选告警" in nothing.text
    assert inbox.post("/alerts/ticked", data={"alert_id": ["x"], "action": "sent"}).status_code == 404
    assert inbox.post("/alerts/ticked", data={"alert_id": ["x"], "action": "shouted"}).status_code == 422


def test_the_inbox_says_what_waits_and_what_the_system_did(inbox: TestClient) -> None:
    counted = inbox.get("/alerts/waiting").json()
    assert counted["count"] == inbox.get("/alerts?state=held").text.count("data-row ")
    assert counted["words"] == f"{counted['count']} 条等您处理"
    row = alert_row(alert(by={"sent": "worker"}, state="new"), RULES, SCOPES["lead"], ZONE, ZH)
    assert (row.acted, row.gone) == ("系统 发出", False)


def test_a_hit_that_is_gone_says_so(inbox: TestClient) -> None:
    words = "最近一次质检里已没有这条命中"
    assert words not in inbox.get("/alerts").text
    now = datetime.now(UTC)
    calm = chat(now, "live-best", "presale", "zl-01", (300, "在吗"), (290, "在的，您请说", "zl-01"))
    assert inbox.post("/v1/sessions", json=[calm]).status_code == 202
    inbox.post("/v1/sessions/live-best/inspect")
    assert words in inbox.get("/alerts").text


def test_the_inbox_of_a_rule(inbox: TestClient) -> None:
    assert "data-row " in inbox.get(f"/alerts?rule={RULE.id}").text
    assert "没有符合条件的告警" in inbox.get("/alerts?rule=agent_abuse").text
