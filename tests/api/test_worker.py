"""The worker: retries and dead letters, live sessions that decide by themselves, stopping."""

import asyncio
import time
from collections.abc import Collection
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from api.app import create_app
from api.inspecting.live import FRESH, UNDER_WAY, decides_next, is_live, observed_now
from api.service import open_service
from api.settings import Settings
from api.worker import Worker
from evaluators.judges.answers import Answers
from evaluators.sessions import convert_session
from evaluators.types import ChatSession, Outcome
from storage import inspections, jobs, sessions
from storage.db import migrate
from storage.jobs import SqlJobStore
from storage.sessions import StoredSession
from tests.api.building import a_session, said, verdicts
from tests.api.client import Client

NOW = datetime(2026, 11, 1, 2, 10, tzinfo=UTC)


class FailingJudge:
    """Breaks the promise of the port never to raise, for sessions of one shop."""

    name = "failing"

    def __init__(self) -> None:
        self.is_mended = False

    async def answer(self, session: ChatSession, acts: Collection[str]) -> Answers:
        if session.shop == "cursed" and not self.is_mended:
            raise RuntimeError("the judge broke down")
        return {}


@pytest.mark.anyio
async def test_gives_a_session_up_after_its_last_attempt_and_goes_on(settings: Settings) -> None:
    store = SqlJobStore(max_attempts=2, backoff=timedelta(0))
    service = replace(open_service(settings, FailingJudge()), jobs=store)
    worker = Worker(service)
    async with service.database.transaction() as db:
        documents = [a_session("bad", shop="cursed"), a_session("good")]
        submission = await sessions.submit(db, documents, jobs=store)
    job_id = str(submission.job_id)
    running = asyncio.create_task(worker.run())
    deadline = time.monotonic() + 20
    status = "queued"
    while status not in ("done", "failed") and time.monotonic() < deadline:
        await asyncio.sleep(0.05)
        async with service.database.reading() as db:
            status = (await jobs.progress(db, job_id)).status
    worker.stop()
    await running
    async with service.database.reading() as db:
        failed = await jobs.failures(db, job_id)
        good = await inspections.latest(db, "good")
    await service.database.close()
    assert [(each.session_id, each.attempts, each.error_kind) for each in failed] == [
        ("bad", 2, "RuntimeError")
    ]
    assert failed[0].error == "the judge broke down"
    assert good.inspection.judge_version == "failing"


def test_dead_letters_are_shown_and_tried_again(local_settings: Settings) -> None:
    settings = local_settings.model_copy(update={"embedded_worker": True, "worker_poll": 0.05})
    judge = FailingJudge()
    app = create_app(settings, judge)
    app.state.service = replace(app.state.service, jobs=SqlJobStore(max_attempts=1))
    with Client(app) as client:
        job_id = client.submit(a_session(shop="cursed"))["job_id"]
        deadline = time.monotonic() + 20
        while client.get(f"/v1/jobs/{job_id}").json()["status"] != "failed" and time.monotonic() < deadline:
            time.sleep(0.05)
        failures = client.get(f"/v1/jobs/{job_id}/failures").json()
        assert [(each["session_id"], each["error"]) for each in failures] == [("s-1", "the judge broke down")]
        judge.is_mended = True
        assert client.post(f"/v1/jobs/{job_id}/retry").json() == {"queued": 1}
        client.inspected("s-1")
        assert client.get(f"/v1/jobs/{job_id}").json()["status"] == "done"


def _stored(received: datetime, *messages: dict[str, Any], **fields: Any) -> StoredSession:
    document = a_session("s-1", *messages, ended_at=None, **fields)
    return StoredSession(
        session=convert_session(document), document=b"", revision=1, content_hash="", received_at=received
    )


ASKED = said("m1", "10:09:50", "在吗")
LIVENESS = [
    (NOW, {}, True),
    (NOW - timedelta(seconds=10) + FRESH, {}, True),
    (NOW - timedelta(seconds=9) + FRESH, {}, False),
    (NOW + timedelta(days=30), {}, False),
    (NOW, {"observed_until": "2026-11-01T10:09:55+08:00"}, False),
]


@pytest.mark.parametrize(("received", "fields", "live"), LIVENESS)
def test_a_session_is_live_if_it_came_fresh_and_does_not_say_until_when(
    received: datetime, fields: dict[str, Any], live: bool
) -> None:
    stored = _stored(received, ASKED, **fields)
    assert is_live(stored) is live
    assert observed_now(stored, NOW) == (NOW - UNDER_WAY if live else None)


def test_a_live_session_is_observed_at_least_to_its_last_message() -> None:
    stored = _stored(NOW, said("m1", "10:09:58", "在吗"))
    assert observed_now(stored, NOW) == NOW - timedelta(seconds=2)


def test_a_session_without_times_is_not_live() -> None:
    assert not is_live(
        _stored(NOW, {"message_id": "m1", "sender": "customer", "text": "在吗"}, started_at=None)
    )


def _open(decides_at: str | None) -> Outcome:
    return Outcome(
        session_id="s", rule_id="r", rule_version="v", verdict="undetermined", decides_at=decides_at
    )


def test_looks_again_after_the_first_window_that_is_still_open() -> None:
    outcomes = [_open("2026-11-01T10:15:00+08:00"), _open("2026-11-01T10:12:00+08:00"), _open(None)]
    twelve = datetime(2026, 11, 1, 2, 12, tzinfo=UTC)
    assert decides_next(outcomes, NOW) == twelve + UNDER_WAY
    assert decides_next(outcomes, twelve) == twelve + timedelta(minutes=3) + UNDER_WAY
    assert decides_next([_open(None)], NOW) is None
    assert decides_next(outcomes, NOW + timedelta(days=1)) is None


def test_a_live_session_decides_by_itself(local_settings: Settings) -> None:
    """Its customer has waited 18 of the 20 seconds when it is handed in; nobody sends anything more."""
    settings = local_settings.model_copy(update={"embedded_worker": True, "worker_poll": 0.05})
    asked = (datetime.now(UTC) - timedelta(seconds=18)).isoformat()
    message = said("m1", "10:00:00", "在吗,怎么还没有发货") | {"sent_at": asked}
    with Client(create_app(settings)) as client:
        client.submit(a_session("s-1", message, started_at=asked, ended_at=None))
        first = client.inspected("s-1")["inspection"]
        waiting = next(each for each in first["outcomes"] if each["rule_id"] == "slow_first_human_reply")
        assert (waiting["verdict"], waiting["reason_code"]) == ("undetermined", "window_open")
        assert first["attempt"] == 1
        deadline = time.monotonic() + 20
        again = first
        while again["attempt"] == 1 and time.monotonic() < deadline:
            time.sleep(0.1)
            again = client.get("/v1/sessions/s-1/inspections/latest").json()["inspection"]
        assert (again["attempt"], verdicts(again)["slow_first_human_reply"]) == (2, "hit")
        kinds = [job["kind"] for job in client.get("/v1/jobs").json()]
        assert kinds.count("recheck") == 2, "one that has decided, one for the next window"
        assert [job["kind"] for job in client.get("/v1/jobs", params={"kind": "inspect"}).json()] == [
            "inspect"
        ]


def test_a_reply_in_time_supersedes_the_look_that_was_planned(local_settings: Settings) -> None:
    settings = local_settings.model_copy(update={"embedded_worker": True, "worker_poll": 0.05})
    asked = datetime.now(UTC) - timedelta(seconds=10)
    message = said("m1", "10:00:00", "在吗") | {"sent_at": asked.isoformat()}
    reply = said("m2", "10:00:00", "您好,欢迎光临", "agent") | {"sent_at": datetime.now(UTC).isoformat()}
    with Client(create_app(settings)) as client:
        client.submit(a_session("s-1", message, started_at=asked.isoformat(), ended_at=None))
        client.inspected("s-1")
        planned = client.get("/v1/jobs", params={"kind": "recheck"}).json()[0]
        client.post("/v1/sessions/s-1/messages", json=reply)
        found = client.inspected("s-1", revision=2)["inspection"]
        assert verdicts(found)["slow_first_human_reply"] == "no_hit"
        assert client.get(f"/v1/jobs/{planned['job_id']}").json()["superseded"] == 1


@pytest.mark.anyio
async def test_outlives_a_database_that_is_away_for_a_while(tmp_path: Any) -> None:
    """The queue is not there yet; the worker says so, and goes on once it is."""
    url = f"sqlite:///{tmp_path / 'late.db'}"
    service = open_service(Settings(database_url=url, worker_poll=0.05))
    worker = Worker(service)
    running = asyncio.create_task(worker.run())
    while service.worker.last_error is None:
        await asyncio.sleep(0.02)
    assert "SchemaOutdated" in service.worker.last_error
    await migrate(url)
    async with service.database.transaction() as db:
        await sessions.submit(db, [a_session()])
    service.worker.wake()
    deadline = time.monotonic() + 20
    while service.worker.last_error is not None and time.monotonic() < deadline:
        await asyncio.sleep(0.05)
    worker.stop()
    await running
    async with service.database.reading() as db:
        assert (await inspections.latest(db, "s-1")).inspection.outcomes
    await service.database.close()
