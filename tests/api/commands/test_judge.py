"""`mingjian judge probe` and `serve`, and `inspect` with a vLLM judge, against a server on this machine."""

import json
import os
import re
from pathlib import Path

import msgspec
import pytest

from api.cli import main
from evaluators.sessions import encode_session
from tests.builders import a_session, agent, customer
from tests.evaluators.judges.asking import ABUSED, HITS
from tests.fake_vllm.brain import Scripted
from tests.fake_vllm.model import Ability
from tests.fake_vllm.server import FakeVllm


@pytest.fixture(autouse=True)
def _no_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [each for each in os.environ if each.startswith("MINGJIAN_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("MINGJIAN_JUDGE_CACHE", ":memory:")


def test_probe_says_what_a_server_can_do(capsys: pytest.CaptureFixture[str]) -> None:
    with FakeVllm() as server:
        assert main(["judge", "probe", "--base-url", server.base_url]) == 0
    told = capsys.readouterr().out
    for line in (
        "model              fake-8b",
        "decides by         systemone",
        "schemas enforced   yes",
        "can judge          yes",
    ):
        assert line in told


def test_probe_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    with FakeVllm() as first, FakeVllm(ability=Ability(schema=False)) as second:
        assert main(["judge", "probe", "--base-url", f"{first.base_url},{second.base_url}", "--json"]) == 0
    found = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [each["structured_output"] for each in found] == [True, False]
    assert [each["usable"] for each in found] == [True, True]
    assert [len(each["problems"]) for each in found] == [0, 1]


def test_probe_ends_with_2_where_a_server_cannot_judge(capsys: pytest.CaptureFixture[str]) -> None:
    with FakeVllm(ability=Ability(decisions=None, logprobs=False)) as server:
        assert main(["judge", "probe", "--base-url", server.base_url]) == 2
    assert "FATAL: no way to read a decision" in capsys.readouterr().out


CANNOT_RUN = [
    (["judge", "probe"], "the vLLM judge needs a server"),
    (["judge", "probe", "--base-url", "localhost:8000"], "expected a URL such as"),
    (["judge", "probe", "--base-url", "http://127.0.0.1:9"], "cannot be reached"),
    (["inspect", "IN", "--judge", "vllm", "--base-url", "http://127.0.0.1:9"], "mingjian judge serve"),
    # The address once, not twice.
    (
        ["inspect", "IN", "--judge", "vllm", "--base-url", "http://127.0.0.1:9"],
        "mingjian: http://127.0.0.1:9/v1 cannot",
    ),
    (["judge", "serve"], "Missing option '--model'. (mingjian judge serve --help)"),
    (["judge", "serve", "--model", "m", "--python", "/nowhere/python"], "/nowhere/python cannot be started"),
]


@pytest.mark.parametrize(("arguments", "told"), CANNOT_RUN)
def test_what_cannot_run_says_why(
    arguments: list[str], told: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "in.jsonl"
    path.write_bytes(encode_session(ABUSED))
    assert main([str(path) if each == "IN" else each for each in arguments]) == 1
    assert told in capsys.readouterr().err


def test_without_vllm_serve_says_how_to_get_it(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    assert main(["judge", "serve", "--model", "m"]) == 1
    assert "pip install vllm" in capsys.readouterr().err


def test_serve_prints_the_flags_a_judge_needs(capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["judge", "serve", "--model", "Qwen/Qwen3-8B", "--python", "/env/python", "--dry-run"]
    assert not main([*arguments, "--port", "8001", "--", "--tensor-parallel-size", "2"])
    told = capsys.readouterr().out
    for part in (
        "--model Qwen/Qwen3-8B", "--port 8001", "--scheduling-policy priority", "--enable-prompt-tokens-details",
        '"disable_any_whitespace": true', '"enable_thinking": false', "--tensor-parallel-size",
    ):  # fmt: skip
        assert part in told


def test_inspect_asks_the_servers(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "in.jsonl"
    quiet = a_session(customer("在吗", at=1), agent("在的", at=2), session_id="s-2")
    path.write_bytes(encode_session(ABUSED) + b"\n" + encode_session(quiet) + b"\n")
    brain = Scripted(HITS)
    with FakeVllm(brain) as server:
        arguments = [
            "inspect",
            str(path),
            "--rules",
            "R48,R34",
            "--judge",
            "vllm",
            "--base-url",
            server.base_url,
        ]
        # The script cites line 1 of every chat; in the second one it is not there.
        assert main(arguments) == 0
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


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ('{"layout": "upside_down"}', "layout"),
        ('{"audit_share": 2}', "audit_share"),
        ('{"speed": 9}', "speed"),
        ("nonsense", "JSON"),
    ],
)
def test_options_are_checked(
    options: str, told: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("MINGJIAN_JUDGE_OPTIONS", options)
    assert main(["judge", "probe", "--base-url", "http://127.0.0.1:9"]) == 1
    error = capsys.readouterr().err
    assert told in error
    assert "MINGJIAN_" in error


def test_a_cache_file_makes_the_second_run_ask_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("MINGJIAN_JUDGE_CACHE", str(tmp_path / "answers.db"))
    path = tmp_path / "in.jsonl"
    path.write_bytes(encode_session(ABUSED))
    told = []
    with FakeVllm(Scripted(HITS)) as server:
        for _ in range(2):
            server.app.requests.clear()
            assert main(["inspect", str(path), "--judge", "vllm", "--base-url", server.base_url]) == 0
            told.append(capsys.readouterr().out)
            asked = [body for body in server.asked("/v1/systemone") if body["instructions"]]
    assert told[0] == told[1]
    assert asked == []


def test_a_key_is_sent_and_never_printed(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("MINGJIAN_JUDGE_API_KEY", "sesame-42")
    with FakeVllm(ability=Ability(api_key="sesame-42")) as server:
        assert main(["judge", "probe", "--base-url", server.base_url]) == 0
    assert not main(["judge", "serve", "--model", "m", "--python", "/env/python", "--dry-run"])
    told = capsys.readouterr()
    assert "sesame-42" not in told.out + told.err


def _many(path: Path, count: int) -> Path:
    chats = (
        a_session(customer(f"第{number}次问：在吗", at=1), session_id=f"s-{number}")
        for number in range(count)
    )
    path.write_bytes(b"\n".join(map(encode_session, chats)) + b"\n")
    return path


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
    options = {
        "patience": 0,
        "tries": 1,
        "retry_wait": 0,
        "audit_share": 0,
        "start_requests": 1,
        "most_requests": 1,
    }
    monkeypatch.setenv("MINGJIAN_JUDGE_OPTIONS", json.dumps(options))
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
    options = {
        "patience": 0,
        "tries": 1,
        "retry_wait": 0,
        "audit_share": 0,
        "start_requests": 1,
        "most_requests": 1,
    }
    monkeypatch.setenv("MINGJIAN_JUDGE_OPTIONS", json.dumps(options))
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
