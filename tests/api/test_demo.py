"""The demo: the samples through the service's own path, the report on them, the API behind it."""

import asyncio
import functools
import json
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from api.app import require_free
from api.cli import main
from api.demo import load_and_inspect, sample_sessions
from api.inspecting.batch import BatchInspector
from api.reporting.tally import Inspected, Tally
from api.settings import Settings
from evaluators.catalogue.loading import load_catalogue
from evaluators.profiles import load_profile
from prompts.errors import FileError, MingjianError

ROOT = Path(__file__).parents[2]


def test_what_the_service_kept_is_what_the_engine_finds(tmp_path: Path) -> None:
    samples = sample_sessions()
    kept = asyncio.run(load_and_inspect(Settings(database_url=f"sqlite:///{tmp_path}/demo.db"), samples))
    inspector, tally = BatchInspector(load_catalogue(), load_profile("default")), Tally()
    for session in samples:
        found = inspector.inspect(session)
        settings, plan = found.standard
        tally.add(Inspected(session, found.outcomes, found.scorecard(), settings, plan.timeline(session)))
    straight = tally.report()
    assert len(samples) >= 80
    assert kept.sessions == straight.sessions
    assert (kept.verdicts, kept.rules, kept.agents) == (straight.verdicts, straight.rules, straight.agents)
    assert (kept.replies, kept.platforms) == (straight.replies, straight.platforms)
    assert {quote.quotes for quote in kept.red_lines} == {quote.quotes for quote in straight.red_lines}


def test_the_report_in_a_pipe_is_tables_between_tabs(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["demo", "--no-serve"]) == 0
    captured = capsys.readouterr()
    assert captured.err == ""
    titles = [line for line in captured.out.splitlines() if line.startswith("# ")]
    for title in (
        "# 总览 Overview",
        "# 红线 Red lines",
        "# 主要问题 Top faults",
        "# 客服 Agents",
        "# 待定 Undetermined",
    ):
        assert title in titles
    assert "\x1b" not in captured.out


def test_samples_that_are_not_there_are_an_error(tmp_path: Path) -> None:
    with pytest.raises(FileError, match="the sample sessions are not here"):
        sample_sessions(tmp_path / "none")


def test_a_sample_that_cannot_be_read_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "bad.jsonl").write_text('{"session_id": "x"}\n', encoding="utf-8")
    with pytest.raises(FileError, match=r"bad\.jsonl:1: messages"):
        sample_sessions(tmp_path)


@pytest.fixture
def taken_port() -> "socket.socket":
    listening = socket.create_server(("127.0.0.1", 0))
    yield listening  # type: ignore[misc]
    listening.close()


def test_a_taken_port_is_noticed_before_any_work(
    taken_port: socket.socket, capsys: pytest.CaptureFixture[str]
) -> None:
    port = taken_port.getsockname()[1]
    with pytest.raises(MingjianError, match=f"cannot listen on 127.0.0.1:{port}"):
        require_free("127.0.0.1", port)
    for command in ("demo", "serve"):
        assert main([command, "--port", str(port)]) == 1
        captured = capsys.readouterr()
        assert (captured.out, "choose another --port" in captured.err) == ("", True)


def test_it_serves_what_it_reported_until_it_is_interrupted() -> None:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    program = "import sys; from api.cli import main; sys.exit(main())"
    command = [sys.executable, "-c", program, "demo", "--port", str(port)]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    # Where this run itself ignores interrupts (a background job of a shell), the child must not inherit that.
    heed = functools.partial(signal.signal, signal.SIGINT, signal.SIG_DFL)
    with subprocess.Popen(command, cwd=ROOT, preexec_fn=heed, **pipes) as process:  # type: ignore[call-overload]
        try:
            sessions = _fetched(
                f"http://127.0.0.1:{port}/v1/sessions?limit=500&rule_hit=prohibited_superlative"
            )
            process.send_signal(signal.SIGINT)
            out, said = process.communicate(timeout=30)
        finally:
            process.kill()
    quoted = [line for line in out.decode().splitlines() if "\t违禁词\t“" in line]
    assert len(sessions["items"]) == len(quoted) > 0
    assert f"http://127.0.0.1:{port}" in said.decode()
    assert "Traceback" not in said.decode()
    assert process.returncode in (0, 130)


def _fetched(url: str) -> dict[str, list[object]]:
    deadline = time.monotonic() + 60
    while True:
        try:
            with urllib.request.urlopen(url, timeout=5) as answer:
                found: dict[str, list[object]] = json.load(answer)
                return found
        except urllib.error.URLError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)
