"""Studies that ask the judge of the service: wording, noise and cost, failures, stopping and going on."""

import asyncio
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from api.app import create_app
from api.settings import Settings
from api.studies.worker import StudyWorker
from tests.api.building import a_session, said
from tests.api.client import Client
from tests.api.drafts import WORDED
from tests.api.studying import get_study, start_study, work
from tests.fake_vllm.server import FakeVllm

ACT = "agent_abuse"
CASES = 56


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
    study = start_study(judged, rules=[ACT], sets=[ACT], draft_prompts=[WORDED], judge="service", noise=True)
    assert work(judged)
    done = get_study(judged, study)
    assert (done["status"], done["error"]) == ("done", None)
    assert done["progress"]["total"] == 3 * CASES
    assert done["progress"]["tokens"] > 0
    found = get_study(judged, study, "/result")
    assert found["after"][0]["pins"]["judge"]["model"] == "fake-8b"
    own = get_study(judged, study, "/comparison")["comparison"]["total"]["own"]
    assert (own["n"], own["rate"]) == (CASES, 0.0)


def test_a_judge_that_is_away_fails_the_study_and_it_goes_on_when_it_is_back(
    judged: Client, server: FakeVllm
) -> None:
    server.stop()
    study = start_study(judged, rules=[ACT], sets=[ACT], judge="service")
    assert work(judged)
    failed = get_study(judged, study)
    assert failed["status"] == "failed"
    assert failed["error"].startswith("JudgeUnusable: ")
    server.start()
    judged.post(f"/v1/studies/{study['study_id']}/resume")
    work(judged)
    assert get_study(judged, study)["status"] == "done"


def test_a_prompt_is_replayed_with_its_own_wording(judged: Client, server: FakeVllm) -> None:
    judged.submit(
        a_session("s-1", said("m1", "10:00:00", "在吗"), said("m2", "10:00:05", "你有病吧", "agent"))
    )
    study = start_study(judged, "replays", prompts=[WORDED], with_judge=True)
    work(judged)
    assert get_study(judged, study)["status"] == "done"
    asked = str(server.asked("/v1/systemone")) + str(server.asked("/v1/chat/completions"))
    assert "也没有讽刺" in asked
    assert asked.count("没有骂人。") > 0


def test_a_study_survives_the_end_of_its_worker_and_asks_only_for_the_rest(
    judged: Client, server: FakeVllm
) -> None:
    assert judged.portal is not None
    server.fail("/v1/systemone", times=9_999, delay=0.8)
    study = start_study(judged, rules=[ACT], sets=[ACT], judge="service")
    app: Any = judged.app
    worker = StudyWorker(app.state.service)
    running = judged.portal.start_task_soon(worker.work_once)
    for _ in range(400):
        if get_study(judged, study)["progress"]["done"]:
            break
        judged.portal.call(_moment)
    worker.stop()
    assert running.result(timeout=20)
    stopped = get_study(judged, study)
    assert stopped["status"] == "queued"
    assert 0 < stopped["progress"]["done"] < CASES
    server.fail("/v1/systemone", times=0)
    assert work(judged)
    done = get_study(judged, study)
    assert (done["status"], done["progress"]["done"]) == ("done", CASES)
    assert done["progress"]["reused"] >= stopped["progress"]["done"]


def test_cancelling_stops_the_one_who_works(judged: Client, server: FakeVllm) -> None:
    assert judged.portal is not None
    server.fail("/v1/systemone", times=9_999, delay=0.25)
    study = start_study(judged, rules=[ACT], sets=[ACT], judge="service")
    app: Any = judged.app
    running = judged.portal.start_task_soon(StudyWorker(app.state.service).work_once)
    for _ in range(400):
        if get_study(judged, study)["status"] == "running":
            break
        judged.portal.call(_moment)
    assert judged.post(f"/v1/studies/{study['study_id']}/cancel").json()["status"] == "cancelled"
    assert running.result(timeout=20)
    assert get_study(judged, study)["status"] == "cancelled"
