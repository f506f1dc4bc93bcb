"""`mingjian judge probe` and `serve`, against a server on this machine; what is said where there is none."""

import json
from pathlib import Path

import msgspec
import pytest

from api.cli import main
from tests.evaluators.judges.asking import ABUSED
from tests.fake_vllm.model import Ability
from tests.fake_vllm.server import FakeVllm


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
    path.write_bytes(msgspec.json.encode(ABUSED))
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


def test_a_key_is_sent_and_never_printed(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("MINGJIAN_JUDGE_API_KEY", "sesame-42")
    with FakeVllm(ability=Ability(api_key="sesame-42")) as server:
        assert main(["judge", "probe", "--base-url", server.base_url]) == 0
    assert not main(["judge", "serve", "--model", "m", "--python", "/env/python", "--dry-run"])
    told = capsys.readouterr()
    assert "sesame-42" not in told.out + told.err
