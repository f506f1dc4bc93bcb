"""Messages, events and ratings that come after the session: added once, inspected again."""

from typing import Any

import pytest

from tests.api.building import a_session, said, verdicts
from tests.api.client import Client

RATING = {"type": "rating", "at": "2026-11-01T10:30:00+08:00", "level": 1, "agent_id": "a-1"}
ORDER = {"type": "order", "at": "2026-11-01T10:02:00+08:00", "order_id": "o-1", "state": "paid"}


def test_a_late_rating_is_inspected(client: Client) -> None:
    client.submit(a_session())
    assert verdicts(client.inspected("s-1")["inspection"])["rating_very_dissatisfied"] == "not_applicable"
    response = client.post("/v1/sessions/s-1/events", json=RATING)
    assert (response.status_code, response.json()["records"][0]["revision"]) == (202, 2)
    again = client.inspected("s-1", revision=2)["inspection"]
    assert verdicts(again)["rating_very_dissatisfied"] == "hit"
    history = client.get("/v1/sessions/s-1/inspections").json()
    assert [each["inspection"]["revision"] for each in history] == [2, 1]


def test_late_messages_are_inspected_and_kept_with_the_others(client: Client) -> None:
    client.submit(a_session("s-1", said("m1", "10:00:00", "在吗"), ended_at=None))
    late = [said("m2", "10:00:10", "您好,欢迎光临", "agent"), said("m3", "10:00:20", "国家级的品质", "agent")]
    assert client.post("/v1/sessions/s-1/messages", json=late).json()["accepted"] == 1
    found = client.inspected("s-1", revision=2)["inspection"]
    assert verdicts(found)["prohibited_superlative"] == "hit"
    kept = client.get("/v1/sessions/s-1").json()["session"]["messages"]
    assert [message["message_id"] for message in kept] == ["m1", "m2", "m3"]


@pytest.mark.parametrize(
    ("part", "record"),
    [("messages", said("m9", "10:10:00", "还在吗")), ("events", RATING), ("events", ORDER)],
)
def test_the_same_late_part_again_changes_nothing(idle: Client, part: str, record: dict[str, Any]) -> None:
    idle.submit(a_session())
    first = idle.post(f"/v1/sessions/s-1/{part}", json=record).json()
    again = idle.post(f"/v1/sessions/s-1/{part}", json=[record]).json()
    assert (first["accepted"], again["unchanged"], again["job_id"]) == (1, 1, None)
    assert idle.get("/v1/sessions/s-1").json()["revision"] == 2


def test_a_recall_comes_late_too(idle: Client) -> None:
    idle.submit(a_session())
    recalled = said("m4", "10:05:00", "今天发", "agent", recalled_at="2026-11-01T10:06:00+08:00")
    assert idle.post("/v1/sessions/s-1/messages", json=recalled).json()["accepted"] == 1
    assert "recalled_at" in idle.get("/v1/sessions/s-1").json()["session"]["messages"][3]


def test_times_without_an_offset_are_in_the_zone_of_the_shop(idle: Client) -> None:
    idle.submit(a_session())
    idle.post(
        "/v1/sessions/s-1/messages", json=said("m9", "10:10:00", "a") | {"sent_at": "2026-11-01T10:10:00"}
    )
    kept = idle.get("/v1/sessions/s-1").json()["session"]["messages"][-1]
    assert kept["sent_at"] == "2026-11-01T10:10:00+08:00"


REFUSED = [
    ("messages", {"sender": "customer", "text": "a"}, 422, "messages[0].message_id", "late message"),
    ("messages", said("m1", "10:00:00", "something else"), 409, None, "'m1'"),
    ("messages", said("m9", "10:00:00", "a", "seller"), 422, "messages[0].sender", "seller"),
    ("messages", [1], 422, None, "record 0: expected a JSON object, got a number"),
    ("events", RATING | {"level": 9}, 422, "events[0].level", "9"),
    ("events", {"type": "party", "at": 1}, 422, "events[0].type", "party"),
    ("events", [RATING, {"type": "rating", "level": 1}], 422, "events[1].at", "missing"),
]


@pytest.mark.parametrize(("part", "body", "status", "field", "detail"), REFUSED)
def test_adds_nothing_of_a_request_that_is_partly_wrong(
    local: Client, part: str, body: Any, status: int, field: str | None, detail: str
) -> None:
    local.submit(a_session())
    response = local.post(f"/v1/sessions/s-1/{part}", json=body)
    problem = response.json()
    assert (response.status_code, problem.get("field")) == (status, field)
    assert detail in problem["detail"]
    assert local.get("/v1/sessions/s-1").json()["revision"] == 1


@pytest.mark.parametrize(("part", "record"), [("messages", said("m1", "10:00:00", "a")), ("events", RATING)])
def test_needs_a_session_to_add_to(local: Client, part: str, record: dict[str, Any]) -> None:
    response = local.post(f"/v1/sessions/unknown/{part}", json=record)
    assert (response.status_code, response.json()["type"]) == (404, "/problems/session-not-found")
