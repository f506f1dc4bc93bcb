"""Handing sessions in over REST: what is answered, what is kept, what happens to a request sent twice."""

import json
from typing import Any

import pytest

from tests.api.building import a_session, said, verdicts
from tests.api.client import Client

NDJSON = {"Content-Type": "application/x-ndjson"}
JSON = {"Content-Type": "application/json"}


def _statuses(report: Any) -> list[str]:
    return [record["status"] for record in report["records"]]


BROKEN_BODIES = [
    (JSON, b"", 400, "body-invalid", "empty body"),
    (JSON, b" \n ", 400, "body-invalid", "empty body"),
    (JSON, b"[]", 400, "body-invalid", "empty array"),
    (JSON, b'{"a"', 400, "body-invalid", "expected JSON"),
    (JSON, b'{"a":1}\n{"a":2}', 400, "body-invalid", "application/x-ndjson"),
    (JSON, b"\xff", 400, "body-invalid", "expected JSON"),
    (JSON, b"[" * 50_000, 400, "body-invalid", "nested less deeply"),
    (NDJSON, b"\n\n", 400, "body-invalid", "empty body"),
    ({"Content-Type": "text/csv"}, b"a,b", 415, "media-type-unsupported", "'text/csv'"),
    ({}, b"{}", 415, "media-type-unsupported", "got none"),
    (JSON | {"Content-Encoding": "gzip"}, b"{}", 415, "media-type-unsupported", "'gzip'"),
    (JSON, b"7", 422, "records-rejected", "record 0: expected a JSON object, got a number"),
    (JSON, b'{"session_id": "s"}', 422, "records-rejected", "messages: required, but missing"),
    (NDJSON, b"\n{bad\n", 422, "records-rejected", "line 2: expected a JSON object"),
    (NDJSON, b'{"a":' * 50_000 + b"1", 422, "records-rejected", "line 1: expected a JSON object"),
]


@pytest.mark.parametrize(("headers", "body", "status", "kind", "detail"), BROKEN_BODIES)
def test_says_what_is_wrong_with_a_body_of_which_nothing_can_be_used(
    local: Client, headers: dict[str, str], body: bytes, status: int, kind: str, detail: str
) -> None:
    response = local.post("/v1/sessions", content=body, headers=headers)
    problem = response.json()
    assert (response.status_code, problem["status"], problem["type"]) == (status, status, f"/problems/{kind}")
    assert detail in problem["detail"]
    assert problem["instance"] == "/v1/sessions"
    assert local.get("/v1/sessions").json()["items"] == []


BROKEN_SESSIONS = [
    ({"session_id": ""}, "session_id", "non-empty"),
    ({"messages": [{"text": "在吗"}]}, "messages[0].sender", "required, but missing"),
    ({"messages": [said("m1", "10:00:00", "在吗", "seller")]}, "messages[0].sender", "seller"),
    ({"messages": [said("m1", "10:00:00", "")]}, "messages[0].text", "non-empty"),
    (
        {"messages": [said("m1", "10:00:00", "a"), said("m1", "10:00:01", "b")]},
        "messages[1].message_id",
        "unique",
    ),
    ({"events": [{"type": "rating", "at": 1, "level": 6}]}, "events[0].level", "6"),
    ({"started_at": "yesterday"}, "started_at", "RFC3339"),
]


@pytest.mark.parametrize(("fields", "field", "expected"), BROKEN_SESSIONS)
def test_names_the_field_of_a_broken_session_and_keeps_the_others(
    local: Client, fields: dict[str, Any], field: str, expected: str
) -> None:
    report = local.submit(a_session("good"), a_session("bad") | fields)
    assert (report["accepted"], report["rejected"]) == (1, 1)
    refused = report["records"][1]
    assert (refused["status"], refused["error"]["field"], refused["error"]["index"]) == ("rejected", field, 1)
    assert expected in refused["error"]["message"]
    assert [each["session_id"] for each in local.get("/v1/sessions").json()["items"]] == ["good"]


def test_takes_one_object_an_array_and_lines(idle: Client) -> None:
    one = idle.post("/v1/sessions", json=a_session("one"))
    several = idle.post("/v1/sessions", json=[a_session("two"), a_session("three")])
    lines = "\ufeff" + "\n\n".join(
        json.dumps(a_session(name), ensure_ascii=False) for name in ("four", "five")
    )
    streamed = idle.post("/v1/sessions", content=lines.encode(), headers=NDJSON)
    assert [each.status_code for each in (one, several, streamed)] == [202, 202, 202]
    assert _statuses(several.json()) == ["accepted", "accepted"]
    assert [record["line"] for record in streamed.json()["records"]] == [1, 3]
    assert len(idle.get("/v1/sessions").json()["items"]) == 5


def test_counts_lines_of_a_partly_broken_stream_as_an_editor_does(idle: Client) -> None:
    body = "\n".join([json.dumps(a_session("ok")), "", "not json", json.dumps({"session_id": "x"})])
    report = idle.post("/v1/sessions", content=body.encode(), headers=NDJSON).json()
    assert [(each["status"], each["line"], each["index"]) for each in report["records"]] == [
        ("accepted", 1, 0),
        ("rejected", 3, 1),
        ("rejected", 4, 2),
    ]
    assert report["records"][2]["error"]["field"] == "messages"


def test_the_same_request_again_changes_nothing(idle: Client) -> None:
    first = idle.submit(a_session())
    again = idle.submit(a_session())
    assert (first["accepted"], again["accepted"], again["unchanged"]) == (1, 0, 1)
    assert (first["job_id"] is None, again["job_id"]) == (False, None)
    assert len(idle.get("/v1/jobs").json()) == 1


def test_new_content_of_a_known_session_is_its_next_revision(idle: Client) -> None:
    idle.submit(a_session())
    report = idle.submit(a_session(group="aftersale"))
    assert (report["records"][0]["status"], report["records"][0]["revision"]) == ("accepted", 2)
    assert idle.get("/v1/sessions/s-1").json()["session"]["group"] == "aftersale"
    assert idle.get("/v1/sessions/s-1", params={"revision": 1}).json()["session"]["group"] == "presale"


def test_keeps_fields_it_does_not_know(idle: Client) -> None:
    message = said("m1", "10:00:00", "在吗", mood="calm")
    idle.submit(a_session("s-1", message, erp={"order": 7}))
    kept = idle.get("/v1/sessions/s-1")
    assert kept.json()["session"]["erp"] == {"order": 7}
    assert kept.json()["session"]["messages"][0]["mood"] == "calm"
    assert kept.headers["etag"] == f'"{kept.json()["content_hash"]}"'


NAIVE = "2026-11-01T10:00:00"


@pytest.mark.parametrize(("query", "utc"), [({}, "02:00:00"), ({"timezone": "Europe/Berlin"}, "09:00:00")])
def test_gives_times_without_an_offset_the_zone_of_shop_or_request(
    idle: Client, query: dict[str, str], utc: str
) -> None:
    message = said("m1", "10:00:00", "在吗") | {"sent_at": NAIVE}
    idle.submit(a_session("s-1", message, started_at=NAIVE, ended_at=None), **query)
    assert idle.get("/v1/sessions").json()["items"][0]["started_at"] == f"2026-11-01T{utc}Z"


def test_refuses_a_time_zone_nobody_knows(idle: Client) -> None:
    response = idle.post("/v1/sessions", json=a_session(), params={"timezone": "Mars/Olympus"})
    assert (response.status_code, response.json()["field"]) == (422, "timezone")
    assert "such as Asia/Shanghai" in response.json()["detail"]


def test_inspects_what_was_handed_in(client: Client) -> None:
    job_id = client.submit(a_session())["job_id"]
    found = client.inspected("s-1")
    assert verdicts(found["inspection"])["late_reply_without_apology"] == "hit"
    assert client.get(f"/v1/jobs/{job_id}").json()["status"] == "done"


def test_put_replaces_a_session_and_has_it_inspected_again(client: Client) -> None:
    client.submit(a_session())
    client.inspected("s-1")
    polite = a_session(
        "s-1", said("m1", "10:00:00", "在吗"), said("m2", "10:00:05", "您好,欢迎光临", "agent")
    )
    del polite["session_id"]
    response = client.put("/v1/sessions/s-1", json=polite)
    assert (response.status_code, response.json()["records"][0]["revision"]) == (202, 2)
    found = client.inspected("s-1", revision=2)
    assert verdicts(found["inspection"])["late_reply_without_apology"] == "not_applicable"


REFUSED_PUTS = [
    (a_session("other"), "session_id", "expected 's-1' as in the address"),
    ([a_session(), a_session("s-2")], None, "expected one session, got 2"),
    (a_session(messages=7), "messages", "array"),
    ("text", None, "expected a JSON object, got a string"),
]


@pytest.mark.parametrize(("body", "field", "detail"), REFUSED_PUTS)
def test_put_says_why_it_refuses(local: Client, body: Any, field: str | None, detail: str) -> None:
    response = local.put("/v1/sessions/s-1", json=body)
    assert (response.status_code, response.json().get("field")) == (422, field)
    assert detail in response.json()["detail"]
    assert local.get("/v1/sessions/s-1").status_code == 404
