"""Texts over REST: read, published, refused, taken back."""

from pathlib import Path
from typing import Any

import pytest

from evaluators.catalogue.loading import BUILT_IN, load_catalogue
from prompts.library import load_prompts
from tests.api.reviewing import RULE, Office

TEXT = (Path(BUILT_IN) / f"{RULE}.toml").read_text("utf-8")
WIDER = TEXT.replace('"急什么", ', '"急什么", "随便你", ')
SIGNAL = "asks_about_after_sales"
WORDING = load_prompts()[SIGNAL].path.read_text("utf-8")
CHANGE = {"text": WIDER, "change": "meaning", "reason": "新话术", "base_version": 0}


def test_every_rule_and_signal_has_a_text(office: Office) -> None:
    listed = {each["subject"]: each for each in office.get("lead", "/v1/texts")}
    assert set(load_catalogue().rule_versions) | set(load_prompts()) <= set(listed)
    assert listed[SIGNAL] == {
        "subject": SIGNAL, "kind": "signal", "file": f"{SIGNAL}.md.j2", "newest_version": None, "effective_from": None,
    }  # fmt: skip
    found = office.get("lead", "/v1/texts/R33")
    assert (found["subject"], found["version"], found["text"]) == (RULE, None, TEXT)
    assert office.ask("lead", "GET", "/v1/texts/nothing").json()["type"] == "/problems/rule-not-found"


def test_a_text_is_published_and_holds_from_tomorrow(office: Office) -> None:
    made = office.put("lead", f"/v1/texts/{RULE}", CHANGE)
    assert (made["version"], made["text"], made["reason"]) == (1, WIDER, "新话术")
    assert office.get("lead", f"/v1/texts/{RULE}")["version"] is None
    later = office.get("lead", f"/v1/texts/{RULE}", as_of=made["effective_from"])
    assert (later["version"], later["text"]) == (1, WIDER)
    assert office.get("lead", f"/v1/texts/{RULE}/history") == [made]
    before = office.get("lead", f"/v1/catalogue/{RULE}")["version"]
    after = office.get("lead", f"/v1/catalogue/{RULE}", as_of=made["effective_from"])["version"]
    [change] = office.get("lead", f"/v1/calibration/rules/{RULE}/changes")
    assert (change["from_version"], change["to_version"], change["kind"]) == (before, after, "meaning")


def test_a_pending_text_is_taken_back_by_the_file(office: Office) -> None:
    made = office.put("lead", f"/v1/texts/{RULE}", CHANGE)
    back = {"text": None, "reason": "太早", "base_version": 1}
    again = office.put("lead", f"/v1/texts/{RULE}", back)
    assert (again["version"], again["text"], again["effective_from"]) == (2, None, made["effective_from"])
    held = office.get("lead", f"/v1/texts/{RULE}", as_of=made["effective_from"])
    assert (held["version"], held["text"]) == (None, TEXT)


def test_a_signal_says_which_rules_read_differently(office: Office) -> None:
    worded = WORDING.replace("{% block hit %}", "{% block hit %}明说要退的也算。")
    assert worded != WORDING
    given = {"text": worded, "reason": "补一种说法", "base_version": 0}
    refused = office.ask("lead", "PUT", f"/v1/texts/{SIGNAL}", json=given)
    assert refused.status_code == 422
    assert "expected wording or meaning" in refused.json()["detail"]
    office.put("lead", f"/v1/texts/{SIGNAL}", given | {"change": "wording"})
    changed = [
        rule
        for rule in ("after_sales_concern_not_addressed", RULE)
        if office.get("lead", f"/v1/calibration/rules/{rule}/changes")
    ]
    assert changed == ["after_sales_concern_not_addressed"]


WRONG: list[tuple[dict[str, Any], int, str]] = [
    (CHANGE | {"reason": " "}, 422, "reason"),
    (CHANGE | {"text": TEXT.replace("-100", '"viel"')}, 422, "score"),
    (CHANGE | {"text": TEXT.replace(f'id = "{RULE}"', 'id = "another"')}, 422, "id"),
    (
        CHANGE | {"text": (Path(BUILT_IN) / "slow_first_reply.toml").read_text("utf-8")},
        422,
        "slow_first_reply",
    ),
    (CHANGE | {"text": 'kind = "existence"'}, 422, "id"),
    (CHANGE | {"text": TEXT.replace('number = "R33"', 'number = "R34"')}, 422, "number"),
    (CHANGE | {"text": None}, 422, "expected a change"),
    (CHANGE | {"base_version": 3}, 409, "is at version 0 by now"),
    ({key: CHANGE[key] for key in ("text", "reason", "base_version")}, 422, "change"),
]


@pytest.mark.parametrize(("body", "status", "told"), WRONG)
def test_what_cannot_be_published_is_told(
    office: Office, body: dict[str, Any], status: int, told: str
) -> None:
    refused = office.ask("lead", "PUT", f"/v1/texts/{RULE}", json=body)
    assert (refused.status_code, told in refused.text) == (status, True), refused.text
    assert office.get("lead", f"/v1/texts/{RULE}/history") == []


def test_a_text_that_a_profile_does_not_fit_is_refused(office: Office) -> None:
    edit = {"phrases": {"add": ["别烦"]}}
    document = {"name": "strict", "title": "严", "rules": {RULE: edit}}
    office.put("lead", "/v1/profiles/strict", {"document": document})
    timed = (Path(BUILT_IN) / "slow_first_reply.toml").read_text("utf-8")
    body = timed.replace('"slow_first_reply"', f'"{RULE}"').replace('"R52"', '"R33"')
    refused = office.ask("lead", "PUT", f"/v1/texts/{RULE}", json=CHANGE | {"text": body})
    assert refused.status_code == 422
    assert "profile strict@1 would not fit any more" in refused.json()["detail"]


@pytest.mark.parametrize("who", ["ann", "a-1"])
def test_who_may_not_change_rules_publishes_nothing(office: Office, who: str) -> None:
    assert office.ask(who, "PUT", f"/v1/texts/{RULE}", json=CHANGE).status_code == 403
