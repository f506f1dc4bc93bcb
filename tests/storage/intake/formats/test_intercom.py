"""Intercom: conversations with their parts, as the REST API returns them."""

from datetime import UTC, datetime
from typing import Any

import pytest

from storage.intake import BadRecord

T = 1539897198


def at(seconds: int) -> datetime:
    return datetime.fromtimestamp(T + seconds, UTC)


def part(
    id: int, kind: str = "comment", author: str = "admin", body: str | None = "<p>Okay!</p>", **more: Any
) -> dict[str, Any]:
    return {
        "type": "conversation_part", "id": str(id), "part_type": kind, "body": body, "created_at": T + id,
        "updated_at": T + id, "notified_at": T + id, "assigned_to": None,
        "author": {"type": author, "id": "814860" if author == "admin" else f"{author}-1", "name": "N", "email": "e"},
        "attachments": [], "external_id": None, "redacted": False, **more,
    }  # fmt: skip


def conversation(*parts: dict[str, Any], **changes: Any) -> dict[str, Any]:
    return {
        "type": "conversation", "id": "1911149811", "created_at": T, "updated_at": T + 900,
        "source": {
            "type": "conversation", "id": "269650473", "delivered_as": "customer_initiated", "subject": "",
            "body": "<p>Hi</p>", "author": {"type": "lead", "id": "5bc8"}, "attachments": [], "url": None, "redacted": False,
        },
        "contacts": {"type": "contact.list", "contacts": [{"type": "contact", "id": "5bc8"}]},
        "teammates": {"type": "admin.list", "admins": []}, "open": True, "state": "open", "read": True,
        "team_assignee_id": 77, "conversation_rating": None, "statistics": {"type": "conversation_statistics"},
        "conversation_parts": {"type": "conversation_part.list", "conversation_parts": list(parts), "total_count": len(parts)},
        **changes,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("record", "field", "expected"),
    [
        (conversation(id=None), "id", "expected a non-empty string"),
        (
            conversation(part(1, author="ghost")),
            "conversation_parts.conversation_parts[0].author.type",
            "expected one of",
        ),
        (
            conversation(part(1) | {"author": None}),
            "conversation_parts.conversation_parts[0].author",
            "required",
        ),
        (
            conversation(part(1, created_at=True)),
            "conversation_parts.conversation_parts[0].created_at",
            "expected a time",
        ),
        (conversation(conversation_parts=[]), "conversation_parts", "expected an object, got an array"),
    ],
)
def test_what_is_wrong_is_named(read, record: dict[str, Any], field: str, expected: str) -> None:
    _, found, message = read.bad(record)
    assert found == field
    assert expected in message


@pytest.mark.parametrize(
    ("kind", "body", "seen"),
    [
        ("comment", "<p>Okay!</p>", True),
        ("quick_reply", "Yes", True),
        ("assignment", "<p>I hand you over</p>", True),
        ("close", "<p>Closing this</p>", True),
        ("note", "<p>他是VIP</p>", False),
        ("note_and_reopen", "<p>internal</p>", False),
        ("assignment", None, False),
        ("close", None, False),
        ("participant_added", None, False),
        ("conversation_attribute_updated_by_workflow", "Topic: refund", False),
        ("comment", "<p> </p>", False),
    ],
)
def test_only_what_the_customer_sees_is_a_message(read, kind: str, body: str | None, seen: bool) -> None:
    session = read.one(conversation(part(1, kind, body=body)))
    assert len(session.messages) == 1 + seen


def test_a_conversation(read) -> None:
    session = read.one(
        conversation(part(1, author="bot", body="Ask away"), part(5), part(9, author="user", body="thx"))
    )
    assert [(m.sender, m.sender_id, m.text, m.sent_at) for m in session.messages] == [
        ("customer", "5bc8", "Hi", at(0)),
        ("bot", "bot-1", "Ask away", at(1)),
        ("agent", "814860", "Okay!", at(5)),
        ("customer", "user-1", "thx", at(9)),
    ]
    assert (session.session_id, session.group, session.customer_id) == ("1911149811", "77", "5bc8")
    assert session.ended_at is None
    assert session.events == ()


@pytest.mark.parametrize(
    ("delivered_as", "sender"),
    [
        ("customer_initiated", "agent"),
        ("admin_initiated", "agent"),
        ("automated", "auto_reply"),
        ("operator_initiated", "bot"),
    ],
)
def test_first_messages_that_no_person_wrote(read, delivered_as: str, sender: str) -> None:
    record = conversation()
    record["source"] |= {"delivered_as": delivered_as, "author": {"type": "admin", "id": "274"}}
    assert read.one(record).messages[0].sender == sender


@pytest.mark.parametrize("body", [None, "<p>oops</p>"])
def test_redacted_parts_are_recalled(read, body: str | None) -> None:
    redacted = read.one(conversation(part(1, body=body, redacted=True, updated_at=T + 60))).messages[1]
    assert redacted.text == ("oops" if body else "[已撤回]")
    assert redacted.recalled_at == at(60)


def test_attachments_and_images(read) -> None:
    file = {"type": "upload", "name": "a.mp4", "content_type": "video/mp4"}
    session = read.one(
        conversation(
            part(1, body='<p><img src="x.png"></p>'),
            part(2, body=None, attachments=[file]),
            part(3, attachments=[file]),
        )
    )
    assert [(m.content_type, m.text) for m in session.messages[1:]] == [
        ("image", ""),
        ("video", "a.mp4"),
        ("text", "Okay!"),
    ]


def test_transfers_begin_with_the_second_assignment(read) -> None:
    def to(agent: str, kind: str = "admin") -> dict[str, Any]:
        return {"assigned_to": {"type": kind, "id": agent}}

    session = read.one(
        conversation(
            part(1, "assignment", body=None, **to("a")),
            part(2, "assignment", body=None, **to("team-9", "team")),
            part(3, "assignment", body=None, **to("a")),
            part(4, "assignment", body=None, **to("b")),
        )
    )
    assert [(e.from_agent, e.to_agent, e.at) for e in session.events] == [("a", "b", at(4))]


@pytest.mark.parametrize(
    ("parts", "changes", "ended_at"),
    [
        ([part(4, "close", body=None)], {}, None),
        ([part(4, "close", body=None)], {"state": "closed"}, at(4)),
        ([], {"state": "closed", "statistics": {"last_close_at": T + 30}}, at(30)),
        ([], {"state": "closed"}, at(900)),
    ],
)
def test_when_it_is_over(read, parts: list[Any], changes: dict[str, Any], ended_at: datetime | None) -> None:
    assert read.one(conversation(*parts, **changes)).ended_at == ended_at


@pytest.mark.parametrize(
    ("rating", "levels"),
    [
        (
            {"rating": 5, "created_at": T + 50, "remark": "", "teammate": {"type": "admin", "id": "814860"}},
            [5],
        ),
        ({"rating": None, "created_at": None, "contact": {"id": None}, "teammate": {"id": None}}, []),
    ],
)
def test_ratings(read, rating: dict[str, Any], levels: list[int]) -> None:
    events = read.one(conversation(conversation_rating=rating)).events
    assert [event.level for event in events] == levels
    assert all(event.agent_id == "814860" and event.at == at(50) for event in events)


def test_a_list_with_a_bad_one(read) -> None:
    records = {"type": "conversation.list", "conversations": [conversation(id=None), conversation()]}
    bad, good = read(records)
    assert isinstance(bad, BadRecord)
    assert bad.field == "conversations[0].id"
    assert good.session_id == "1911149811"
