"""Eval runs and replays as jobs: progress, results, comparison, and only what changed is judged again."""

import asyncio
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from api.app import create_app
from api.settings import Settings
from api.studies.worker import StudyWorker
from evaluators.catalogue.loading import load_catalogue
from tests.api.building import a_session, said
from tests.api.client import Client
from tests.api.studying import work
from tests.fake_vllm.server import FakeVllm

ACT = "agent_abuse"
SOURCES = load_catalogue().sources
PROMPT = SOURCES[ACT].read_text("utf-8")
WORSE = PROMPT.replace('by = "service"', 'by = "customer"', 1)
PHRASES = SOURCES["hostile_phrase"].read_text("utf-8")
DIVERSION = "diversion_to_other_shop"
#: Everything that says 的 is a hit.
ALARMING = (
    SOURCES[DIVERSION]
    .read_text("utf-8")
    .replace('"去别家看看"', '"的"', 1)
    .replace(f'act = "{DIVERSION}"', "")
)
WIDER = PHRASES.replace('"急什么", ', '"急什么", "随便你", ')
CASES = 56


def _start(client: Client, kind: str = "evaluations", **body: Any) -> dict[str, Any]:
    answer = client.post(f"/v1/studies/{kind}", json=body)
    assert answer.status_code == 202, answer.text
    found: dict[str, Any] = answer.json()
    return found


def _get(client: Client, study: dict[str, Any], what: str = "", status: int = 200) -> Any:
    answer = client.get(f"/v1/studies/{study['study_id']}{what}")
    assert answer.status_code == status, answer.text
    return answer.json()


def test_a_run_waits_then_is_done_and_says_what_it_found(local: Client) -> None:
    study = _start(local, rules=[ACT])
    assert (study["status"], study["kind"], study["subject"]) == ("queued", "evaluation", ACT)
    assert _get(local, study, "/result", 409)["type"].endswith("/study-conflict")
    assert work(local)
    done = _get(local, study)
    assert (done["status"], done["progress"]["done"], done["progress"]["total"]) == ("done", CASES, CASES)
    [report] = _get(local, study, "/result")["after"]
    assert (report["eval_set"], len(report["cases"]), report["rules"][0]["rule_id"]) == (ACT, CASES, ACT)
    assert [each["study_id"] for each in local.get(f"/v1/studies?rule={ACT}").json()] == [study["study_id"]]
    assert not work(local)


def test_only_what_changed_is_judged_again(local: Client) -> None:
    _start(local, rules=[ACT])
    work(local)
    study = _start(local, rules=[ACT], draft_prompts=[WORSE])
    work(local)
    done = _get(local, study)["progress"]
    assert (done["total"], done["reused"]) == (2 * CASES, CASES)


def test_a_wording_that_the_judge_cannot_read_is_not_called_worse(local: Client) -> None:
    study = _start(local, rules=[ACT], sets=[ACT], draft_prompts=[WORSE])
    work(local)
    found = _get(local, study, "/comparison")
    assert (found["verdict"], found["comparison"]["total"]["one_sided"]) == ("undetermined", CASES)


def test_a_worse_draft_fails_the_gate_with_quotes(local: Client) -> None:
    study = _start(local, rules=[DIVERSION], sets=[DIVERSION], draft_rules=[ALARMING])
    work(local)
    found = _get(local, study, "/comparison")
    assert found["verdict"] == "fail"
    broken = [each for each in found["comparison"]["cases"] if each["kind"] == "broken"]
    assert len(broken) > 5
    assert any("的" in each["quotes_after"] for each in broken)
    alone = _start(local, rules=[DIVERSION], sets=[DIVERSION])
    work(local)
    assert _get(local, alone, "/comparison", 422)["field"] == "before"
    beside = _get(local, study, f"/comparison?before={alone['study_id']}")
    assert beside["comparison"]["cases"] == found["comparison"]["cases"]


@pytest.mark.parametrize(
    ("format", "begins"), [("html", "<!doctype html>"), ("md", "#"), ("json", '{\n  "eval_set"')]
)
def test_a_run_is_read_as_a_page_markdown_and_json(local: Client, format: str, begins: str) -> None:
    study = _start(local, rules=[ACT])
    work(local)
    answer = local.get(f"/v1/studies/{study['study_id']}/report?format={format}")
    assert answer.text.lower().startswith(begins)


def test_looks_at_the_test_split_are_counted(local: Client) -> None:
    for looks in (1, 2):
        study = _start(local, rules=[ACT], split="test")
        work(local)
        assert _get(local, study, "/result")["after"][0]["looks"] == looks


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
    study = _start(local, rules=[ACT])
    path = f"/v1/studies/{study['study_id']}"
    assert local.post(f"{path}/resume").status_code == 409
    assert local.post(f"{path}/cancel").json()["status"] == "cancelled"
    assert not work(local)
    assert local.post(f"{path}/cancel").status_code == 409
    assert local.post(f"{path}/resume").json()["status"] == "queued"
    assert work(local)
    assert _get(local, study)["status"] == "done"
    assert local.post("/v1/studies/none/cancel").status_code == 404


def test_a_replay_says_which_hits_come_and_go(local: Client) -> None:
    for session in (
        a_session("s-1", said("m1", "10:00:00", "在吗"), said("m2", "10:00:05", "随便你", "agent")),
        a_session("s-2", said("m1", "10:00:00", "在吗"), said("m2", "10:00:05", "在的", "agent")),
    ):
        local.submit(session)
    study = _start(local, "replays", rules=[WIDER])
    work(local)
    done = _get(local, study)
    assert (done["status"], done["progress"]["done"], done["progress"]["total"]) == ("done", 2, 2)
    found = _get(local, study, "/result")
    assert [(each["session_id"], each["after"]) for each in found["changes"]] == [("s-1", "hit")]


def test_the_worker_of_the_service_does_studies_beside_sessions(client: Client) -> None:
    study = _start(client, rules=[ACT])
    client.submit(a_session("s-1"))
    client.inspected("s-1")
    for _ in range(400):
        if _get(client, study)["status"] == "done":
            break
        client.portal.call(_moment)  # type: ignore[union-attr]
    assert _get(client, study)["status"] == "done"
    assert client.get("/v1/jobs?kind=evaluation").json()[0]["job_id"] == study["job_id"]


async def _moment() -> None:
    await asyncio.sleep(0.05)


@pytest.fixture
def server() -> Iterator[FakeVllm]:
    with FakeVllm() as running:
        yield running


@pytest.fixture
def judged(migrated_sqlite: Path, tmp_path: Path, server: FakeVllm) -> Iterator[Client]:
    """A service without a worker that asks the fake server."""
    shutil.copy(migrated_sqlite, tmp_path / "judged.db")
    settings = Settings(
        database_url=f"sqlite:///{tmp_path / 'judged.db'}", embedded_worker=False, judge="vllm",
        judge_base_url=server.base_url, judge_cache=Path(":memory:"),
        judge_options={"tries": 1, "patience": 0, "retry_wait": 0, "audit_share": 0},
    )  # fmt: skip
    with Client(create_app(settings)) as client:
        yield client


def test_wording_is_measured_by_the_judge_of_the_service_with_its_noise_and_cost(judged: Client) -> None:
    reworded = PROMPT.replace("没有骂人。", "没有骂人，也没有讽刺。")
    assert reworded != PROMPT
    study = _start(judged, rules=[ACT], draft_prompts=[reworded], judge="service", noise=True)
    assert work(judged)
    done = _get(judged, study)
    assert (done["status"], done["error"]) == ("done", None)
    assert done["progress"]["total"] == 3 * CASES
    assert done["progress"]["tokens"] > 0
    found = _get(judged, study, "/result")
    assert found["after"][0]["pins"]["judge"]["model"] == "fake-8b"
    own = _get(judged, study, "/comparison")["comparison"]["total"]["own"]
    assert (own["n"], own["rate"]) == (CASES, 0.0)


def test_a_judge_that_is_away_fails_the_study_and_it_goes_on_when_it_is_back(
    judged: Client, server: FakeVllm
) -> None:
    server.stop()
    study = _start(judged, rules=[ACT], judge="service")
    assert work(judged)
    failed = _get(judged, study)
    assert failed["status"] == "failed"
    assert failed["error"].startswith("JudgeUnusable: ")
    server.start()
    judged.post(f"/v1/studies/{study['study_id']}/resume")
    work(judged)
    assert _get(judged, study)["status"] == "done"


def test_a_prompt_is_replayed_with_its_own_wording(judged: Client, server: FakeVllm) -> None:
    judged.submit(
        a_session("s-1", said("m1", "10:00:00", "在吗"), said("m2", "10:00:05", "你有病吧", "agent"))
    )
    reworded = PROMPT.replace("没有骂人。", "没有骂人，也没有讽刺。")
    study = _start(judged, "replays", prompts=[reworded], with_judge=True)
    work(judged)
    assert _get(judged, study)["status"] == "done"
    asked = str(server.asked("/v1/systemone")) + str(server.asked("/v1/chat/completions"))
    assert "也没有讽刺" in asked
    assert asked.count("没有骂人。") > 0


def test_a_study_survives_the_end_of_its_worker_and_asks_only_for_the_rest(
    judged: Client, server: FakeVllm
) -> None:
    assert judged.portal is not None
    server.fail("/v1/systemone", times=9_999, delay=0.8)
    study = _start(judged, rules=[ACT], judge="service")
    app: Any = judged.app
    worker = StudyWorker(app.state.service)
    running = judged.portal.start_task_soon(worker.work_once)
    for _ in range(400):
        if _get(judged, study)["progress"]["done"]:
            break
        judged.portal.call(_moment)
    worker.stop()
    assert running.result(timeout=20)
    stopped = _get(judged, study)
    assert stopped["status"] == "queued"
    assert 0 < stopped["progress"]["done"] < CASES
    server.fail("/v1/systemone", times=0)
    assert work(judged)
    done = _get(judged, study)
    assert (done["status"], done["progress"]["done"]) == ("done", CASES)
    assert done["progress"]["reused"] >= stopped["progress"]["done"]


def test_cancelling_stops_the_one_who_works(judged: Client, server: FakeVllm) -> None:
    assert judged.portal is not None
    server.fail("/v1/systemone", times=9_999, delay=0.25)
    study = _start(judged, rules=[ACT], judge="service")
    app: Any = judged.app
    running = judged.portal.start_task_soon(StudyWorker(app.state.service).work_once)
    for _ in range(400):
        if _get(judged, study)["status"] == "running":
            break
        judged.portal.call(_moment)
    assert judged.post(f"/v1/studies/{study['study_id']}/cancel").json()["status"] == "cancelled"
    assert running.result(timeout=20)
    assert _get(judged, study)["status"] == "cancelled"
