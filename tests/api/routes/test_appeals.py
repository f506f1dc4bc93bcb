"""My hits and appeals over REST."""

import json

from tests.api.building import a_session, said
from tests.api.reviewing import RULE, Office, rude

HIT = {"session_id": "s-1", "rule_id": "R33"}
OBJECTION = HIT | {"reason": "顾客先开的玩笑"}


def test_an_agent_appeals_and_wins_at_the_second_level(office: Office) -> None:
    office.inspect(rude("s-1"))
    [hit] = [each for each in office.get("a-1", "/v1/my/hits") if each["outcome"]["rule_id"] == RULE]
    assert (hit["counts"], hit["appeal"]) == (True, None)
    assert hit["appeal_until"] > hit["inspected_at"]
    appeal = office.post("a-1", "/v1/my/appeals", OBJECTION)
    assert (appeal["level"], appeal["state"], appeal["agent_id"]) == (1, "open", "a-1")
    view = office.next("ann")
    assert (view["case"]["kind"], view["case"]["case_id"]) == ("appeal", appeal["case_id"])
    office.decide("ann", view, "confirm", note="没有看出玩笑")
    assert office.next("ben") is None
    office.post("a-1", f"/v1/my/appeals/{appeal['appeal_id']}/escalate", {"reason": "看 m1"})
    assert office.next("ann") is None
    assert office.decide("ben", office.next("ben"), "misjudged")["decided"]["overturned"] == [RULE]
    [own] = office.get("a-1", "/v1/my/appeals")
    assert (own["state"], own["level"], own["final"]) == ("upheld", 2, True)
    assert [each["action"] for each in own["steps"]] == ["filed", "rejected", "escalated", "upheld"]
    session = office.get("a-1", "/v1/my/sessions/s-1")
    assert (session["card"]["score"], session["card"]["red_line"]) == (95, False)
    assert {each["outcome"]["rule_id"]: each["counts"] for each in session["hits"]}[RULE] is False
    assert [each["source"] for each in office.get("lead", "/v1/labels", source="appeal")["items"]] == [
        "appeal"
    ] * 2
    assert len(office.get("lead", "/v1/appeals", state="upheld")) == 1
    [case] = map(json.loads, office.ask("lead", "GET", "/v1/export/regression_cases").text.splitlines())
    assert (case["slices"], case["hard"]) == ({"regression": "appeal"}, True)
    assert [(each["labeller"], each["verdict"]) for each in case["labels"]] == [("ben", "no_hit")], (
        "overruled"
    )


def test_blanks_are_no_reason(office: Office) -> None:
    office.inspect(rude("s-1"))
    blank = office.ask("a-1", "POST", "/v1/my/appeals", json=HIT | {"reason": " \n"})
    assert (blank.status_code, blank.json()["field"]) == (422, "reason")
    appeal = office.post("a-1", "/v1/my/appeals", HIT | {"reason": " 玩笑 "})
    assert appeal["steps"][0]["reason"] == "玩笑"
    office.decide("ann", office.next("ann"), "confirm", note="不像玩笑")
    further = f"/v1/my/appeals/{appeal['appeal_id']}/escalate"
    assert office.ask("a-1", "POST", further, json={"reason": "\u3000"}).status_code == 422


def test_a_rejection_needs_a_reason(office: Office) -> None:
    office.inspect(rude("s-1"))
    office.post("a-1", "/v1/my/appeals", OBJECTION)
    case = office.next("ann")["case"]
    bare = {"answer": "confirm", "round": case["round"], "note": " "}
    refused = office.ask("ann", "POST", f"/v1/review/cases/{case['case_id']}/decide", json=bare)
    assert (refused.status_code, refused.json()["type"]) == (422, "/problems/rejection-unexplained")
    assert office.get("a-1", "/v1/my/appeals")[0]["state"] == "open"


def test_faults_can_be_appealed_against_but_not_praise(office: Office) -> None:
    praised = a_session(
        "s-1", said("m1", "10:00:00", "在吗"), said("m2", "10:00:05", "您好,欢迎光临,急什么", "agent"),
        said("m3", "10:01:00", "你真好", "customer"),
        events=[{"type": "rating", "at": "2026-11-01T10:10:00+08:00", "level": 5, "agent_id": "a-1"}],
    )  # fmt: skip
    office.inspect(praised)
    hits = {each["outcome"]["rule_id"]: each for each in office.get("a-1", "/v1/my/hits")}
    [praise] = [rule_id for rule_id, each in hits.items() if each["outcome"]["score"] > 0]
    assert hits[praise]["appeal_until"] is None
    assert hits[RULE]["appeal_until"] is not None
    session = office.get("a-1", "/v1/my/sessions/s-1")
    assert {each["outcome"]["rule_id"]: each["appeal_until"] for each in session["hits"]}[praise] is None
    objection = {"session_id": "s-1", "rule_id": praise, "reason": "不好意思"}
    refused = office.ask("a-1", "POST", "/v1/my/appeals", json=objection)
    assert (refused.status_code, refused.json()["type"]) == (422, "/problems/praise-unappealable")
    assert office.get("a-1", "/v1/my/appeals") == []


def test_an_agent_sees_nothing_of_others(office: Office) -> None:
    office.inspect(rude("s-1"))
    assert office.get("a-2", "/v1/my/hits") == []
    for path in ("/v1/my/sessions/s-1", "/v1/my/hits?agent=a-1"):
        assert office.ask("a-2", "GET", path).status_code in (403, 404)
    refused = office.ask("a-2", "POST", "/v1/my/appeals", json=OBJECTION)
    assert (refused.status_code, refused.json()["type"]) == (404, "/problems/hit-not-found")
    assert office.ask("a-1", "GET", "/v1/sessions").status_code == 403


def test_what_is_acknowledged_stays(office: Office) -> None:
    office.inspect(rude("s-1"))
    seen = office.post("a-1", "/v1/my/acknowledgements", HIT)
    assert seen == office.post("a-1", "/v1/my/acknowledgements", HIT)
    late = office.ask("a-1", "POST", "/v1/my/appeals", json=OBJECTION)
    assert (late.status_code, late.json()["type"]) == (409, "/problems/appeal-conflict")


def test_an_admin_appeals_on_behalf_of_somebody(office: Office) -> None:
    office.inspect(rude("s-1"))
    nobody = office.ask("admin", "POST", "/v1/my/appeals", json=OBJECTION)
    assert (nobody.status_code, nobody.json()["field"]) == (422, "agent")
    assert office.post("admin", "/v1/my/appeals", OBJECTION, agent="a-1")["steps"][0]["actor"] == "admin"
