"""Inspections: what is kept and shown, inspecting on demand, dry runs, and inspecting without storing."""

from typing import Any

import pytest

from api.app import create_app
from api.settings import Settings
from evaluators.testing import ScriptedJudge
from tests.api.building import a_session, said, verdicts
from tests.api.client import Client


def _points(view: dict[str, Any]) -> float:
    return float(sum(line["points"] for line in view["arithmetic"]))


def test_shows_outcomes_with_evidence_and_an_arithmetic_that_adds_up(client: Client) -> None:
    session = a_session()
    client.submit(session)
    view = client.inspected("s-1")
    inspection = view["inspection"]
    late = next(each for each in inspection["outcomes"] if each["rule_id"] == "late_reply_without_apology")
    texts = {message["message_id"]: message["text"] for message in session["messages"]}
    assert late["evidence"]
    assert all(
        texts[each["message_id"]][each["start"] : each["end"]] == each["quote"] for each in late["evidence"]
    )
    assert _points(view) == inspection["scorecard"]["score"] < 100
    assert inspection["profile_version"].startswith("default@built-in#")
    assert inspection["reply_times"] == {"first_reply": 5.0, "first_human_reply": 5.0, "average_reply": 122.5}
    assert client.get(f"/v1/inspections/{view['inspection_id']}").json() == view


def test_shows_the_arithmetic_of_one_agent(client: Client) -> None:
    client.submit(a_session("s-1", agents=[{"agent_id": "idle", "kind": "human"}]))
    card = client.inspected("s-1")["inspection"]["scorecard"]["agents"]
    for agent in ("a-1", "idle"):
        view = client.get("/v1/sessions/s-1/inspections/latest", params={"agent": agent}).json()
        assert _points(view) == card[agent]["score"]


def test_a_dry_run_keeps_nothing(idle: Client) -> None:
    idle.submit(a_session())
    trial = idle.post("/v1/sessions/s-1/inspect", params={"dry_run": "true"})
    assert verdicts(trial.json())["late_reply_without_apology"] == "hit"
    assert _points(trial.json()) == trial.json()["scorecard"]["score"]
    assert idle.get("/v1/sessions/s-1/inspections").json() == []


def test_inspecting_on_demand_is_kept_once(idle: Client) -> None:
    idle.submit(a_session())
    first = idle.post("/v1/sessions/s-1/inspect").json()
    again = idle.post("/v1/sessions/s-1/inspect").json()
    assert first == again
    assert len(idle.get("/v1/sessions/s-1/inspections").json()) == 1
    assert idle.get("/v1/sessions/s-1/inspections/latest").json() == first


def test_judging_as_of_another_time_never_becomes_the_latest(idle: Client) -> None:
    idle.submit(a_session())
    response = idle.post("/v1/sessions/s-1/inspect", params={"as_of": "2020-01-01T00:00:00Z"})
    assert (response.status_code, response.json()["inspection"]["official"]) == (200, False)
    assert idle.get("/v1/sessions/s-1/inspections/latest").status_code == 404


def test_inspects_without_storing(idle: Client) -> None:
    trial = idle.post("/v1/inspect", json=a_session())
    assert verdicts(trial.json())["late_reply_without_apology"] == "hit"
    assert trial.json()["judge_version"] == "none"
    assert idle.get("/v1/sessions").json()["items"] == []
    assert idle.get("/v1/jobs").json() == []


def test_inspects_under_a_named_profile(local: Client) -> None:
    session = a_session("s-1", said("m1", "10:00:00", "在吗"), said("m2", "10:00:30", "您好,欢迎", "agent"))
    average = {
        profile: verdicts(local.post("/v1/inspect", json=session, params={"profile": profile}).json())[
            "slow_average_reply"
        ]
        for profile in ("default", "ten_nodes")
    }
    assert average == {"default": "no_hit", "ten_nodes": "hit"}


REFUSED = [
    (
        a_session("s-1", said("m1", "10:00:00", "a", "seller")),
        {},
        422,
        "session-invalid",
        "messages[0].sender",
    ),
    ([a_session(), a_session("s-2")], {}, 422, "session-invalid", "expected one session, got 2"),
    ([], {}, 400, "body-invalid", "empty array"),
    (3, {}, 422, "session-invalid", "expected a JSON object"),
    (a_session(), {"profile": "nobody"}, 404, "profile-not-found", "nobody"),
    (a_session(), {"as_of": "2026-11-01"}, 422, "request-invalid", "as_of"),
    (a_session(), {"timezone": "Mars"}, 422, "parameter-invalid", "timezone"),
]


@pytest.mark.parametrize(("body", "query", "status", "kind", "detail"), REFUSED)
def test_says_why_it_does_not_inspect(
    local: Client, body: Any, query: dict[str, str], status: int, kind: str, detail: str
) -> None:
    response = local.post("/v1/inspect", json=body, params=query)
    assert (response.status_code, response.json()["type"]) == (status, f"/problems/{kind}")
    assert detail in response.json()["detail"]


def test_asks_the_judge_it_was_given(local_settings: Settings) -> None:
    judge = ScriptedJudge({"courteous_closing": ["m4"]})
    session = a_session(
        "s-1", said("m3", "10:20:00", "好的"), said("m4", "10:20:05", "祝您生活愉快", "agent")
    )
    with Client(create_app(local_settings, judge)) as client:
        trial = client.post("/v1/inspect", json=session).json()
    assert (verdicts(trial)["courteous_closing"], trial["judge_version"]) == ("hit", "scripted/script")
    hit = next(each for each in trial["outcomes"] if each["rule_id"] == "courteous_closing")
    assert hit["judge"]["name"] == "scripted"
