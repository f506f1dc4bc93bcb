"""Reports, scorecards, exports and what operators read."""

import json
from typing import Any

import pytest

from api.app import create_app
from api.settings import Settings
from tests.api.building import a_session, said
from tests.api.client import Client

RATED = {"type": "rating", "at": "2026-11-01T10:20:00+08:00", "level": 2, "agent_id": "a-1"}
RED = said("m2", "10:00:05", "您好,我们是国家级品质", "agent", sender_id="a-2")
SESSIONS = [
    a_session("plain"),
    a_session("rated", events=[RATED]),
    a_session(
        "red", said("m1", "10:00:00", "在吗"), RED, shop="shop-b", started_at="2026-11-02T10:00:00+08:00"
    ),
]


@pytest.fixture
def filled(client: Client) -> Client:
    client.submit(*SESSIONS)
    for session in SESSIONS:
        client.inspected(session["session_id"])
    return client


def _rule(rows: list[dict[str, Any]], rule_id: str) -> dict[str, Any]:
    return next(row for row in rows if row["rule_id"] == rule_id)


def test_reports_add_up(filled: Client) -> None:
    overview = filled.get("/v1/reports/overview").json()
    assert (overview["sessions"], overview["inspected"], overview["red_line_sessions"]) == (3, 3, 1)
    assert _rule(filled.get("/v1/reports/rules").json(), "prohibited_superlative")["hit"] == 1
    one_day = {"started_to": "2026-11-02T00:00:00+08:00"}
    assert _rule(filled.get("/v1/reports/rules", params=one_day).json(), "prohibited_superlative")["hit"] == 0
    satisfaction = filled.get("/v1/reports/satisfaction").json()
    assert satisfaction == {"1": 0, "2": 1, "3": 0, "4": 0, "5": 0, "none": 2}
    assert filled.get("/v1/reports/reply_times").json()["first_human_reply"] == 5.0
    agents = filled.get("/v1/reports/agents", params={"agent": "a-2"}).json()
    assert _rule(agents, "prohibited_superlative")["hit"] == 1


def test_scores_are_summed_by_agent_shop_and_group(filled: Client) -> None:
    keys = {
        by: {row["key"]: row["sessions"] for row in filled.get("/v1/scorecards", params={"by": by}).json()}
        for by in ("agent", "shop", "group")
    }
    assert keys == {
        "agent": {"a-1": 2, "a-2": 1},
        "shop": {"shop-a": 2, "shop-b": 1},
        "group": {"presale": 3},
    }
    response = filled.get("/v1/scorecards", params={"by": "weather"})
    assert (response.status_code, response.json()["field"]) == (422, "by")


def test_scorecards_come_session_by_session(filled: Client) -> None:
    first = filled.get("/v1/scorecards/sessions", params={"limit": 2}).json()
    rest = filled.get("/v1/scorecards/sessions", params={"limit": 2, "cursor": first["next_cursor"]}).json()
    cards = {each["scorecard"]["session_id"]: each["scorecard"] for each in first["items"] + rest["items"]}
    assert set(cards) == {"plain", "rated", "red"}
    assert (cards["red"]["red_line"], cards["red"]["score"]) == (True, 0)
    assert set(cards["red"]["agents"]) == {"a-2"}


def test_exports_every_outcome_as_lines(filled: Client) -> None:
    response = filled.get("/v1/export/outcomes")
    assert response.headers["content-type"].startswith("application/x-ndjson")
    outcomes = [json.loads(line) for line in response.text.splitlines()]
    rules = len(filled.get("/v1/sessions/red/inspections/latest").json()["inspection"]["outcomes"])
    assert len(outcomes) == 3 * rules
    one = filled.get("/v1/export/outcomes", params={"shop": "shop-b"}).text.splitlines()
    assert {json.loads(line)["session_id"] for line in one} == {"red"}
    cards = filled.get("/v1/export/scorecards").text.splitlines()
    assert sorted(json.loads(line)["session_id"] for line in cards) == ["plain", "rated", "red"]


def test_exporting_nothing_is_empty(local: Client) -> None:
    local.submit(a_session())
    assert local.get("/v1/export/outcomes").text == ""
    assert local.get("/v1/scorecards/sessions").json() == {"items": [], "next_cursor": None}


def test_is_ready_while_database_and_worker_are(client: Client) -> None:
    client.submit(a_session())
    client.inspected("s-1")
    response = client.get("/readyz")
    assert (response.status_code, response.json()["ready"]) == (200, True)
    assert "stays undetermined" in response.json()["checks"]["judge"]["detail"]


def test_is_not_ready_with_a_database_that_was_never_migrated(tmp_path: Any) -> None:
    settings = Settings(database_url=f"sqlite:///{tmp_path / 'empty.db'}", embedded_worker=False)
    with Client(create_app(settings)) as client:
        response = client.get("/readyz")
        assert (response.status_code, response.json()["checks"]["database"]["ok"]) == (503, False)
        assert "schema" in response.json()["checks"]["database"]["detail"]
        refused = client.get("/v1/sessions")
        assert (refused.status_code, refused.json()["type"]) == (503, "/problems/schema-outdated")
        assert client.get("/healthz").status_code == 200


def test_is_not_ready_without_a_database() -> None:
    settings = Settings(database_url="postgresql://nobody@127.0.0.1:1/none", embedded_worker=False)
    with Client(create_app(settings)) as client:
        assert client.get("/readyz").json()["checks"]["database"]["ok"] is False
        response = client.get("/v1/jobs")
        assert (response.status_code, response.json()["type"]) == (503, "/problems/database-unavailable")


def test_counts_what_happens(client: Client) -> None:
    client.submit(a_session())
    client.inspected("s-1")
    client.get("/v1/nothing")
    text = client.get("/metrics").text
    assert 'mingjian_submitted_records_total{status="accepted"} 1.0' in text
    assert "mingjian_inspections_total 1.0" in text
    assert 'reason="judge_unavailable",verdict="undetermined"' in text
    assert "mingjian_tasks_waiting 0.0" in text
    assert 'method="GET",route="(none)",status="404"' in text


def test_marks_every_answer_for_the_log(local: Client) -> None:
    first, second = (local.get("/healthz").headers["X-Request-Id"] for _ in range(2))
    assert first != second


def test_refuses_bodies_that_are_too_large(local_settings: Settings) -> None:
    settings = local_settings.model_copy(update={"max_body_mb": 1})
    body = b" " * (1024 * 1024 + 1)
    with Client(create_app(settings)) as client:
        headers = {"Content-Type": "application/json"}
        declared = client.post("/v1/sessions", content=body, headers=headers)
        chunked = client.post("/v1/sessions", content=iter([body]), headers=headers)
        profile = client.put("/v1/profiles/p", content=iter([body]), headers=headers)
    for response in (declared, chunked, profile):
        assert (response.status_code, response.json()["type"]) == (413, "/problems/body-too-large")
        assert "MINGJIAN_MAX_BODY_MB" in response.json()["detail"]
