"""Trust in rules over REST: measured, staged, certified; and who was wrong."""

import json
from typing import Any

from tests.api.reviewing import RULE, Office, rude

RULES = f"/v1/calibration/rules/{RULE}"


def _reviewed(office: Office, sessions: int, wrong: int = 0) -> None:
    """All hits of the rule are reviewed; so many of them are misjudged."""
    names = [f"s-{number:02}" for number in range(sessions)]
    office.inspect(*map(rude, names))
    office.draw()
    for number in range(sessions):
        office.decide("ann", office.next("ann"), "misjudged" if number < wrong else "confirm")


def test_precision_is_measured_and_a_stage_has_to_be_earned(office: Office) -> None:
    change = {"purpose": "notification", "stage": "automatic", "reason": "复核过"}
    nothing = office.ask("lead", "POST", f"{RULES}/stages", json=change)
    assert (nothing.status_code, nothing.json()["type"]) == (409, "/problems/stage-not-earned")
    _reviewed(office, 8, wrong=2)
    [trust] = office.get("lead", "/v1/calibration/rules", rule="R33")
    assert trust["measured"]["precision"]["value"] == 0.75
    assert (trust["measured"]["precision"]["labels"], trust["notification"]) == (8, "manual")
    assert (trust["rate"]["rate"]["raw"], trust["rate"]["rate"]["estimator"]) == (
        1.0,
        "labels only (Wilson or Jeffreys)",
    )
    refused = office.ask("lead", "POST", f"{RULES}/stages", json=change)
    assert "0.8 is needed" in refused.json()["detail"]
    assert office.ask("lead", "POST", f"{RULES}/stages", json=change | {"force": True}).status_code == 403
    forced = office.post("admin", f"{RULES}/stages", change | {"force": True})
    assert forced["measured"]["precision"]["value"] == 0.75
    office.post("lead", f"{RULES}/stages", change | {"stage": "shadow", "reason": "误判太多"})
    assert [each["stage"] for each in office.get("lead", f"{RULES}/stages")] == ["shadow", "automatic"]


def test_a_rule_that_people_confirm_earns_it(office: Office) -> None:
    _reviewed(office, 20)
    change = {"purpose": "notification", "stage": "automatic", "reason": "20 条无误判"}
    assert office.post("lead", f"{RULES}/stages", change)["stage"] == "automatic"


def test_rates_per_slice_and_week(office: Office) -> None:
    office.inspect(rude("s-1"), rude("s-2", shop="shop-b"))
    found = office.get("lead", f"{RULES}/rates", by="shop", weekly=True)
    assert [(each["slice"], each["week"], each["rate"]["raw"]) for each in found] == [
        ("shop-a", "2026-10-26", 1.0),
        ("shop-b", "2026-10-26", 1.0),
    ]
    assert office.ask("lead", "GET", "/v1/calibration/rules/nothing/rates").status_code == 422


def test_who_was_wrong_is_said_and_counted(office: Office) -> None:
    _reviewed(office, 2, wrong=2)
    first, second = office.get("lead", "/v1/calibration/disagreements", rule=RULE)
    body = {"inspection_id": first["case"]["inspection_id"], "rule_id": "R33", "cause": "label_wrong"}
    office.post("lead", "/v1/calibration/disagreements", body)
    assert office.get("ann", "/v1/calibration/wrong") == [
        {
            "rule_id": RULE,
            "judge_wrong": 0,
            "label_wrong": 1,
            "rule_unclear": 0,
            "waiting": 1,
            "bottleneck": None,
        }
    ]
    lines = office.ask("lead", "GET", "/v1/export/regression_cases").text.splitlines()
    [case] = map(json.loads, lines)
    assert case["case_id"] == f"{second['case']['session_id']}/1"
    assert [(each["verdict"], each["labeller"]) for each in case["labels"]] == [("no_hit", "ann")]
    assert case["session"]["messages"][1]["text"].endswith("急什么")


def test_a_change_of_meaning_leaves_labels_behind(office: Office) -> None:
    _reviewed(office, 1)
    version = office.get("lead", f"/v1/catalogue/{RULE}")["version"]
    assert office.get("lead", f"{RULES}/stale")["labels"] == 0
    body: dict[str, Any] = {
        "from_version": "sha256:before",
        "to_version": version,
        "kind": "wording",
        "reason": "错字",
    }
    office.post("lead", f"{RULES}/changes", body)
    assert office.get("lead", f"{RULES}/stale")["valid_versions"] == [version, "sha256:before"]
    conflict = office.ask("lead", "POST", f"{RULES}/changes", json=body | {"kind": "meaning"})
    assert (conflict.status_code, conflict.json()["type"]) == (409, "/problems/rule-change-conflict")
    assert len(office.get("lead", f"{RULES}/changes")) == 1
    cases = office.get("lead", "/v1/calibration/cases", rule="R33", beside="latest")
    assert [(each["expected"], each["judged"]) for each in cases] == [("hit", "hit")]


def test_a_held_alert_is_told_when_a_reviewer_confirms(office: Office) -> None:
    office.inspect(rude("s-1"))
    held = office.get("lead", "/v1/alerts", state="held")
    alert = next(each for each in held if each["rule_id"] == RULE)
    assert (alert["level"], alert["mode"], alert["agent_id"]) == ("high", "manual", "a-1")
    assert "急什么" in alert["text"]
    assert office.get("a-1", "/v1/my/alerts") == []
    early = office.ask("a-1", "POST", f"/v1/my/alerts/{alert['alert_id']}/acknowledge")
    assert early.status_code == 404
    office.draw()
    office.decide("ann", office.next("ann"), "confirm")
    [told] = office.get("a-1", "/v1/my/alerts")
    assert (told["state"], told["by"]) == ("new", {"sent": "ann"})
    seen = office.post("a-1", f"/v1/my/alerts/{told['alert_id']}/acknowledge")
    assert (seen["state"], seen["by"]["acknowledged"]) == ("acknowledged", "a-1")


def test_a_lead_sends_drops_and_acknowledges_by_hand(office: Office) -> None:
    office.inspect(rude("s-1"), rude("s-2"))
    one, two = [each for each in office.get("lead", "/v1/alerts") if each["rule_id"] == RULE]
    assert office.post("lead", f"/v1/alerts/{one['alert_id']}/send")["state"] == "new"
    assert office.post("lead", f"/v1/alerts/{one['alert_id']}/acknowledge")["state"] == "acknowledged"
    assert office.post("ann", f"/v1/alerts/{two['alert_id']}/dismiss")["state"] == "dismissed"
    assert office.ask("lead", "POST", "/v1/alerts/alert_0/send").status_code == 404
