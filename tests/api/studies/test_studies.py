"""Eval runs and replays as jobs: progress, results, comparison, and only what changed is judged again."""

import asyncio
from typing import Any

import pytest

from tests.api.building import a_session, said
from tests.api.client import Client
from tests.api.drafts import ALARMING, DIVERSION, PROMPT, WIDER
from tests.api.studying import get_study, start_study, work

ACT = "agent_abuse"
WORSE = PROMPT.replace('by = "service"', 'by = "customer"', 1)
CASES = 56


def test_a_run_waits_then_is_done_and_says_what_it_found(local: Client) -> None:
    study = start_study(local, rules=[ACT], sets=[ACT])
    assert (study["status"], study["kind"], study["subject"]) == ("queued", "evaluation", ACT)
    assert get_study(local, study, "/result", 409)["type"].endswith("/study-conflict")
    assert work(local)
    done = get_study(local, study)
    assert (done["status"], done["progress"]["done"], done["progress"]["total"]) == ("done", CASES, CASES)
    [report] = get_study(local, study, "/result")["after"]
    assert (report["eval_set"], len(report["cases"]), report["rules"][0]["rule_id"]) == (ACT, CASES, ACT)
    assert [each["study_id"] for each in local.get(f"/v1/studies?rule={ACT}").json()] == [study["study_id"]]
    assert not work(local)


def test_only_what_changed_is_judged_again(local: Client) -> None:
    start_study(local, rules=[ACT], sets=[ACT])
    work(local)
    study = start_study(local, rules=[ACT], sets=[ACT], draft_prompts=[WORSE])
    work(local)
    done = get_study(local, study)["progress"]
    assert (done["total"], done["reused"]) == (2 * CASES, CASES)


def test_a_wording_that_the_judge_cannot_read_is_not_called_worse(local: Client) -> None:
    study = start_study(local, rules=[ACT], sets=[ACT], draft_prompts=[WORSE])
    work(local)
    found = get_study(local, study, "/comparison")
    assert (found["verdict"], found["comparison"]["total"]["one_sided"]) == ("undetermined", CASES)


def test_a_worse_draft_fails_the_gate_with_quotes(local: Client) -> None:
    study = start_study(local, rules=[DIVERSION], sets=[DIVERSION], draft_rules=[ALARMING])
    work(local)
    found = get_study(local, study, "/comparison")
    assert found["verdict"] == "fail"
    broken = [each for each in found["comparison"]["cases"] if each["kind"] == "broken"]
    assert len(broken) > 5
    assert any("的" in each["quotes_after"] for each in broken)
    alone = start_study(local, rules=[DIVERSION], sets=[DIVERSION])
    work(local)
    assert get_study(local, alone, "/comparison", 422)["field"] == "before"
    beside = get_study(local, study, f"/comparison?before={alone['study_id']}")
    assert beside["comparison"]["cases"] == found["comparison"]["cases"]


@pytest.mark.parametrize(
    ("format", "begins"), [("html", "<!doctype html>"), ("md", "#"), ("json", '{\n  "eval_set"')]
)
def test_a_run_is_read_as_a_page_markdown_and_json(local: Client, format: str, begins: str) -> None:
    study = start_study(local, rules=[ACT], sets=[ACT])
    work(local)
    answer = local.get(f"/v1/studies/{study['study_id']}/report?format={format}")
    assert answer.text.lower().startswith(begins)


def test_looks_at_the_test_split_are_counted(local: Client) -> None:
    for looks in (1, 2):
        study = start_study(local, rules=[ACT], sets=[ACT], split="test")
        work(local)
        assert get_study(local, study, "/result")["after"][0]["looks"] == looks


WRONG: list[tuple[str, dict[str, Any], int, str]] = [
    ("evaluations", {"rules": ["nothing"]}, 404, ""),
    ("evaluations", {"rules": ["hostile_phrase"]}, 422, "rules"),
    ("evaluations", {"sets": ["../../etc"]}, 404, ""),
    ("evaluations", {"judge": "service"}, 422, "judge"),
    ("evaluations", {"votes": 0}, 422, "votes"),
    ("evaluations", {"draft_prompts": [PROMPT.replace("+++", "---", 1)]}, 422, "prompts[0]"),
    ("replays", {}, 422, "rules"),
    ("replays", {"rules": ["kind = "]}, 422, "rules[0]"),
    ("replays", {"prompts": [PROMPT, PROMPT]}, 422, "prompts[1]"),
]


@pytest.mark.parametrize(("kind", "body", "status", "field"), WRONG)
def test_what_cannot_be_done_is_refused_at_once(
    local: Client, kind: str, body: dict[str, Any], status: int, field: str
) -> None:
    answer = local.post(f"/v1/studies/{kind}", json=body)
    assert answer.status_code == status, answer.text
    assert (answer.json().get("field") or "").startswith(field)
    assert local.get("/v1/studies").json() == []


def test_a_cancelled_study_is_resumed_with_what_it_found(local: Client) -> None:
    study = start_study(local, rules=[ACT], sets=[ACT])
    path = f"/v1/studies/{study['study_id']}"
    assert local.post(f"{path}/resume").status_code == 409
    assert local.post(f"{path}/cancel").json()["status"] == "cancelled"
    assert not work(local)
    assert local.post(f"{path}/cancel").status_code == 409
    assert local.post(f"{path}/resume").json()["status"] == "queued"
    assert work(local)
    assert get_study(local, study)["status"] == "done"
    assert local.post("/v1/studies/none/cancel").status_code == 404


def test_a_replay_says_which_hits_come_and_go(local: Client) -> None:
    for session in (
        a_session("s-1", said("m1", "10:00:00", "在吗"), said("m2", "10:00:05", "随便你", "agent")),
        a_session("s-2", said("m1", "10:00:00", "在吗"), said("m2", "10:00:05", "在的", "agent")),
    ):
        local.submit(session)
    study = start_study(local, "replays", rules=[WIDER])
    work(local)
    done = get_study(local, study)
    assert (done["status"], done["progress"]["done"], done["progress"]["total"]) == ("done", 2, 2)
    found = get_study(local, study, "/result")
    assert [(each["session_id"], each["after"]) for each in found["changes"]] == [("s-1", "hit")]


def test_the_worker_of_the_service_does_studies_beside_sessions(client: Client) -> None:
    study = start_study(client, rules=[ACT], sets=[ACT])
    client.submit(a_session("s-1"))
    client.inspected("s-1")
    for _ in range(400):
        if get_study(client, study)["status"] == "done":
            break
        client.portal.call(_moment)  # type: ignore[union-attr]
    assert get_study(client, study)["status"] == "done"
    assert client.get("/v1/jobs?kind=evaluation").json()[0]["job_id"] == study["job_id"]


async def _moment() -> None:
    await asyncio.sleep(0.05)
