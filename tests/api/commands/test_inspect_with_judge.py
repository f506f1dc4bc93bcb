"""`mingjian inspect` with a vLLM judge: what it asks, what that costs, and what waits when the server goes away."""

import json
import re
from pathlib import Path

import msgspec
import pytest

from api.cli import main
from tests.builders import a_session, agent, customer
from tests.evaluators.judges.asking import ABUSED, HITS
from tests.fake_vllm.brain import Scripted
from tests.fake_vllm.server import FakeVllm

#: One request at a time, each tried once.
ONCE = {"patience": 0, "tries": 1, "retry_wait": 0, "audit_share": 0, "start_requests": 1, "most_requests": 1}


def _many(path: Path, count: int) -> Path:
    chats = (
        a_session(customer(f"第{number}次问：在吗", at=1), session_id=f"s-{number}")
        for number in range(count)
    )
    path.write_bytes(b"\n".join(map(msgspec.json.encode, chats)) + b"\n")
    return path


def test_inspect_asks_the_servers(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "in.jsonl"
    quiet = a_session(customer("在吗", at=1), agent("在的", at=2), session_id="s-2")
    path.write_bytes(msgspec.json.encode(ABUSED) + b"\n" + msgspec.json.encode(quiet) + b"\n")
    brain = Scripted(HITS)
    with FakeVllm(brain) as server:
        given = ["--rules", "R48,R34", "--judge", "vllm", "--base-url", server.base_url]
        # The script cites line 1 of every chat; in the second one it is not there.
        assert main(["inspect", str(path), *given]) == 0
    outcomes = [msgspec.json.decode(line) for line in capsys.readouterr().out.splitlines()]
    told = {
        (each["session_id"], each["rule_id"]): (each["verdict"], each["reason_code"]) for each in outcomes
    }
    assert told == {
        ("s-1", "customer_abuse"): ("hit", None),
        ("s-1", "agent_abuse"): ("no_hit", None),
        ("s-2", "customer_abuse"): ("undetermined", "evidence_unverified"),
        ("s-2", "agent_abuse"): ("no_hit", None),
    }
    assert outcomes[0]["judge"]["model"] == "fake-8b"


def test_a_cache_file_makes_the_second_run_ask_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("MINGJIAN_JUDGE_CACHE", str(tmp_path / "answers.db"))
    path = tmp_path / "in.jsonl"
    path.write_bytes(msgspec.json.encode(ABUSED))
    told = []
    with FakeVllm(Scripted(HITS)) as server:
        for _ in range(2):
            server.app.requests.clear()
            assert main(["inspect", str(path), "--judge", "vllm", "--base-url", server.base_url]) == 0
            told.append(capsys.readouterr().out)
            asked = [body for body in server.asked("/v1/systemone") if body["instructions"]]
    assert told[0] == told[1]
    assert asked == []


def test_what_a_run_costs_is_said_before_and_after(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    prices = {"prompt": 2.0, "cached_prompt": 0.5, "generated": 8.0, "currency": "CNY"}
    monkeypatch.setenv("MINGJIAN_JUDGE_OPTIONS", json.dumps({"prices": prices, "audit_share": 0}))
    path = _many(tmp_path / "in.jsonl", 40)
    with FakeVllm() as server:
        assert not main(
            ["inspect", str(path), "--judge", "vllm", "--base-url", server.base_url, "--rules", "R48"]
        )
    told = capsys.readouterr().err.splitlines()
    assert told[0].startswith("judge: 40 sessions: 40 questions in about 43 requests, about ")
    assert "of them in the prefix cache" in told[0]
    assert "counted on 16 of them" in told[0]
    assert told[1] == "judge: 40 questions about 40 sessions: 0 acts found, 40 not there, 0 unanswered"
    assert told[2] == "judge: 0 explained, 0 of them against the decision"
    assert told[3] == "judge: 40 requests, 0 retried, 0 given up"
    assert re.fullmatch(
        r"judge: [0-9,]+ prompt tokens, 9\d\.\d% of them cached; 40 generated; 0\.\d\d CNY", told[4]
    )
    assert len(told) == 5


def test_a_run_that_was_stopped_asks_only_what_is_open(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("MINGJIAN_JUDGE_CACHE", str(tmp_path / "answers.db"))
    monkeypatch.setenv("MINGJIAN_JUDGE_OPTIONS", json.dumps(ONCE))
    path = _many(tmp_path / "in.jsonl", 6)
    with FakeVllm() as server:
        arguments = ["inspect", str(path), "--judge", "vllm", "--base-url", server.base_url, "--rules", "R48"]
        server.fail("/v1/systemone", 1, skip=3, status=503)
        assert not main(arguments)
        first = capsys.readouterr()
        assert '"judge_unavailable"' in first.out
        assert "1 questions wait for a server: run the same command again" in first.err
        assert first.err.splitlines()[-1] == (
            "1 of 6 outcomes stay undetermined because the judge was not there; the same command goes on from here"
        )
        server.app.requests.clear()
        assert not main(arguments)
        second = capsys.readouterr()
    assert '"judge_unavailable"' not in second.out
    assert "5 decisions known from before, not asked again" in second.err
    assert "stay undetermined" not in second.err
    asked = [body for body in server.asked("/v1/systemone") if body["instructions"]]
    assert len(asked) == 1


@pytest.mark.parametrize("command", ["inspect", "report"])
def test_a_judge_that_goes_away_in_mid_run_is_said_last_beside_what_was_skipped(
    command: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("MINGJIAN_JUDGE_OPTIONS", json.dumps(ONCE))
    path = _many(tmp_path / "in.jsonl", 6)
    path.write_bytes(path.read_bytes() + b"no session\n")
    with FakeVllm() as server:
        server.fail("/v1/systemone", 99, skip=3, status=503)
        given = ["--judge", "vllm", "--base-url", server.base_url, "--rules", "R48,R01"]
        assert main([command, str(path), *given]) == 2
    *_, skipped, last = capsys.readouterr().err.splitlines()
    assert skipped == "1 record skipped, see above"
    found = re.fullmatch(
        r"(\d) of 12 outcomes stay undetermined because the judge was not there; the same command goes on from here",
        last,
    )
    assert found is not None, last
    assert 1 <= int(found[1]) <= 5
