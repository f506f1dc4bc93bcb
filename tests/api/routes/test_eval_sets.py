"""Eval sets and label plans over REST: what there is, what is wrong with it, out to labellers and back, what to label."""

import json
import shutil
from pathlib import Path

import pytest

from calibration.eval_sets import FOLDER, load_eval_set, set_names
from tests.api.client import Client
from tests.api.reviewing import RULE, Office, rude

NAME = "agent_abuse"


@pytest.fixture
def own_set() -> "object":
    """A copy of a set that may be changed, beside the shipped ones; gone afterwards."""
    place = FOLDER / "test_only_copy"
    shutil.copytree(FOLDER / NAME, place)
    yield place
    shutil.rmtree(place)


def test_sets_are_listed_with_where_their_labels_come_from(local: Client) -> None:
    found = local.get("/v1/eval_sets").json()
    assert [each["name"] for each in found] == set_names()
    one = next(each for each in found if each["name"] == NAME)
    assert (one["source"], one["dev"], one["rules"][0]) == ("constructed", 56, NAME)


def test_a_set_tells_labels_versions_and_what_is_stale(local: Client) -> None:
    found = local.get(f"/v1/eval_sets/{NAME}").json()
    dev = next(each for each in found["labels"] if each["split"] == "dev")
    assert dev["hit"] + dev["no_hit"] + dev["not_applicable"] + dev["disputed"] == dev["cases"] == 56
    assert found["versions"]["dev"] == load_eval_set(NAME, "dev").version
    assert found["stale"] == []
    assert local.get(f"/v1/eval_sets/{NAME}/findings").json() == []


@pytest.mark.parametrize("name", ["nothing", "..", "%2e%2e%2fapi"])
def test_only_sets_are_read_and_no_folders(local: Client, name: str) -> None:
    assert local.get(f"/v1/eval_sets/{name}/findings").status_code == 404


@pytest.mark.parametrize(("format", "begins"), [("jsonl", "{"), ("csv", "case_id"), ("label-studio", "[")])
def test_a_set_is_taken_away_for_labellers(local: Client, format: str, begins: str) -> None:
    answer = local.get(f"/v1/eval_sets/{NAME}/export?format={format}&blind=true")
    assert answer.status_code == 200
    assert answer.text.lstrip("\ufeff").startswith(begins)
    assert f"{NAME}-dev" in answer.headers["content-disposition"]


def test_labels_come_back_and_bad_records_are_named(local: Client, own_set: Path) -> None:
    text = local.get(f"/v1/eval_sets/{own_set.name}/export").text
    cases = [json.loads(line) for line in text.splitlines()[:2]]
    for case in cases:
        case["labels"] = [{"rule_id": NAME, "verdict": "hit", "labeller": "Ann", "source": "human_random"}]
    cases[1]["labels"][0]["verdict"] = "perhaps"
    body = "\n".join(json.dumps(case, ensure_ascii=False) for case in cases).encode()
    answer = local.post(f"/v1/eval_sets/{own_set.name}/import", content=body)
    assert answer.status_code == 200, answer.text
    found = answer.json()
    assert (found["labels"], [each["line"] for each in found["problems"]]) == (1, [2])
    again = local.post(f"/v1/eval_sets/{own_set.name}/import", content=body).json()
    assert (again["labels"], again["known"]) == (0, 1)
    assert local.post(f"/v1/eval_sets/{own_set.name}/import", content=b" ").status_code == 400


def test_a_plan_says_which_sessions_to_label_and_what_that_buys(office: Office) -> None:
    office.inspect(*(rude(f"s-{number}") for number in range(6)))
    found = office.post("lead", "/v1/label_plans", {"rules": [RULE], "precision": 0.3, "budget": 4})
    assert found["sessions"] <= 4
    found = found["rules"][RULE]
    assert 0 < len(found["drawn"]) <= 4
    assert {each["stratum"] for each in found["drawn"]} == {"flagged"}
    assert all(0 < each["inclusion_probability"] <= 1 for each in found["drawn"])
    assert office.ask("lead", "POST", "/v1/label_plans", json={"rules": ["nothing"]}).status_code == 422
    assert (
        office.ask("lead", "POST", "/v1/label_plans", json={"rules": [RULE], "recall": 3}).status_code == 422
    )


def test_a_set_is_divided_over_rest_as_the_command_does(local: Client, own_set: Path) -> None:
    path = f"/v1/eval_sets/{own_set.name}/split"
    before = load_eval_set(own_set.name, "test").cases
    found = local.post(path).json()
    assert found == {
        "cases": {"dev": 56, "test": 35},
        "moved": 0,
        "kept_together": ["session", "customer", "text"],
        "tuned_on": False,
    }
    assert load_eval_set(own_set.name, "test").cases == before
    again = local.post(f"{path}?again=true&seed=7&test_share=0.45").json()
    assert again["moved"] > 0
    assert again["tuned_on"]
    assert sum(again["cases"].values()) == 91
    assert 36 <= again["cases"]["test"] <= 46
    assert len(load_eval_set(own_set.name, "test").cases) == again["cases"]["test"]
    assert local.get(f"/v1/eval_sets/{own_set.name}/findings").json() == []


@pytest.mark.parametrize(
    ("query", "field"), [("test_share=1", "test_share"), ("by=moon", "by"), ("agian=true", "agian")]
)
def test_a_division_that_cannot_be_made_is_refused(local: Client, query: str, field: str) -> None:
    answer = local.post(f"/v1/eval_sets/{NAME}/split?{query}")
    assert answer.status_code == 422
    assert field in answer.text
    assert local.post("/v1/eval_sets/nothing/split").status_code == 404


def test_a_set_that_belongs_together_is_not_divided(local: Client, own_set: Path) -> None:
    one = own_set.joinpath("dev.jsonl").read_bytes().splitlines(keepends=True)[0]
    own_set.joinpath("dev.jsonl").write_bytes(one)
    own_set.joinpath("test.jsonl").write_bytes(b"")
    answer = local.post(f"/v1/eval_sets/{own_set.name}/split?again=true")
    assert (answer.status_code, answer.json()["type"]) == (422, "/problems/split-impossible")
    assert own_set.joinpath("dev.jsonl").read_bytes() == one
