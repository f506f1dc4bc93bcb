"""What a file is, told by how it begins."""

import io
import json
import os
import subprocess
import sys
import threading
from datetime import UTC
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from evaluators.types import ChatSession
from storage.errors import IntakeError
from storage.intake import FORMATS, read_sessions

SAMPLES: dict[str, str] = {
    "mingjian": json.dumps({"session_id": "s", "messages": [{"sender": "customer", "text": "x"}]}),
    "sca": json.dumps({"tid": "s", "dialogue": [{"role": "客户", "words": "x"}]}),
    "jd": json.dumps({"sid": "s", "waiterSend": 0, "content": "x", "customer": "c"}),
    "zendesk": json.dumps({"id": "s", "requester_id": 1, "comments": [{"author_id": 1, "body": "x"}]}),
    "intercom": json.dumps(
        {
            "type": "conversation",
            "id": "s",
            "created_at": 1539897198,
            "source": {"body": "x", "author": {"type": "user"}},
        }
    ),
    "chatwoot": json.dumps({"id": 1, "conversation_id": "s", "message_type": 0, "content": "x"}),
    "qianniu": "tb1 (2026-11-01 10:00:00)\nx\n",
    "csv": "会话ID,发送者,内容\ns,买家,x\n",
}


def test_a_text_of_no_known_kind_names_the_kinds(read) -> None:
    with pytest.raises(
        IntakeError, match=rf"none of the known formats \({', '.join(FORMATS)}\): name one with --format"
    ):
        read("dear diary\n", "diary.txt")


@pytest.mark.parametrize(
    ("record", "names"),
    [
        ({"id": 1, "comments": [], "dialogue": []}, "sca or zendesk"),
        ({"waiterSend": 1, "message_type": 0}, "jd or chatwoot"),
        ({"session_id": "s", "comments": []}, "mingjian or zendesk"),
    ],
)
def test_what_may_be_several_is_refused(read, record: dict[str, Any], names: str) -> None:
    with pytest.raises(IntakeError, match=f"may be {names}: name it with --format"):
        read(record)


def test_naming_it_settles_it(read) -> None:
    record = {"id": "s", "requester_id": 1, "comments": [{"author_id": 1, "body": "x"}], "dialogue": []}
    assert read.one(record, format="zendesk").session_id == "s"


@pytest.mark.parametrize("name", SAMPLES)
@pytest.mark.parametrize("given", [True, False])
def test_every_format_is_known_by_name_and_by_look(read, name: str, given: bool) -> None:
    session = read.one(SAMPLES[name], "chats", format=name if given else None)
    assert [(m.sender, m.text) for m in session.messages] == [("customer", "x")]


@pytest.mark.parametrize("name", SAMPLES)
def test_every_format_comes_through_a_pipe(name: str, monkeypatch: pytest.MonkeyPatch, read) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(SAMPLES[name].encode())))
    [session] = read_sessions("-", timezone=UTC)
    assert isinstance(session, ChatSession)
    assert session.messages[0].text == "x"


def test_a_workbook_comes_through_a_pipe(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    with xlsxwriter.Workbook(tmp_path / "a.xlsx") as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["会话ID", "发送者", "内容"])
        sheet.write_row(1, 0, ["s", "买家", "x"])
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO((tmp_path / "a.xlsx").read_bytes())))
    [session] = read_sessions("-")
    assert isinstance(session, ChatSession)


def test_the_first_records_may_be_broken(read) -> None:
    text = "broken\n" * 3 + SAMPLES["jd"] + "\n"
    *bad, good = read(text, "logs.jsonl")
    assert [record.line for record in bad] == [1, 2, 3]
    assert good.session_id == "s"


def test_a_named_pipe_is_read_once(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    writer = threading.Thread(target=lambda: pipe.write_text(SAMPLES["csv"]))
    writer.start()
    [session] = read_sessions(pipe)
    writer.join()
    assert isinstance(session, ChatSession)


def test_a_slow_pipe_is_read_as_it_comes() -> None:
    """The first session is out before the second line was written."""
    program = "from storage.intake import read_sessions\nfor s in read_sessions('-'): print(s.session_id, flush=True)"
    with subprocess.Popen(
        [sys.executable, "-c", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        for number in range(3):
            process.stdin.write(SAMPLES["mingjian"].replace('"s"', f'"{number}"') + "\n")
            process.stdin.flush()
            assert process.stdout.readline() == f"{number}\n"
        process.stdin.close()
    assert process.returncode == 0


def test_reading_loads_no_database_and_no_workbook_reader() -> None:
    program = (
        "import sys, storage.intake\n"
        "heavy = {'sqlalchemy', 'sqlmodel', 'pydantic', 'python_calamine', 'asyncio'} & set(sys.modules)\n"
        "sys.exit(str(heavy) if heavy else 0)\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
