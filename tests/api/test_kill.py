"""A service that is killed without warning: what it has accepted is inspected, and inspected once."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest

from tests.api.building import a_session

_SERVE = "from api.app import serve; from api.settings import load_settings; serve(load_settings())"
SESSIONS = 40


class Service:
    """The real thing in a process of its own, on a loopback port."""

    def __init__(self, url: str, log: Path) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        given = {"DATABASE_URL": url, "PORT": str(self.port), "WORKER_BATCH": "3", "WORKER_LEASE": "1"}
        self._environment = os.environ | {f"MINGJIAN_{name}": value for name, value in given.items()}
        self._log = log
        self.client = httpx2.Client(base_url=f"http://127.0.0.1:{self.port}", timeout=30)

    def start(self, *, worker: bool = True) -> None:
        environment = self._environment | {"MINGJIAN_EMBEDDED_WORKER": str(worker)}
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-c", _SERVE], env=environment, stdout=log, stderr=log
            )
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            try:
                if self.client.get("/readyz").status_code == 200:
                    return
            except httpx2.TransportError:
                time.sleep(0.1)
        raise AssertionError(self._log.read_text())

    def kill(self) -> None:
        self._process.kill()
        self._process.wait()

    def stop(self) -> int:
        """As an operator does: SIGTERM. The exit status."""
        self._process.terminate()
        return self._process.wait(30)


@pytest.fixture
def service(url: str, tmp_path: Path) -> Iterator[Service]:
    made = Service(url, tmp_path / "service.log")
    yield made
    made.kill()
    made.client.close()


def _finished(service: Service, job_ids: list[str]) -> list[dict[str, int]]:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        found = [service.client.get(f"/v1/jobs/{job_id}").json() for job_id in job_ids]
        if all(job["status"] == "done" for job in found):
            return found
        time.sleep(0.2)
    raise AssertionError(found)


def test_killed_before_or_while_inspecting_it_loses_and_repeats_nothing(service: Service) -> None:
    """First killed before any worker has come to it, then somewhere in the middle of the work."""
    names = [f"s-{each}" for each in range(SESSIONS)]
    batch = [a_session(name) for name in names]
    service.start(worker=False)
    report = service.client.post("/v1/sessions", json=batch).json()
    service.kill()
    assert report["accepted"] == SESSIONS
    service.start()
    late = [a_session(f"late-{each}") for each in range(SESSIONS)]
    second = service.client.post("/v1/sessions", json=late).json()
    time.sleep(0.1)
    service.kill()
    service.start()
    again = service.client.post("/v1/sessions", json=batch + late).json()
    assert (again["unchanged"], again["job_id"]) == (2 * SESSIONS, None)
    jobs = _finished(service, [report["job_id"], second["job_id"]])
    assert [(job["done"], job["failed"]) for job in jobs] == [(SESSIONS, 0)] * 2
    for session in batch + late:
        kept = service.client.get(f"/v1/sessions/{session['session_id']}/inspections").json()
        assert [each["inspection"]["attempt"] for each in kept] == [1], session["session_id"]
    overview = service.client.get("/v1/reports/overview").json()
    assert (overview["sessions"], overview["inspected"]) == (2 * SESSIONS,) * 2


def test_stops_when_asked_to_and_gives_back_what_it_holds(service: Service, tmp_path: Path) -> None:
    service.start()
    batch = [a_session(f"s-{each}") for each in range(SESSIONS)]
    report = service.client.post("/v1/sessions", json=batch).json()
    assert service.stop() in (0, -15)
    assert '"worker_stopped"' in (tmp_path / "service.log").read_text()
    service.start()
    assert _finished(service, [report["job_id"]])[0]["done"] == SESSIONS
