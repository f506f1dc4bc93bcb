"""Whatever stands at whatever place of a record: a session, a bad record or an `IntakeError`, never a crash."""

import copy
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from storage.errors import IntakeError
from storage.intake import BadRecord, read_sessions

T = 1539897198
RECORDS: dict[str, Any] = {
    "mingjian": {
        "session_id": "s", "started_at": T * 1000, "agents": [{"agent_id": "a"}], "tags": {"k": [1]},
        "messages": [{"message_id": "m", "sender": "agent", "text": "x", "sent_at": "2026-11-01T10:00:00Z"}],
        "events": [{"type": "rating", "at": T * 1000, "level": 3}],
    },
    "sca": {
        "business": "b",
        "tickets": [{"tid": "s", "customerServiceId": 1, "skillGroupName": "g",
                     "dialogue": [{"role": "客户", "identity": "c", "words": "x", "begin": 0, "end": 9, "beginTime": T * 1000}]}],
    },
    "jd": {"data": [{
        "dongdongSession": {"sid": "s", "customer": "c", "waiter": "w", "createdTime": T * 1000, "closeTime": T * 1000,
                            "transferTime": T * 1000, "toWaiter": "v", "robotCode": "r", "groupId": 1},
        "dongdongChatLogList": [{"uuid": "u", "waiterSend": 1, "createdTime": T * 1000, "content": "x", "waiter": "w",
                                 "contentType": "t", "revokeFlag": 1, "revokeTime": T * 1000, "imgUrl": ""}],
    }]},
    "zendesk": {
        "users": [{"id": 5, "role": "agent"}],
        "tickets": [{"id": 1, "requester_id": 4, "assignee_id": 5, "status": "solved", "updated_at": "2026-11-01T10:00:00Z",
                     "collaborator_ids": [7], "email_cc_ids": [8], "requester": {"id": 4}, "metric_set": {"solved_at": None},
                     "satisfaction_rating": {"score": "good", "updated_at": "2026-11-01T10:00:00Z"},
                     "comments": [{"id": 1, "author_id": 5, "author": {"id": 5, "role": "agent"}, "body": "",
                                   "html_body": "<p>x</p>", "public": True, "via": {"channel": "web"},
                                   "created_at": "2026-11-01T10:00:00Z",
                                   "attachments": [{"content_type": "image/png", "file_name": "f"}]}]}],
    },
    "intercom": {
        "type": "conversation", "id": "s", "created_at": T, "updated_at": T, "state": "closed", "team_assignee_id": 1,
        "source": {"id": "1", "body": "<p>x</p>", "author": {"type": "user", "id": "u"}, "delivered_as": "automated"},
        "contacts": {"contacts": [{"id": "u"}]}, "statistics": {"last_close_at": T},
        "conversation_rating": {"rating": 5, "created_at": T, "teammate": {"id": "a"}},
        "conversation_parts": {"conversation_parts": [
            {"id": "2", "part_type": "comment", "body": "x", "created_at": T, "updated_at": T, "redacted": True,
             "author": {"type": "admin", "id": "a"}, "assigned_to": {"type": "admin", "id": "b"},
             "attachments": [{"name": "n"}]}]},
    },
    "chatwoot": {"data": {"meta": {}, "payload": [{
        "id": 1, "status": "resolved", "inbox_id": 1, "created_at": T, "last_activity_at": T, "meta": {"sender": {"id": 1}},
        "messages": [{"id": 1, "content": "x", "message_type": 1, "created_at": T, "updated_at": T, "private": False,
                      "content_type": "text", "sender": {"id": 1, "type": "user"}, "attachments": [{"file_type": "image"}],
                      "content_attributes": {"deleted": True, "submitted_values": {"csat_survey_response": {"rating": 4}}}}]}]}},
}  # fmt: skip
ODD: tuple[Any, ...] = (
    None,
    True,
    -1,
    2**63,
    1.5,
    1e300,
    "",
    "x",
    "☃" * 3,
    [],
    [[]],
    [None],
    {},
    {"id": {}},
    99999999999999,
)


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    yield path
    if isinstance(value, dict | list):
        for key, inner in value.items() if isinstance(value, dict) else enumerate(value):
            yield from places(inner, (*path, key))


def changed(record: Any, path: tuple[Any, ...], value: Any) -> Any:
    if not path:
        return value
    record = copy.deepcopy(record)
    holder = record
    for key in path[:-1]:
        holder = holder[key]
    holder[path[-1]] = value
    return record


@pytest.mark.parametrize("name", RECORDS)
@pytest.mark.parametrize("given", [True, False])
def test_no_value_at_no_place_crashes(tmp_path: Path, name: str, given: bool) -> None:
    good = RECORDS[name]
    path = tmp_path / "a.jsonl"
    records = [changed(good, place, value) for place in places(good) for value in ODD]
    path.write_bytes(b"\n".join(map(msgspec.json.encode, [good, *records])))
    for found in read_sessions(path, format=name if given else None):
        assert found.message if isinstance(found, BadRecord) else msgspec.json.encode(found)


def test_the_records_are_good_as_they_are(tmp_path: Path) -> None:
    for name, record in RECORDS.items():
        path = tmp_path / f"{name}.json"
        path.write_bytes(msgspec.json.encode(record))
        assert [getattr(found, "session_id", found) for found in read_sessions(path)] in (["s"], ["1"])


@pytest.mark.parametrize("name", ["a.jsonl", "a.json", "a.csv", "a.txt", "a.xlsx", "a"])
def test_no_bytes_crash(tmp_path: Path, name: str) -> None:
    chance = random.Random(name)
    pieces = [
        b'{"session_id":',
        b"[",
        b"]",
        b"{",
        b"}",
        b'"',
        b"\\",
        b"\n",
        b",",
        b"\xff\xfe",
        b"PK\x03\x04",
        b"\x00",
    ]
    pieces += [
        f"{part}\n".encode()
        for part in ("会话ID,发送者,内容", "s,买家,x", "a:b (2026-11-01 10:00:00)", "2026-11-01")
    ]
    path = tmp_path / name
    for _ in range(300):
        path.write_bytes(b"".join(chance.choices(pieces, k=chance.randrange(12))))
        try:
            found = list(read_sessions(path))
        except IntakeError as error:
            found = [BadRecord(error.path, error.line, error.field, error.reason)]
        assert all(one.message and one.path == str(path) for one in found if isinstance(one, BadRecord))
