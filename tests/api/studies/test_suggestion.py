"""A better wording as a study: searched within a budget, tested on held-out cases, nothing published."""

import asyncio
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from api.app import create_app
from api.settings import Settings
from api.studies.worker import StudyWorker
from calibration.eval_sets import load_eval_set
from evaluators.catalogue.loading import load_catalogue
from tests.api.client import Client
from tests.api.studying import work
from tests.api.suggesting import ACT, BETTER, Pupil, judged_by
from tests.fake_vllm.server import FakeVllm

PLENTY = 3_000_000


def _service(tmp_path: Path, migrated: Path, **settings: Any) -> Client:
    shutil.copy(migrated, tmp_path / "suggesting.db")
    return Client(
        create_app(
            Settings(
                database_url=f"sqlite:///{tmp_path / 'suggesting.db'}", embedded_worker=False,
                judge_cache=Path(":memory:"), **settings,
            )
        )
    )  # fmt: skip


@pytest.fixture
def pupil() -> Pupil:
    return Pupil()


@pytest.fixture
def server(pupil: Pupil) -> Iterator[FakeVllm]:
    with FakeVllm(pupil) as running:
        yield running


@pytest.fixture
def judged(migrated_sqlite: Path, tmp_path: Path, server: FakeVllm) -> Iterator[Client]:
    """A service without a worker that asks the fake server."""
    with _service(tmp_path, migrated_sqlite, **judged_by(server)) as client:
        yield client


def _start(client: Client, **body: Any) -> str:
    answer = client.post("/v1/studies/suggestions", json={"rule": ACT, "tokens": PLENTY} | body)
    assert answer.status_code == 202, answer.text
    assert (answer.json()["kind"], answer.json()["subject"]) == ("suggestion", ACT)
    return f"/v1/studies/{answer.json()['study_id']}"


def _get(client: Client, path: str) -> Any:
    answer = client.get(path)
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_a_wording_that_held_out_cases_confirm_is_accepted_and_is_a_draft_for_the_rest(
    judged: Client,
) -> None:
    path = _start(judged)
    assert judged.get(f"{path}/result").status_code == 409
    assert work(judged)
    study, found = _get(judged, path), _get(judged, f"{path}/result")
    assert (study["status"], study["error"]) == ("done", None)
    hits = sum(case.expected(ACT) == "hit" for case in load_eval_set(ACT, "test").cases)
    test = found["test"]
    assert (found["accepted"], found["told"]) == (True, "accepted")
    assert (test["fixed"], test["broken"], test["cases"], test["looks"]) == (hits, 0, 35, 1)
    assert test["p_value"] < 0.05
    assert BETTER in found["wording"].values()
    assert found["dev"]["right_before"] < found["dev"]["right"] == found["dev"]["cases"] == 28
    assert 0 < found["dev"]["tokens"] == study["progress"]["done"] <= study["progress"]["total"] == PLENTY
    assert study["progress"]["tokens"] == found["dev"]["tokens"] + test["tokens"]
    published = load_catalogue().sources[ACT].read_text("utf-8")
    assert found["prompt"] != published
    draft = {"rules": [ACT], "draft_prompts": [found["prompt"]]}
    assert judged.post("/v1/studies/evaluations", json=draft).status_code == 202
    assert _get(judged, f"/v1/studies?kind=suggestion&rule={ACT}")[0]["status"] == "done"
    assert judged.get(f"{path}/report").status_code == 409


def test_looks_of_suggestions_and_evaluations_at_test_are_counted_together(judged: Client) -> None:
    for looks in (1, 2):
        path = _start(judged)
        work(judged)
        assert _get(judged, f"{path}/result")["test"]["looks"] == looks
    body = {"rules": [ACT], "split": "test"}
    made = judged.post("/v1/studies/evaluations", json=body).json()
    work(judged)
    assert _get(judged, f"/v1/studies/{made['study_id']}/result")["after"][0]["looks"] == 3


def test_what_test_does_not_confirm_is_not_accepted(judged: Client, server: FakeVllm) -> None:
    server.app.model.brain = Pupil(on_test=False)
    path = _start(judged)
    work(judged)
    found = _get(judged, f"{path}/result")
    assert (found["accepted"], found["told"]) == (
        False,
        "not accepted: held-out test did not improve",
    )
    assert (found["test"]["fixed"], found["prompt"] is None) == (0, False)


def test_where_nothing_does_better_nobody_looks_at_test(judged: Client, pupil: Pupil) -> None:
    pupil.says = "没有围栏的话"
    path = _start(judged)
    work(judged)
    found = _get(judged, f"{path}/result")
    assert (found["accepted"], found["told"]) == (False, "no wording did better on dev")
    assert (found["test"], found["prompt"]) == (None, None)
    tries = found["rewordings"]
    assert tries["unusable"] == {"no_text": tries["asked"]}
    assert tries["ended_early"].startswith("5 rewordings in a row")


WRONG: list[tuple[dict[str, Any], int, str]] = [
    ({"rule": "nothing"}, 404, "rule-not-found"),
    ({"set": "../../etc"}, 404, "eval-set-not-found"),
    ({"set": "need_exploration"}, 422, "parameter-invalid"),
    ({"rule": "hostile_phrase", "set": ACT}, 422, "parameter-invalid"),
    ({"tokens": 0}, 422, "parameter-invalid"),
    ({"tokens": 1000}, 422, "budget-too-small"),
    ({"judge": "baseline"}, 422, "parameter-invalid"),
]


@pytest.mark.parametrize(("body", "status", "kind"), WRONG)
def test_what_cannot_be_done_is_refused_before_anybody_judges(
    judged: Client, server: FakeVllm, body: dict[str, Any], status: int, kind: str
) -> None:
    answer = judged.post("/v1/studies/suggestions", json={"rule": ACT, "tokens": PLENTY} | body)
    assert (answer.status_code, answer.json()["type"]) == (status, f"/problems/{kind}"), answer.text
    assert [each for each in server.asked("/v1/systemone") if each["instructions"]] == []
    assert _get(judged, "/v1/studies") == []


def test_a_budget_too_small_says_how_many_tokens_would_do(judged: Client) -> None:
    told = judged.post("/v1/studies/suggestions", json={"rule": ACT, "tokens": 1000}).json()["detail"]
    assert "1,000 tokens are too few: judging 28 cases of dev takes about " in told
    assert "at least " in told


@pytest.mark.parametrize(
    ("settings", "field"),
    [
        ({}, "judge"),
        ({"judge": "baseline"}, "judge"),
        ({"judge": "vllm", "judge_base_url": "http://127.0.0.1:9/v1"}, "writer_model"),
    ],
)
def test_a_service_whose_judge_reads_no_wording_or_that_cannot_write_says_so(
    migrated_sqlite: Path, tmp_path: Path, settings: dict[str, Any], field: str
) -> None:
    with _service(tmp_path, migrated_sqlite, **settings) as client:
        answer = client.post("/v1/studies/suggestions", json={"rule": ACT, "tokens": PLENTY})
    assert (answer.status_code, answer.json()["field"]) == (422, field)


def test_a_judge_that_is_away_fails_the_study_and_it_goes_on_when_it_is_back(
    judged: Client, server: FakeVllm
) -> None:
    server.stop()
    path = _start(judged)
    assert work(judged)
    failed = _get(judged, path)
    assert failed["status"] == "failed"
    assert failed["error"].startswith("JudgeUnusable: ")
    server.start()
    judged.post(f"{path}/resume")
    work(judged)
    assert _get(judged, path)["status"] == "done"
    assert _get(judged, f"{path}/result")["accepted"]


def test_cancelling_ends_a_search_that_waits_for_its_judge(judged: Client, server: FakeVllm) -> None:
    assert judged.portal is not None
    path = _start(judged)
    server.fail("/v1/systemone", times=9_999, delay=0.25)
    app: Any = judged.app
    running = judged.portal.start_task_soon(StudyWorker(app.state.service).work_once)
    for _ in range(400):
        if _get(judged, path)["progress"]["done"]:
            break
        judged.portal.call(_moment)
    before = _get(judged, path)["progress"]
    assert 0 < before["done"] < before["total"]
    assert judged.post(f"{path}/cancel").json()["status"] == "cancelled"
    assert running.result(timeout=20)
    assert _get(judged, path)["status"] == "cancelled"


async def _moment() -> None:
    await asyncio.sleep(0.05)
