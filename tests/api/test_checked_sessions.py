"""Whole sessions that reviewers looked through correct mean scores, red lines and rates; over REST, counted by hand."""

from typing import Any

import pytest

from tests.api.building import a_session, said
from tests.api.reviewing import RULE, Office, rude

#: A rude session has a red line; a calm one has none.
RUDE, CALM = 4, 6
UNNAMED = "prohibited_superlative"


def calm(session_id: str) -> dict[str, Any]:
    return a_session(
        session_id, said("m1", "10:00:00", "在吗"), said("m2", "10:00:05", "您好,欢迎光临", "agent")
    )


def _sessions() -> list[dict[str, Any]]:
    return [rude(f"r-{each:02}") for each in range(RUDE)] + [calm(f"c-{each:02}") for each in range(CALM)]


def _check_all(office: Office, misjudged: set[str], missed: set[str]) -> None:
    """Looks through every session that was drawn."""
    while (view := office.post("ann", "/v1/review/next").get("view")) is not None:
        session_id = view["case"]["session_id"]
        findings: list[dict[str, Any]] = [{"rule_id": RULE, "verdict": "no_hit"}] * (session_id in misjudged)
        if session_id in missed:
            findings.append({"rule_id": UNNAMED, "verdict": "hit", "message_ids": ["m2"]})
        office.decide("ann", view, "confirm", findings=findings)


@pytest.fixture
def checked(office: Office) -> Office:
    """Ten sessions, all checked: of 4 red lines one is none, and of the calm ones two hide one."""
    office.inspect(*_sessions())
    office.draw(what="random", rules=[], share=1.0)
    _check_all(office, {"r-00"}, {"c-00", "c-01"})
    return office


def test_all_sessions_checked_are_what_people_make_of_them(checked: Office) -> None:
    found = checked.get("lead", "/v1/reports/corrected")
    red, score = found["red_lines"], found["score"]
    assert (red["judged"], red["value"]) == (pytest.approx(4 / 10), pytest.approx(5 / 10))
    assert (red["sessions"], red["checked"], red["changed"]) == (10, 10, 3)
    assert (red["interval"]["low"], red["interval"]["high"]) == (pytest.approx(0.5), pytest.approx(0.5))
    plain = checked.get("lead", "/v1/sessions", limit=200)["items"]
    [full] = {each["score"] for each in plain if each["session_id"] == "c-05"}
    misjudged = next(each["score"] for each in plain if each["session_id"] == "r-00")
    assert score["judged"] == pytest.approx(6 * full / 10)
    assert score["value"] == pytest.approx((4 * full + misjudged) / 10)
    assert (found["disputed"], found["lost"]) == (0, 0)


def test_what_a_reviewer_left_as_it_was_counts_for_the_rate_of_a_rule(checked: Office) -> None:
    """Only hits and mistakes are labelled: of the labels alone nearly all are hits."""
    [rate] = checked.get("lead", f"/v1/calibration/rules/{RULE}/rates")
    assert (rate["rate"]["labels"], rate["rate"]["judged"]) == (10, 10)
    assert rate["rate"]["value"] == pytest.approx(3 / 10)
    [missed] = checked.get("lead", f"/v1/calibration/rules/{UNNAMED}/rates")
    assert (missed["rate"]["labels"], missed["rate"]["value"]) == (10, pytest.approx(2 / 10))


def test_too_few_checks_say_how_many_it_takes(office: Office) -> None:
    office.inspect(*_sessions())
    office.draw(what="random", rules=[], size=5)
    _check_all(office, set(), set())
    red = office.get("lead", "/v1/reports/corrected")["red_lines"]
    assert (red["checked"], red["sessions"], red["value"], red["checks_needed"]) == (5, 10, None, 10)
    assert red["judged"] == pytest.approx(4 / 10)


def test_a_session_inspected_later_could_not_have_been_drawn(checked: Office) -> None:
    checked.inspect(rude("later"))
    red = checked.get("lead", "/v1/reports/corrected")["red_lines"]
    assert (red["sessions"], red["checked"]) == (10, 10)
    assert checked.get("lead", "/v1/reports/overview")["inspected"] == 11


def test_without_checks_nothing_is_known(office: Office) -> None:
    office.inspect(rude("s-1"))
    found = office.get("lead", "/v1/reports/corrected")["score"]
    assert (found["judged"], found["value"], found["sessions"], found["checks_needed"]) == (None, None, 0, 30)


def test_a_rule_in_shadow_takes_no_points_whatever_people_say(office: Office) -> None:
    stage = {"purpose": "scoring", "stage": "shadow", "reason": "新规则"}
    office.post("lead", f"/v1/calibration/rules/{RULE}/stages", stage)
    office.inspect(*_sessions())
    office.draw(what="random", rules=[], share=1.0)
    _check_all(office, set(), set())
    red = office.get("lead", "/v1/reports/corrected")["red_lines"]
    assert (red["judged"], red["value"]) == (pytest.approx(4 / 10), 0)


def test_a_check_that_is_taken_back_does_not_count(office: Office) -> None:
    office.inspect(rude("s-1"), calm("s-2"))
    office.draw(what="random", rules=[], share=1.0)
    _check_all(office, set(), set())
    office.post("ann", "/v1/review/undo")
    assert office.get("lead", "/v1/reports/corrected")["score"]["checked"] == 1
