"""No way in over REST tells a reviewer what they are still to judge blind; leads see everything."""

import json

import pytest

from tests.api.reviewing import RULE, Office, rude

#: Every way to what was judged, and the words that would tell.
WAYS = (
    "/v1/sessions?rule_hit={rule}", "/v1/sessions?score_max=99", "/v1/sessions?undetermined=true",
    "/v1/sessions?red_line=true", "/v1/reports/overview", "/v1/reports/rules", "/v1/reports/agents",
    "/v1/scorecards", "/v1/scorecards?by=shop", "/v1/scorecards/sessions", "/v1/export/outcomes",
    "/v1/export/scorecards", "/v1/labels", "/v1/export/labels", "/v1/alerts", "/v1/calibration/cases",
    "/v1/export/regression_cases", "/v1/reports/reply_times",
)  # fmt: skip


@pytest.fixture
def blind(office: Office) -> Office:
    """`s-blind` is drawn blind for two reviewers; `s-open` is not. Ben has labelled both."""
    office.inspect(rude("s-blind"), rude("s-open"))
    chosen = [{"session_id": "s-blind", "rule_id": RULE}]
    office.draw(what="planned", rules=[], chosen=chosen, blind=True, reviewers=2)
    for session_id in ("s-blind", "s-open"):
        label = {"session_id": session_id, "rule_id": RULE, "verdict": "no_hit", "source": "human_flagged"}
        office.post("ben", "/v1/labels", [label])
    return office


def _told(office: Office, who: str, way: str) -> str:
    response = office.ask(who, "GET", way.format(rule=RULE))
    assert response.status_code == 200, response.text
    return str(response.text)


@pytest.mark.parametrize("way", WAYS)
def test_a_reviewer_is_told_what_they_would_be_told_without_the_session(blind: Office, way: str) -> None:
    assert "s-blind" not in _told(blind, "ann", way)
    lead = _told(blind, "lead", way)
    hidden = _told(blind, "ann", way)
    if "s-open" in lead:
        assert "s-blind" in lead
        assert "s-open" in hidden
    elif way not in ("/v1/sessions?red_line=true", "/v1/alerts"):
        assert lead != hidden, "the counts of the lead have one session more"


def test_the_list_names_the_session_and_says_nothing_of_it(blind: Office) -> None:
    found = {each["session_id"]: each for each in blind.get("ann", "/v1/sessions")["items"]}
    hidden = found["s-blind"]
    assert [hidden[name] for name in ("score", "hits", "red_line", "undetermined", "inspection_id")] == [
        None
    ] * 5
    assert (hidden["withheld"], found["s-open"]["withheld"], found["s-open"]["hits"] > 0) == (
        True,
        False,
        True,
    )
    assert blind.get("lead", "/v1/sessions")["items"][0]["withheld"] is False


def test_its_inspections_are_refused_until_the_reviewer_has_decided(blind: Office) -> None:
    inspection_id = blind.get("lead", "/v1/sessions/s-blind/inspections/latest")["inspection_id"]
    of_session = "/v1/sessions/s-blind/inspections"
    ways = (of_session, f"{of_session}/latest", f"/v1/inspections/{inspection_id}")
    for way in ways:
        refused = blind.ask("ann", "GET", way)
        assert (refused.status_code, refused.json()["type"]) == (403, "/problems/verdict-withheld")
    blind.decide("ann", blind.next("ann"), "hit")
    for way in ways:
        assert RULE in json.dumps(blind.get("ann", way))
        assert blind.ask("ben", "GET", way).status_code == 403, "ben has not decided"
    assert "s-blind" in _told(blind, "ann", "/v1/export/outcomes")


def test_the_content_of_the_session_stays_readable(blind: Office) -> None:
    assert blind.get("ann", "/v1/sessions/s-blind")["session"]["session_id"] == "s-blind"
    assert "s-blind" in _told(blind, "ann", "/v1/sessions?text=急什么")
