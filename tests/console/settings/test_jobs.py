"""The pages of jobs: what failed says why, and is tried again."""

import asyncio
from collections.abc import Callable
from datetime import timedelta

from starlette.testclient import TestClient

from api.settings import Settings
from storage import jobs
from storage.db import open_database
from tests.api.reviewing import rude
from tests.console.review.conftest import desk, fresh, person, rude_sessions

__all__ = ["desk", "fresh", "person", "rude_sessions"]


def gave_up(settings: Settings, **error: str) -> None:
    """A worker takes all that waits, and gives it up."""

    async def fail() -> None:
        database = open_database(settings.database_url)
        store = jobs.SqlJobStore()
        async with database.transaction() as db:
            for task in await store.claim(db, "w", limit=100, lease=timedelta(minutes=1)):
                await store.fail(db, task, retry=False, **error)
        await database.close()

    asyncio.run(fail())


def job_with_a_failure(console: TestClient, settings: Settings) -> str:
    job_id: str = console.post("/v1/sessions", json=[rude("s-1")]).json()["job_id"]
    gave_up(settings, error_kind="DatabaseUnavailable", error="no answer from <db>")
    return job_id


def test_a_job_with_failures_says_why_and_is_tried_again(console: TestClient, settings: Settings) -> None:
    job_id = job_with_a_failure(console, settings)
    listed = console.get("/settings/jobs?failed=true").text
    assert "1 个，看原因" in listed
    page = console.get(f"/settings/jobs/{job_id}").text
    assert "完成，有失败" in page
    assert "连不上数据库" in page
    assert "no answer from &lt;db&gt;" in page
    assert 'href="/desk/sessions/s-1"' in page
    again = console.post(f"/settings/jobs/{job_id}/retry").text
    assert "1 个已重新排队。" in again
    assert "排队中" in again
    assert "没有失败的" in again
    [entry] = console.get("/v1/audit", params={"kind": "job"}).json()
    assert (entry["action"], entry["subject"], entry["details"]) == (
        "job.retry", f"job:{job_id}", {"queued": 1},
    )  # fmt: skip
    assert "没有失败的可以重试。" in console.post(f"/settings/jobs/{job_id}/retry").text
    assert "没有这样的任务" in console.get("/settings/jobs?failed=true").text


def test_an_error_without_words_is_shown_as_it_is(console: TestClient, settings: Settings) -> None:
    job_id = console.post("/v1/sessions", json=[rude("s-1")]).json()["job_id"]
    gave_up(settings, error_kind="StrangeError", error="")
    assert "StrangeError" in console.get(f"/settings/jobs/{job_id}").text


def test_jobs_are_chosen_by_kind(console: TestClient) -> None:
    console.post("/v1/sessions", json=[rude("s-1")])
    assert "排队中" in console.get("/settings/jobs?kind=inspect").text
    assert "没有这样的任务" in console.get("/settings/jobs?kind=anchor").text
    assert console.get("/settings/jobs?kind=any").status_code == 422
    assert console.get("/settings/jobs/job_0").status_code == 404


def test_who_may_not_configure_reads_the_reasons_and_cannot_try_again(
    desk: TestClient, fresh: Settings, person: Callable[[str], TestClient]
) -> None:
    job_id = desk.post("/v1/sessions", json=[rude("s-99")]).json()["job_id"]
    gave_up(fresh, error_kind="DatabaseUnavailable", error="no answer")
    page = person("ann").get(f"/settings/jobs/{job_id}").text
    assert "连不上数据库" in page
    assert "/retry" not in page
    assert person("ann").post(f"/settings/jobs/{job_id}/retry").status_code == 403
    assert "1 个已重新排队。" in person("lead").post(f"/settings/jobs/{job_id}/retry").text
