"""`mingjian inspect`: what goes where, what an exit status says, what becomes of bad records."""

import functools
import io
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import msgspec
import pytest

from api.cli import main
from evaluators.types import Outcome, Scorecard
from tests.builders import a_session, agent, clock, customer

GOOD: dict[str, Any] = msgspec.to_builtins(
    a_session(customer("在吗", at=0), agent("这款是全网最低", at=240), ended=300)
)
BAD = {"session_id": "bad", "messages": [{"sender": "customers", "text": "x"}]}


def lines(*records: object) -> str:
    return "".join(json.dumps(record, ensure_ascii=False) + "\n" for record in records)


@pytest.fixture
def good(tmp_path: Path) -> str:
    path = tmp_path / "good.jsonl"
    path.write_text(lines(GOOD, GOOD | {"session_id": "s-2"}), encoding="utf-8")
    return str(path)


@pytest.fixture
def mixed(tmp_path: Path) -> str:
    path = tmp_path / "mixed.jsonl"
    path.write_text(lines(GOOD, BAD, GOOD | {"session_id": "s-2"}), encoding="utf-8")
    return str(path)


def outcomes(text: str | bytes) -> list[Outcome]:
    return [msgspec.json.decode(line, type=Outcome) for line in text.splitlines()]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "Missing argument"),
        (["nowhere.jsonl"], "nowhere.jsonl: no such file or folder"),
        (["GOOD", "--rules", "R05,nonsense"], "no rule 'nonsense'"),
        (["GOOD", "--rules", " , "], "--rules: expected ids or numbers"),
        (["GOOD", "--profile", "nonsense"], "nonsense: no profile of that name"),
        (["GOOD", "--judge", "oracle"], "no judge 'oracle'"),
        (
            ["GOOD", "--timezone", "Mars/Base"],
            "--timezone: expected a name such as Asia/Shanghai, got 'Mars/Base'",
        ),
        (["GOOD", "--as-of", "tomorrow"], "--as-of: expected a time such as"),
        (["GOOD", "--as-of", "2026-11-01T10:00:00"], "--as-of: expected a time with an offset"),
        (["GOOD", "--format", "fax"], "no format 'fax'"),
        (["GOOD", "--catalogue", "nowhere"], "nowhere: expected a folder with rule files"),
        (
            ["GOOD", "-o", "nowhere/out.jsonl"],
            "nowhere/out.jsonl: cannot be written: No such file or directory",
        ),
        (["GOOD", "--nonsense"], "No such option: --nonsense"),
    ],
)
def test_what_cannot_run_says_why_and_is_status_1(
    good: str, arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["inspect", *(good if each == "GOOD" else each for each in arguments)]) == 1
    captured = capsys.readouterr()
    assert said in captured.err
    assert captured.out == ""


def test_several_files_are_read_as_one_and_a_missing_one_is_said_first(
    good: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    one, two = ((tmp_path / f"{name}.jsonl") for name in ("one", "two"))
    first, second = Path(good).read_bytes().splitlines(keepends=True)
    one.write_bytes(first)
    two.write_bytes(second + first)
    assert main(["inspect", str(one), str(two)]) == 2
    captured = capsys.readouterr()
    assert [each.session_id for each in outcomes(captured.out)] == [*["s-1"] * 53, *["s-2"] * 53]
    assert f"{two}:2: session_id: " in captured.err
    assert main(["report", str(one), "nowhere.jsonl"]) == 1
    captured = capsys.readouterr()
    assert (captured.out, "nowhere.jsonl: no such file or folder" in captured.err) == ("", True)


def test_outcomes_go_to_standard_output_and_nothing_else(
    good: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["inspect", good]) == 0
    captured = capsys.readouterr()
    found = outcomes(captured.out)
    assert captured.err == ""
    assert [each.session_id for each in found] == [*["s-1"] * 53, *["s-2"] * 53]
    hit = next(each for each in found if each.rule_id == "prohibited_superlative")
    assert (hit.verdict, hit.evidence[0].quote, hit.agent_id) == ("hit", "全网最", "a-1")


def test_a_line_has_the_keys_of_the_contract_in_its_order(
    good: str, capsys: pytest.CaptureFixture[str]
) -> None:
    main(["inspect", good])
    first = json.loads(capsys.readouterr().out.splitlines()[0])
    assert list(first) == [
        "session_id", "rule_id", "rule_version", "verdict", "reason_code", "explanation", "confidence",
        "agent_id", "score", "evidence", "decides_at", "judge",
    ]  # fmt: skip


def test_a_bad_record_is_named_counted_and_skipped(mixed: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["inspect", mixed]) == 2
    captured = capsys.readouterr()
    first, last = captured.err.splitlines()
    assert first.startswith(f"{mixed}:2: messages[0].sender: ")
    assert last == "1 record skipped, see above"
    assert {each.session_id for each in outcomes(captured.out)} == {"s-1", "s-2"}


def test_rules_can_be_chosen_by_id_and_number_switched_off_ones_too(
    good: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["inspect", good, "--rules", "r05, nonstandard_closing"]) == 0
    found = {each.rule_id: each for each in outcomes(capsys.readouterr().out)}
    assert found.keys() == {"late_reply_without_apology", "nonstandard_closing"}
    assert found["nonstandard_closing"].reason_code == "not_configured"


def test_files_are_written_and_nothing_to_standard_output(
    good: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out, cards = tmp_path / "out.jsonl", tmp_path / "cards.jsonl"
    assert main(["inspect", good, "-o", str(out), "--scorecards", str(cards)]) == 0
    assert capsys.readouterr().out == ""
    assert len(outcomes(out.read_bytes())) == 106
    found = [msgspec.json.decode(line, type=Scorecard) for line in cards.read_bytes().splitlines()]
    assert [(card.session_id, card.score, card.red_line) for card in found] == [
        ("s-1", 0, True),
        ("s-2", 0, True),
    ]
    assert {path.name for path in tmp_path.iterdir()} == {"good.jsonl", "out.jsonl", "cards.jsonl"}


def test_what_is_no_ordinary_file_is_written_to_directly(good: str) -> None:
    assert main(["inspect", good, "-o", os.devnull]) == 0
    assert not Path(os.devnull).is_file()


def test_standard_input_is_read_for_a_dash(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(lines(GOOD).encode())))
    assert main(["inspect", "-"]) == 0
    assert len(outcomes(capsys.readouterr().out)) == 53


def test_as_of_decides_windows_that_have_passed_by_then(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source = tmp_path / "open.jsonl"
    source.write_text(lines({"session_id": "s", "messages": [customer("在吗", at=0)]}), encoding="utf-8")
    main(["inspect", str(source), "--rules", "R54"])
    [still_open] = outcomes(capsys.readouterr().out)
    assert (still_open.reason_code, still_open.decides_at) == ("window_open", clock(360))
    main(["inspect", str(source), "--rules", "R54", "--as-of", clock(361)])
    [decided] = outcomes(capsys.readouterr().out)
    assert decided.verdict == "hit"


def test_a_time_without_an_offset_needs_a_zone(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source = tmp_path / "naive.jsonl"
    record = {"session_id": "s", "messages": [customer("在吗", at=None, sent_at="2026-11-01T10:00:00")]}
    source.write_text(lines(record), encoding="utf-8")
    assert main(["inspect", str(source)]) == 2
    assert "messages[0].sent_at" in capsys.readouterr().err
    assert main(["inspect", str(source), "--timezone", "Asia/Shanghai"]) == 0


def test_a_profile_changes_what_is_found(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source, profile = tmp_path / "in.jsonl", tmp_path / "own.toml"
    chat = a_session(customer("在吗", at=0), agent("您好", at=25), ended=30)
    source.write_bytes(msgspec.json.encode(chat))
    profile.write_text('name = "own"\ntitle = "自定"\n[rules.R51]\nlonger_than = "30s"\n', encoding="utf-8")
    main(["inspect", str(source), "--rules", "R51"])
    main(["inspect", str(source), "--rules", "R51", "--profile", str(profile)])
    assert [each.verdict for each in outcomes(capsys.readouterr().out)] == ["hit", "no_hit"]


def test_a_broken_profile_names_file_line_and_field(
    good: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    profile = tmp_path / "own.toml"
    profile.write_text('name = "own"\ntitle = "自定"\n[rules.R51]\nlonger_than = "soon"\n', encoding="utf-8")
    assert main(["inspect", good, "--profile", str(profile)]) == 1
    assert f"{profile}:4: rules.R51.longer_than" in capsys.readouterr().err


def in_a_process(*arguments: str, **options: Any) -> "subprocess.Popen[bytes]":
    program = "import sys; from api.cli import main; sys.exit(main())"
    command = [sys.executable, "-c", program, *arguments]
    # Where this run itself ignores interrupts (a background job of a shell), the child must not inherit that.
    heed = functools.partial(signal.signal, signal.SIGINT, signal.SIG_DFL)
    root = Path(__file__).parents[3]
    return subprocess.Popen(command, cwd=root, stderr=subprocess.PIPE, preexec_fn=heed, **options)


def test_a_reader_that_hangs_up_ends_it_quietly(tmp_path: Path) -> None:
    source = tmp_path / "many.jsonl"
    source.write_text(lines(*(GOOD | {"session_id": f"s-{n}"} for n in range(200))), encoding="utf-8")
    with in_a_process("inspect", str(source), stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.readline()
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait(timeout=30) == 141


def test_an_interrupt_ends_it_cleanly_and_leaves_no_half_file(tmp_path: Path) -> None:
    out = tmp_path / "out.jsonl"
    with in_a_process("inspect", "-", "-o", str(out), stdin=subprocess.PIPE) as process:
        assert process.stdin is not None
        assert process.stderr is not None
        process.stdin.write(lines(*(GOOD | {"session_id": f"s-{n}"} for n in range(500))).encode())
        process.stdin.flush()
        deadline = time.monotonic() + 30
        while not list(tmp_path.iterdir()) and time.monotonic() < deadline:
            time.sleep(0.02)
        process.send_signal(signal.SIGINT)
        assert process.stderr.read().decode().splitlines()[-1:] in ([], ["mingjian: interrupted"])
        assert process.wait(timeout=30) == 130
    assert list(tmp_path.iterdir()) == []
