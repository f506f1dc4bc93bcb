"""The review desk over REST: cases, answers, undo, blind double review, agreement."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from tests.api.reviewing import RULE, WORDS, Office, rude


def _score(office: Office, session_id: str = "s-1") -> tuple[float, bool, int]:
    items = office.get("lead", "/v1/sessions")["items"]
    found = next(each for each in items if each["session_id"] == session_id)
    return found["score"], found["red_line"], found["hits"]


def _hits(office: Office) -> int:
    rows = office.get("lead", "/v1/reports/rules")
    return next(row["hit"] for row in rows if row["rule_id"] == RULE)


def test_a_misjudged_red_line_leaves_the_score_and_undo_brings_it_back(office: Office) -> None:
    office.inspect(rude("s-1"))
    before = _score(office)
    assert before[:2] == (0, True)
    office.draw()
    view = office.next("ann")
    assert view["outcome"]["evidence"][0]["quote"] == WORDS
    assert view["session"]["messages"][1]["message_id"] == "m2"
    done = office.decide("ann", view, "misjudged", message_ids=["m2"], quotes=[WORDS], note="玩笑")
    assert done["decided"]["overturned"] == [RULE]
    assert _score(office) == (95, False, before[2] - 1)
    assert _hits(office) == 0
    latest = office.get("lead", "/v1/sessions/s-1/inspections/latest")
    assert latest["inspection"]["scorecard"]["score"] == 0, "the inspection stays"
    assert (latest["corrected"]["score"], latest["not_counted"]) == (95, [RULE])
    undone = office.post("ann", "/v1/review/undo")
    assert (undone["held"], _score(office), _hits(office)) == (True, before, 1)
    actions = [each["action"] for each in office.get("lead", "/v1/audit")]
    told = ["review.undo", "hit.restored", "alert.dismissed", "hit.overturned", "review.decide"]
    assert actions[:5] == told


def test_an_answer_brings_the_next_case_in_the_same_round_trip(office: Office) -> None:
    office.inspect(rude("s-1"), rude("s-2"))
    office.draw()
    view = office.next("ann")
    body = {"answer": "confirm", "round": view["case"]["round"]}
    path = f"/v1/review/cases/{view['case']['case_id']}/decide"
    done = office.post("ann", path, body, and_next=True)
    assert done["next"]["view"]["case"]["case_id"] != view["case"]["case_id"]
    assert done["next"]["workload"]["decided"] == 1
    again = office.post("ann", path, body)
    assert again["decided"]["decision"] == done["decided"]["decision"]


def test_a_blind_case_shows_nothing_until_it_is_decided(office: Office) -> None:
    office.inspect(rude("s-1"))
    office.draw(blind=True, reviewers=2)
    view = office.next("ann")
    path = f"/v1/review/cases/{view['case']['case_id']}"
    for shown in (view, office.get("ann", path)):
        assert (shown["outcome"], shown["others"], shown["case"]["judged"]) == (None, [], None)
    assert office.get("lead", path)["case"]["judged"] == "hit"
    refused = office.ask("ann", "POST", f"{path}/decide", json={"answer": "misjudged", "round": 1})
    assert (refused.status_code, refused.json()["type"]) == (422, "/problems/answer-unfit")
    done = office.decide("ann", view, "no_hit")
    assert (done["view"]["outcome"]["verdict"], done["view"]["case"]["state"]) == ("hit", "open")
    assert office.get("ann", path)["case"]["judged"] == "hit"
    assert office.next("ann") is None
    other = office.next("ben")
    assert other["outcome"] is None, "neither the verdict nor what the first reviewer said"
    office.decide("ben", other, "hit")
    [rule] = office.get("lead", "/v1/review/agreement")
    assert (rule["cases"], rule["agreed"], rule["share"]["denominator"]) == (1, 0, 1)
    assert rule["disagreements"][0]["said"] == {"ann": "no_hit", "ben": "hit"}
    [trusted] = office.get("lead", "/v1/calibration/rules", rule=RULE)
    assert trusted["agreement"]["share"]["denominator"] == 1
    assert office.get("ann", "/v1/calibration/rules", rule=RULE)[0]["agreement"] is None, "for leads only"


def test_many_desks_at_once_share_the_queue(office: Office) -> None:
    names = [f"s-{number}" for number in range(9)]
    office.inspect(*map(rude, names))
    office.draw()

    def work(who: str) -> list[str]:
        seen = []
        while (view := office.next(who)) is not None:
            seen.append(view["case"]["session_id"])
            office.decide(who, view, "confirm")
        return seen

    with ThreadPoolExecutor(3) as desks:
        seen = [each for found in desks.map(work, ["ann", "ben", "eve"]) for each in found]
    assert sorted(seen) == names
    labels = office.get("lead", "/v1/labels", rule="R33")["items"]
    assert [each["verdict"] for each in labels] == ["hit"] * 9


def test_a_case_can_be_kept_longer_and_given_back(office: Office) -> None:
    office.inspect(rude("s-1"))
    office.draw()
    case = office.next("ann")["case"]
    path = f"/v1/review/cases/{case['case_id']}"
    assert office.post("ann", f"{path}/renew")["lease_until"] >= case["lease_until"]
    assert office.ask("ben", "POST", f"{path}/renew").json()["type"] == "/problems/case-not-held"
    late = office.ask("ben", "POST", f"{path}/decide", json={"answer": "confirm", "round": 1})
    assert late.status_code == 409
    office.post("ann", f"{path}/release")
    assert office.next("ben")["case"]["case_id"] == case["case_id"]


def test_spot_checks_are_whole_sessions(office: Office) -> None:
    office.inspect(rude("s-1"))
    office.draw(what="random", rules=[], by="agent", size=1, quota=10)
    view = office.next("ann")
    assert (view["case"]["rule_id"], view["outcome"]) == (None, None)
    findings = [{"rule_id": RULE, "verdict": "no_hit"}]
    done = office.decide("ann", view, "confirm", findings=findings)
    assert done["decided"]["overturned"] == [RULE]
    assert {each["verdict"] for each in done["decided"]["labels"]} >= {"no_hit"}


def test_flagged_without_rules_is_what_somebody_has_to_confirm(office: Office) -> None:
    office.inspect(rude("s-1"))
    plan = office.draw(rules=[])
    assert set(plan["strata"]) == {f"{RULE}/all", "missing_review_invitation/all"}
    assert [each["plan_id"] for each in office.get("lead", "/v1/review/plans")] == [plan["plan_id"]]
    assert [each["state"] for each in office.get("lead", "/v1/review/cases", kind="flagged")] == ["open"] * 2


WRONG: list[tuple[dict[str, Any], str]] = [
    ({"what": "random"}, "share"),
    ({"what": "sometimes"}, "what"),
    ({"rules": ["no_such_rule"]}, "rule"),
    ({"surprise": 1}, "body"),
    ({"size": 0}, "size"),
]


@pytest.mark.parametrize(("fields", "field"), WRONG)
def test_a_plan_that_cannot_be_drawn_says_what_is_wrong(
    office: Office, fields: dict[str, Any], field: str
) -> None:
    body = {"title": "x", "what": "flagged"} | fields
    response = office.ask("lead", "POST", "/v1/review/plans", json=body)
    assert (response.status_code, response.json()["field"]) == (422, field)


def test_exported_cards_are_those_that_count(office: Office) -> None:
    office.inspect(rude("s-1"))
    office.draw()
    office.decide("ann", office.next("ann"), "misjudged")
    card = office.ask("lead", "GET", "/v1/export/scorecards").json()
    [page] = office.get("lead", "/v1/scorecards/sessions")["items"]
    outcome = office.ask("lead", "GET", "/v1/export/outcomes").text
    assert (card["score"], page["scorecard"]["score"]) == (95, 95)
    assert f'"rule_id":"{RULE}"' in outcome


def test_a_plan_whose_answer_got_lost_is_drawn_once(office: Office) -> None:
    office.inspect(rude("s-1"))
    body = {"title": "抽检", "what": "flagged", "rules": [RULE]}
    key = {"Idempotency-Key": "plan-1"}
    first, again = (
        office.client.request(
            "POST",
            "/v1/review/plans",
            json=body,
            headers=key | {"Authorization": f"Bearer {office.key('lead')}"},
        )
        for _ in range(2)
    )
    assert (first.status_code, first.json()) == (200, again.json())
    assert len(office.get("lead", "/v1/review/cases")) == 1
    other = office.client.request(
        "POST", "/v1/review/plans", json=body | {"title": "另一批"},
        headers=key | {"Authorization": f"Bearer {office.key('lead')}"},
    )  # fmt: skip
    assert (other.status_code, other.json()["type"]) == (409, "/problems/plan-key-reused")


@pytest.mark.parametrize("hours", [-1, 0, 8785, 10**300])
def test_a_time_that_nobody_can_mean_is_refused(office: Office, hours: float) -> None:
    body = {"title": "抽检", "what": "flagged", "rules": [RULE], "due_hours": hours}
    refused = office.ask("lead", "POST", "/v1/review/plans", json=body)
    assert (refused.status_code, refused.json()["field"]) == (422, "due_hours")
