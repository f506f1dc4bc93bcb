"""Chatwoot: conversations, pages of messages, webhook events."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

T = 1696896263


def at(seconds: int) -> datetime:
    return datetime.fromtimestamp(T + seconds, UTC)


def message(id: int = 1, type: Any = 0, **changes: Any) -> dict[str, Any]:
    sender = (
        {"id": 89, "name": "Ariel", "type": "contact"}
        if type in (0, "incoming")
        else {"id": 3, "type": "user"}
    )
    return {
        "id": id, "content": "hola", "account_id": 1, "inbox_id": 17, "conversation_id": 24, "message_type": type,
        "created_at": T + id, "updated_at": "2023-10-10T00:04:25.515Z", "private": False, "status": "delivered",
        "source_id": None, "content_type": "text", "content_attributes": {}, "sender": sender, **changes,
    }  # fmt: skip


def conversation(*messages: dict[str, Any], **changes: Any) -> dict[str, Any]:
    return {
        "id": 24, "inbox_id": 17, "status": "open", "channel": "Channel::Whatsapp", "messages": list(messages),
        "meta": {"sender": {"id": 89, "type": "contact"}, "assignee": {"id": 3}}, "created_at": T,
        "last_activity_at": T + 500, "timestamp": T + 500, **changes,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("record", "field", "expected"),
    [
        (message(type=9), "message_type", "expected one of incoming"),
        (message(conversation_id=None), "conversation_id", "required, but missing"),
        (message(created_at="soon"), "created_at", "expected a time"),
        (message(private="yes"), "private", "expected true or false"),
        (conversation(message(content=[])), "messages[0].content", "expected a string, got an array"),
    ],
)
def test_what_is_wrong_is_named(read, record: dict[str, Any], field: str, expected: str) -> None:
    _, found, told = read.bad(record)
    assert found == field
    assert expected in told


@pytest.mark.parametrize(
    ("changes", "senders"),
    [
        ({"type": 0}, ["customer"]),
        ({"type": "incoming"}, ["customer"]),
        ({"type": 1}, ["agent"]),
        ({"type": "outgoing"}, ["agent"]),
        ({"type": 1, "private": True}, []),
        ({"type": 2, "content": "Conversation was marked resolved by Ann"}, []),
        ({"type": "activity"}, []),
        ({"type": 3, "sender": None}, ["auto_reply"]),
        ({"type": 1, "sender": {"id": 1, "type": "agent_bot"}}, ["bot"]),
        ({"type": 1, "sender_type": "AgentBot", "sender_id": 1}, ["bot"]),
        ({"type": 1, "sender_type": "Captain::Assistant", "sender": None}, ["bot"]),
        ({"type": 1, "sender": None}, ["auto_reply"]),
        ({"type": 1, "content_attributes": {"automation_rule_id": 4}}, ["auto_reply"]),
        ({"type": 0, "content": None}, []),
    ],
)
def test_who_sent_it_and_what_is_dropped(read, changes: dict[str, Any], senders: list[str]) -> None:
    assert [m.sender for m in read.one(conversation(message(**changes))).messages] == senders


@pytest.mark.parametrize(
    ("changes", "kind"),
    [
        ({"content_type": "input_csat", "type": 3}, "rating_invite"),
        ({"content_type": "sticker", "content": None}, "emoji"),
        ({"content": None, "attachments": [{"file_type": "audio"}]}, "voice"),
        ({"content": None, "attachments": [{"file_type": "contact"}]}, "file"),
        ({"attachments": [{"file_type": "image"}]}, "text"),
    ],
)
def test_content_types(read, changes: dict[str, Any], kind: str) -> None:
    assert read.one(conversation(message(**changes))).messages[0].content_type == kind


def test_a_conversation(read) -> None:
    session = read.one(conversation(message(1), message(2, 1)))
    assert (session.session_id, session.group, session.customer_id) == ("24", "17", "89")
    assert [(m.message_id, m.sender_id, m.sent_at) for m in session.messages] == [
        ("1", "89", at(1)),
        ("2", "3", at(2)),
    ]
    assert session.ended_at is None
    assert read.one(conversation(message(), status="resolved")).ended_at == at(500)


def test_lists_of_conversations(read) -> None:
    page = {
        "data": {
            "meta": {"all_count": 2},
            "payload": [conversation(message()), conversation(message(), id=25)],
        }
    }
    assert [session.session_id for session in read(page)] == ["24", "25"]


def test_pages_of_one_conversation_are_one_session(read) -> None:
    pages = [
        {"meta": {"labels": []}, "payload": [message(3), message(4)]},
        {"meta": {"labels": []}, "payload": [message(1), message(2, 1), message(3)]},
    ]
    session = read.one("\n".join(map(json.dumps, pages)), "pages.jsonl")
    assert sorted(m.message_id for m in session.messages) == ["1", "2", "3", "4"]


class TestWebhooks:
    def event(self, name: str, **changes: Any) -> dict[str, Any]:
        body = {
            "event": name, "id": "1", "content": "Hi", "created_at": "2020-03-03 13:05:57 UTC", "message_type": "incoming",
            "content_type": "text", "content_attributes": {}, "sender": {"id": "1", "name": "C"},
            "conversation": {"display_id": "7"}, "account": {"id": "1"}, "private": False,
        }  # fmt: skip
        return body | changes

    def test_events_are_put_together_and_the_last_state_counts(self, read) -> None:
        events = [
            self.event("message_created"),
            self.event(
                "message_created",
                id="2",
                message_type="outgoing",
                content="helo",
                sender={"id": 3, "type": "user"},
            ),
            self.event(
                "message_updated",
                id="2",
                message_type="outgoing",
                content="hello",
                sender={"id": 3, "type": "user"},
            ),
            self.event("message_created"),
        ]
        session = read.one("\n".join(map(json.dumps, events)), "events.jsonl")
        assert session.session_id == "7"
        assert [m.text for m in session.messages] == ["Hi", "hello"]
        assert session.messages[0].sent_at == datetime(2020, 3, 3, 13, 5, 57, tzinfo=UTC)

    def test_a_deleted_message_is_recalled(self, read) -> None:
        session = read.one(
            self.event(
                "message_updated",
                content="",
                content_attributes={"deleted": True},
                updated_at="2020-03-03T13:06:00Z",
            )
        )
        assert session.messages[0].text == "[已撤回]"
        assert session.messages[0].recalled_at == datetime(2020, 3, 3, 13, 6, tzinfo=UTC)

    def test_a_rating(self, read) -> None:
        answer = {"submitted_values": {"csat_survey_response": {"rating": 2, "feedback_message": "slow"}}}
        session = read.one(
            self.event(
                "message_updated",
                message_type="template",
                content_type="input_csat",
                content_attributes=answer,
            )
        )
        assert [event.level for event in session.events] == [2]
        assert session.messages[0].content_type == "rating_invite"
