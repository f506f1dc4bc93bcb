"""The project's own shape, as JSON Lines and as a JSON document."""

import io
import json
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from evaluators.types import ChatSession
from storage.errors import IntakeError
from storage.intake import BadRecord, read_sessions

GOOD = {
    "session_id": "s-1",
    "messages": [
        {"message_id": "m1", "sent_at": "2026-11-01T10:00:00+08:00", "sender": "customer", "text": "在吗"},
        {"message_id": "m2", "sent_at": "2026-11-01T10:00:09+08:00", "sender": "agent", "text": "在的亲"},
    ],
}


def line(**changes: object) -> str:
    return json.dumps({**GOOD, **changes}, ensure_ascii=False)


def message(**changes: object) -> list[dict[str, object]]:
    return [{**GOOD["messages"][0], **changes}]  # type: ignore[dict-item]


@pytest.mark.parametrize(
    ("record", "field", "expected"),
    [
        ("not json", None, "not valid JSON"),
        ('{"session_id": "s-9", "messages": [', None, "not valid JSON"),
        ("[1, 2]", None, "expected `object`, got `array`"),
        ("42", None, "expected `object`, got `int`"),
        ("{}", "session_id", "required, but missing"),
        ('{"session_id": "s-9"}', "messages", "required, but missing"),
        (line(session_id=9), "session_id", "expected `str`, got `int`"),
        (line(session_id=""), "session_id", "expected a non-empty string"),
        (line(messages=message(sender="seller")), "messages[0].sender", "system, got 'seller'"),
        (line(messages=message(text="")), "messages[0].text", "expected a non-empty string"),
        (line(messages=message(sent_at="2026-11-01T10:00:00")), "messages[0].sent_at", "with an offset"),
        (line(messages=message() * 2), "messages[1].message_id", "unique"),
        ("[" * 100_000, None, "expected `object`, got `array`"),
        ('{"session_id": "s-9", "more": ' + "[" * 100_000, None, "nested too deeply"),
        (b'{"session_id": "\xff\xfe"}', None, "not valid JSON"),
    ],
)
def test_a_bad_line_is_named_and_the_rest_is_read(
    tmp_path: Path, record: str | bytes, field: str | None, expected: str
) -> None:
    path = tmp_path / "chats.jsonl"
    bad = record if isinstance(record, bytes) else record.encode()
    path.write_bytes(b"\n".join([line(session_id="a").encode(), b"", bad, line(session_id="b").encode()]))
    first, wrong, last = read_sessions(path)
    assert isinstance(first, ChatSession)
    assert isinstance(last, ChatSession)
    assert isinstance(wrong, BadRecord)
    assert (first.session_id, last.session_id) == ("a", "b")
    assert (wrong.path, wrong.line, wrong.field) == (str(path), 3, field)
    assert expected in wrong.message
    assert str(wrong).startswith(f"{path}:3: {field}: " if field else f"{path}:3: ")


def test_a_second_session_of_one_id_is_bad(read) -> None:
    first, again = read(f"{line()}\n{line()}\n", "chats.jsonl")
    assert isinstance(first, ChatSession)
    assert again.line == 2
    assert again.field == "session_id"
    assert "was there before" in again.message


def test_a_naive_time_takes_the_timezone_given(read) -> None:
    session = read.one(line(messages=message(sent_at="2026-11-01T10:00:00")))
    assert session.messages[0].sent_at == datetime(2026, 11, 1, 2, tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    [
        line(),
        line() + "\n",
        f"\ufeff{line()}",
        f"\r\n\r\n{line()}\r\n   \r\n",
        json.dumps(GOOD, indent=2),
        f"[{line()}]",
        f"\ufeff\n [\n{line()}\n]\n",
        json.dumps([GOOD], indent=2),
    ],
)
@pytest.mark.parametrize("name", ["chats.jsonl", "chats.json", "chats", "chats.ndjson"])
def test_every_way_to_write_json(read, text: str, name: str) -> None:
    if "jsonl" in name or "ndjson" in name:
        text = text if "\n  " not in text or text.startswith("[") else line()
    session = read.one(text, name)
    assert session.session_id == "s-1"
    assert [m.text for m in session.messages] == ["在吗", "在的亲"]


def test_unknown_fields_are_ignored_whatever_they_look_like(read) -> None:
    text = line(comments=[], dialogue=[], waiterSend=1, conversation_parts={})
    assert read.one(text).session_id == "s-1"


@pytest.mark.parametrize(
    ("text", "at", "expected"),
    [
        (f"[\n{line(session_id='a')},\n{{,}}]", 3, "not valid JSON"),
        (f"[\n{line(session_id='a')}\n{line(session_id='b')}]", 3, "expected , or ]"),
        (f"[\n{line(session_id='a')},\n\n", 4, "ends where a value was expected"),
        (f"[\n{line(session_id='a')}\n", 3, "expected , or ]"),
        (f"[{line(session_id='a')}]\n\n[]", 3, "expected nothing after the array"),
        (f"[\n{line(session_id='a')},\n{line()[:-30]}", 3, "not valid JSON"),
    ],
)
def test_a_broken_document_keeps_what_came_before(read, text: str, at: int, expected: str) -> None:
    good, bad = read(text)
    assert good.session_id == "a"
    assert bad.line == at
    assert expected in bad.message


def test_bytes_that_are_not_utf8_end_a_document(read) -> None:
    good, bad = read(b"[\n" + line(session_id="a").encode() + b',\n\n{"session_id": "\xff"}]')
    assert (good.session_id, bad.line, bad.message) == ("a", 4, "not UTF-8")


def test_an_element_is_named_by_the_line_it_starts_on(read) -> None:
    bad_record = json.dumps({**GOOD, "session_id": 7}, indent=1)
    good, bad = read(f"[\n\n{json.dumps(GOOD, indent=1)},\n\n\n{bad_record}]")
    assert good.session_id == "s-1"
    assert bad.line == 3 + json.dumps(GOOD, indent=1).count("\n") + 3
    assert bad.field == "session_id"


def test_a_value_that_spans_many_reads_is_whole(read) -> None:
    long = "很长的话" * 300_000
    first = {**GOOD, "session_id": "a", "messages": message(text=long + '\\"\U0001f600')}
    texts = [session.messages[0].text for session in read([first, GOOD])]
    assert texts == [long + '\\"\U0001f600', "在吗"]


def test_utf16_json_is_refused(read) -> None:
    with pytest.raises(IntakeError, match="UTF-16"):
        read(line().encode("utf-16"), "chats.jsonl")


def test_records_of_no_known_shape_get_a_hint_once(read) -> None:
    first, second = read('{"id": 1}\n{"id": 2}\n', "chats.jsonl")
    assert (
        first.message == "required, but missing (chats of another shape are read with --format or --mapping)"
    )
    assert second.message == "required, but missing"


@pytest.mark.parametrize("text", ["", "\n\n", "\ufeff", "[]"])
def test_nothing_in_a_file_is_no_session(read, text: str) -> None:
    assert read(text) == []


def test_standard_input(monkeypatch: pytest.MonkeyPatch) -> None:
    text = f"{line(session_id='a')}\nbroken\n{line(session_id='b')}\n".encode()
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(text)))
    a, bad, b = read_sessions("-")
    assert isinstance(bad, BadRecord)
    assert str(bad).startswith("-:2: not valid JSON")
    assert [getattr(s, "session_id", None) for s in (a, b)] == ["a", "b"]


class TestFolders:
    def test_files_in_sorted_order_and_only_those_of_known_kinds(self, read, tmp_path: Path) -> None:
        for name in ("b.jsonl", "a/2.json", "a/1.jsonl", "README.md", "a/.gitignore"):
            read.write(line(session_id=name), f"in/{name}")
        sessions = list(read_sessions(tmp_path / "in"))
        assert [s.session_id for s in sessions if isinstance(s, ChatSession)] == [
            "a/1.jsonl",
            "a/2.json",
            "b.jsonl",
        ]
        assert len(sessions) == 3

    def test_a_file_that_cannot_be_read_is_reported_and_the_rest_is_read(self, read, tmp_path: Path) -> None:
        read.write("no header, no chat", "in/a.txt")
        read.write(line(), "in/b.jsonl")
        bad, good = read_sessions(tmp_path / "in")
        assert isinstance(bad, BadRecord)
        assert (bad.path, bad.line) == (str(tmp_path / "in/a.txt"), None)
        assert "none of the known formats" in bad.message
        assert isinstance(good, ChatSession)

    def test_the_same_session_in_two_files_is_bad(self, read, tmp_path: Path) -> None:
        read.write(line(), "in/a.jsonl")
        read.write(line(), "in/b.jsonl")
        _, bad = read_sessions(tmp_path / "in")
        assert isinstance(bad, BadRecord)
        assert (bad.path, bad.field) == (str(tmp_path / "in/b.jsonl"), "session_id")

    def test_a_folder_without_any_is_an_error(self, tmp_path: Path) -> None:
        with pytest.raises(IntakeError, match="no files to read"):
            read_sessions(tmp_path)


def test_what_cannot_be_used_at_all_is_said_at_once(tmp_path: Path) -> None:
    with pytest.raises(IntakeError, match=r"gone\.jsonl: no such file or folder"):
        read_sessions(tmp_path / "gone.jsonl")
    (tmp_path / "a.jsonl").write_text(line())
    with pytest.raises(IntakeError, match="no format 'wechat': expected one of mingjian, sca, jd"):
        read_sessions(tmp_path / "a.jsonl", format="wechat")
    with pytest.raises(IntakeError, match=r"gone\.toml: cannot be read"):
        read_sessions(tmp_path / "a.jsonl", mapping=tmp_path / "gone.toml")
