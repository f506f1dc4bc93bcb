"""Drafts over stored sessions: what would change; nothing is kept."""

from pathlib import Path
from typing import Any

import pytest

from evaluators.catalogue.loading import BUILT_IN
from tests.api.reviewing import RULE, Office, rude

TEXT = (Path(BUILT_IN) / f"{RULE}.toml").read_text("utf-8")


def test_a_draft_rule_says_which_hits_come_and_go(office: Office) -> None:
    office.inspect(rude("s-1"), rude("s-2", shop="shop-b"))
    milder = TEXT.replace('"急什么", ', "").replace('says.except = ["着急什么", "急什么时候"]', "")
    found = office.post("lead", "/v1/replays", {"rules": [milder], "shop": "shop-a"})
    assert found["sessions"] == 1
    [rule] = found["rules"]
    assert (rule["rule_id"], rule["hits_before"], rule["hits_after"], rule["lost"]) == (RULE, 1, 0, 1)
    [change] = found["changes"]
    assert (change["session_id"], change["before"], change["after"], change["quotes"]) == (
        "s-1",
        "hit",
        "no_hit",
        ["急什么"],
    )
    [agent] = found["agents"]
    assert (agent["agent_id"], agent["before"], agent["after"]) == ("a-1", 0, 95)
    latest = office.get("lead", "/v1/sessions/s-1/inspections")
    assert len(latest) == 1, "nothing is kept"


def test_a_draft_profile_says_what_scores_would_become(office: Office) -> None:
    office.inspect(rude("s-1"))
    profile = {"name": "p", "title": "p", "rules": {RULE: {"enabled": False}}}
    found = office.post("lead", "/v1/replays", {"profile": profile})
    assert [(each["rule_id"], each["after"]) for each in found["changes"]] == [(RULE, "off")]
    assert found["agents"][0]["after"] == 95


def test_the_same_changes_nothing(office: Office) -> None:
    office.inspect(rude("s-1"))
    found = office.post("lead", "/v1/replays", {"rules": [TEXT]})
    assert (found["rules"], found["changes"], found["agents"][0]["changed"]) == ([], [], 0)


WRONG: list[tuple[dict[str, Any], str]] = [
    ({}, "rules"),
    ({"rules": ["kind = "]}, "rules[0]"),
    ({"rules": [TEXT, 'kind = "existence"\nid = "x"\n']}, "rules[1]"),
    ({"profile": {"name": "p", "title": "p", "rules": {"nothing": {}}}}, "profile"),
    ({"rules": [TEXT], "limit": 501}, "limit"),
]


@pytest.mark.parametrize(("body", "field"), WRONG)
def test_says_what_is_wrong_with_a_draft(office: Office, body: dict[str, Any], field: str) -> None:
    office.inspect(rude("s-1"))
    response = office.ask("lead", "POST", "/v1/replays", json=body)
    assert (response.status_code, response.json()["field"][: len(field)]) == (422, field)
