"""Labels over REST: given, corrected, withdrawn, exported and imported."""

import json
from typing import Any

from tests.api.reviewing import RULE, WORDS, Office, rude

LABEL = {"session_id": "s-1", "rule_id": RULE, "verdict": "no_hit", "message_ids": ["m2"], "quotes": [WORDS]}


def test_labels_are_given_and_corrected_by_adding(office: Office) -> None:
    office.inspect(rude("s-1"))
    first = office.post("ann", "/v1/labels", LABEL)["labels"][0]
    assert (first["labeller"], first["verdict"], first["revision"]) == ("ann", "no_hit", 1)
    assert office.post("ann", "/v1/labels", LABEL)["labels"] == [first]
    second = office.post("ann", "/v1/labels", LABEL | {"verdict": "hit"})["labels"][0]
    assert second["supersedes"] == first["label_id"]
    office.post("ben", "/v1/labels", LABEL)
    current = office.get("lead", "/v1/labels", session_id="s-1")["items"]
    assert {each["labeller"]: each["verdict"] for each in current} == {"ann": "hit", "ben": "no_hit"}
    everything = office.get("lead", "/v1/labels", session_id="s-1", current=False, limit=2)
    assert len(everything["items"]) == 2
    rest = office.get("lead", "/v1/labels", current=False, after=everything["next_after"])
    assert (len(rest["items"]), rest["next_after"]) == (1, None)


def test_a_label_is_withdrawn_by_who_gave_it(office: Office) -> None:
    office.inspect(rude("s-1"))
    label = office.post("ann", "/v1/labels", LABEL)["labels"][0]
    path = f"/v1/labels/{label['label_id']}/withdraw"
    assert office.ask("ben", "POST", path).json()["type"] == "/problems/label-not-found"
    assert office.post("ann", path, note="手滑")["verdict"] == "withdrawn"
    assert office.ask("ann", "POST", path).status_code == 409
    assert office.get("lead", "/v1/labels")["items"] == []


def test_bad_records_are_told_and_the_others_kept(office: Office) -> None:
    office.inspect(rude("s-1"))
    bad: list[dict[str, Any]] = [
        LABEL | {"verdict": "maybe"},
        LABEL | {"session_id": "nobody"},
        LABEL | {"quotes": ["没说过"]},
    ]
    report = office.post("ann", "/v1/labels", [*bad, LABEL])
    assert [(each["index"], each["field"]) for each in report["rejected"]] == [
        (0, "verdict"),
        (1, "session_id"),
        (2, "quotes[0]"),
    ]
    assert report["rejected"][2]["message"] == "expected words that one of `message_ids` says, verbatim"
    assert len(report["labels"]) == 1
    none = office.ask("ann", "POST", "/v1/labels", json=bad)
    assert (none.status_code, len(none.json()["errors"])) == (422, 3)


def test_labels_go_out_and_come_in_as_lines(office: Office) -> None:
    office.inspect(rude("s-1"))
    office.post("ann", "/v1/labels", LABEL)
    office.post("ben", "/v1/labels", LABEL | {"verdict": "hit", "note": "不是玩笑"})
    lines = office.ask("lead", "GET", "/v1/export/labels").text.splitlines()
    given = ("session_id", "rule_id", "verdict", "labeller", "message_ids", "quotes", "note", "rule_version")
    again = "\n".join(json.dumps({name: json.loads(line)[name] for name in given}) for line in lines)
    headers = {"Content-Type": "application/x-ndjson"}
    client = office.client
    headers |= {"Authorization": f"Bearer {office.key('lead')}"}
    report = client.post("/v1/labels", content=again, headers=headers).json()
    assert report["labels"] == [json.loads(line) for line in lines], "they are there already"
    refused = office.ask("ann", "POST", "/v1/labels", json=LABEL | {"labeller": "ben"})
    assert refused.status_code == 403


def test_labels_of_some_sessions_go_out(office: Office) -> None:
    office.inspect(rude("s-1", shop="a"), rude("s-2", shop="b"))
    for session_id in ("s-1", "s-2"):
        office.post("ann", "/v1/labels", LABEL | {"session_id": session_id})
    lines = office.ask("lead", "GET", "/v1/export/labels", params={"shop": "b"}).text.splitlines()
    assert [json.loads(line)["session_id"] for line in lines] == ["s-2"]
    assert office.ask("lead", "GET", "/v1/export/labels", params={"satisfaction": 5}).text == ""
