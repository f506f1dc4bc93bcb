"""`mingjian import`, `worker` and `export`: files into a database, inspected, out again."""

import asyncio
import csv
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
import pyarrow.parquet as pq
import pytest
from python_calamine import load_workbook

from api.cli import main
from evaluators.types import Outcome
from storage import jobs
from storage.db import open_database
from tests.builders import a_record, agent, customer

ROOT = Path(__file__).parents[3]
SAID = "=1+1 全网最低"
CHATS: list[dict[str, Any]] = [
    a_record(customer("在吗", at=0), agent(SAID, at=240), ended=300, session_id="s-1", shop="a"),
    a_record(customer("在吗", at=0), agent("您好", at=5), ended=30, session_id="s-2", shop="b"),
]


@pytest.fixture(scope="module")
def chats(tmp_path_factory: pytest.TempPathFactory) -> str:
    path = tmp_path_factory.mktemp("in") / "chats.jsonl"
    path.write_text("".join(json.dumps(each) + "\n" for each in CHATS), encoding="utf-8")
    return str(path)


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path}/kept.db"


@pytest.fixture(scope="module")
def inspected(chats: str, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The URL of a database in which both chats are inspected."""
    url = f"sqlite:///{tmp_path_factory.mktemp('kept')}/kept.db"
    assert main(["import", chats, "--database", url]) == 0
    work_off(url)
    return url


def work_off(url: str) -> None:
    """Runs `mingjian worker` until nothing is left to do."""
    program = "import sys; from api.cli import main; sys.exit(main())"
    environment = {**os.environ, "MINGJIAN_WORKER_POLL": "0.05"}
    command = [sys.executable, "-c", program, "worker", "--database", url]
    with subprocess.Popen(command, cwd=ROOT, env=environment, stderr=subprocess.PIPE) as worker:
        deadline = time.monotonic() + 30
        while asyncio.run(_left(url)) and time.monotonic() < deadline:
            time.sleep(0.05)
        worker.send_signal(signal.SIGTERM)
        _, said = worker.communicate(timeout=30)
    assert (worker.returncode, asyncio.run(_left(url))) == (0, 0), said.decode()


async def _left(url: str) -> int:
    database = open_database(url)
    try:
        async with database.reading() as db:
            backlog = await jobs.backlog(db)
    finally:
        await database.close()
    return backlog.waiting + backlog.running


def test_importing_twice_changes_nothing(url: str, chats: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["import", chats, "--database", url]) == 0
    assert "2 sessions: 2 new, 0 changed, 0 known" in capsys.readouterr().err
    assert main(["import", chats, "--database", url]) == 0
    assert "2 sessions: 0 new, 0 changed, 2 known" in capsys.readouterr().err


def test_a_bad_record_is_named_and_skipped(
    tmp_path: Path, url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "mixed.jsonl"
    path.write_text(json.dumps(CHATS[0]) + '\n{"session_id": "x"}\n', encoding="utf-8")
    assert main(["import", str(path), "--database", url]) == 2
    said = capsys.readouterr().err
    assert f"{path}:2: messages: " in said
    assert "1 sessions: 1 new" in said


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["import", "nowhere.jsonl"], "nowhere.jsonl: no such file or folder"),
        (["export", "dreams"], "expected one of sessions, outcomes, scorecards, labels, got 'dreams'"),
        (["export", "outcomes", "--format", "doc"], "expected one of jsonl, csv, xlsx, parquet, got 'doc'"),
        (["export", "outcomes", "--from", "monday"], "--from: expected a time such as"),
        (["export", "outcomes", "--rule-hit", "R99"], "no rule 'R99'"),
        (["export", "outcomes"], "the database has no schema yet"),
        (["import", "CHATS", "--database", "mysql://x"], "expected sqlite:///path or postgresql://"),
    ],
)
def test_what_cannot_run_is_status_1_and_says_why(
    arguments: list[str], said: str, url: str, chats: str, capsys: pytest.CaptureFixture[str]
) -> None:
    given = [chats if each == "CHATS" else each for each in arguments]
    assert main([*given, *([] if "--database" in given else ["--database", url])]) == 1
    assert said in capsys.readouterr().err


def test_outcomes_come_out_as_json_lines(inspected: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["export", "outcomes", "--database", inspected]) == 0
    found = [msgspec.json.decode(line, type=Outcome) for line in capsys.readouterr().out.splitlines()]
    assert {each.session_id for each in found} == {"s-1", "s-2"}
    assert len(found) == 106


def test_conditions_narrow_what_comes_out(inspected: str, capsys: pytest.CaptureFixture[str]) -> None:
    for condition in (["--shop", "a"], ["--rule-hit", "R32"], ["--agent", "a-1", "--shop", "a"]):
        main(["export", "scorecards", "--database", inspected, *condition])
        [card] = capsys.readouterr().out.splitlines()
        assert json.loads(card)["session_id"] == "s-1"
    main(["export", "scorecards", "--database", inspected, "--to", "2026-10-01T00:00:00+08:00"])
    assert capsys.readouterr().out == ""


def test_sessions_come_out_as_they_went_in(inspected: str, capsys: pytest.CaptureFixture[str]) -> None:
    main(["export", "sessions", "--database", inspected, "--shop", "b"])
    [document] = capsys.readouterr().out.splitlines()
    assert json.loads(document)["messages"][1]["text"] == "您好"


def test_a_csv_file_opens_in_excel_and_runs_nothing(inspected: str, tmp_path: Path) -> None:
    path = tmp_path / "out.csv"
    assert main(["export", "sessions", "--database", inspected, "-o", str(path)]) == 0
    content = path.read_bytes()
    assert content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))
    assert "'" + SAID in {row["text"] for row in rows}


def test_a_workbook_holds_numbers_as_numbers_and_text_as_text(inspected: str, tmp_path: Path) -> None:
    path = tmp_path / "out.xlsx"
    assert main(["export", "outcomes", "--database", inspected, "-o", str(path), "--shop", "a"]) == 0
    head, *rows = load_workbook(path).get_sheet_by_index(0).to_python()
    found = [dict(zip(head, row, strict=True)) for row in rows]
    hit = next(row for row in found if row["number"] == "R32")
    assert (hit["verdict"], hit["score"], hit["evidence"]) == ("hit", -100.0, "m2: 全网最")
    assert len(found) == 53


def test_a_parquet_file_has_typed_columns(inspected: str, tmp_path: Path) -> None:
    path = tmp_path / "out.parquet"
    assert main(["export", "outcomes", "--database", inspected, "-o", str(path)]) == 0
    table = pq.read_table(path)
    assert str(table.schema.field("score").type) == "double"
    hit = next(row for row in table.to_pylist() if row["number"] == "R32" and row["verdict"] == "hit")
    assert (hit["score"], hit["evidence"], hit["confidence"]) == (-100.0, "m2: 全网最", None)
    assert len(table) == 106


def test_a_parquet_file_of_nothing_can_be_read(inspected: str, tmp_path: Path) -> None:
    path = tmp_path / "out.parquet"
    none = ["--shop", "nobody", "-o", str(path)]
    assert main(["export", "scorecards", "--database", inspected, *none]) == 0
    assert pq.read_table(path).num_rows == 0


def test_what_was_exported_can_be_imported_again(
    inspected: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "again.jsonl"
    main(["export", "sessions", "--database", inspected, "-o", str(path)])
    capsys.readouterr()
    assert main(["import", str(path), "--database", inspected]) == 0
    assert "0 new, 0 changed, 2 known" in capsys.readouterr().err
