"""Zendesk: tickets with their comments."""

from datetime import UTC, datetime
from typing import Any

import pytest


def comment(id: int = 1, author_id: int = 500, **changes: Any) -> dict[str, Any]:
    return {
        "id": id, "type": "Comment", "author_id": author_id, "body": "The smoke is very colorful.",
        "html_body": "<p>The smoke is very colorful.</p>", "plain_body": "The smoke is very colorful.", "public": True,
        "attachments": [], "audit_id": 1, "via": {"channel": "web", "source": {"from": {}, "to": {}, "rel": None}},
        "created_at": "2026-10-02T08:00:00Z", "metadata": {"system": {}}, **changes,
    }  # fmt: skip


def ticket(*comments: dict[str, Any], **changes: Any) -> dict[str, Any]:
    return {
        "id": 35436, "subject": "Help, my printer is on fire!", "status": "open", "requester_id": 500,
        "submitter_id": 500, "assignee_id": 700, "group_id": 98738, "collaborator_ids": [], "email_cc_ids": [],
        "created_at": "2026-10-02T08:00:00Z", "updated_at": "2026-10-02T09:00:00Z",
        "satisfaction_rating": {"score": "unoffered"}, "comments": list(comments or [comment()]), **changes,
    }  # fmt: skip


USERS = [
    {"id": 500, "name": "Ann", "role": "end-user"},
    {"id": 700, "name": "Bob", "role": "agent"},
    {"id": 800, "name": "Cy", "role": "admin"},
    {"id": 900, "name": "Di", "role": "end-user"},
]


@pytest.mark.parametrize(
    ("record", "field", "expected"),
    [
        ({"comments": [comment()], "users": USERS}, "id", "comments alone do not say of which ticket"),
        (ticket(comment(author_id=None)), "comments[0].author_id", "required, but missing"),
        (
            ticket(comment(author_id=1), requester_id=None),
            "comments[0].author_id",
            "cannot tell whose side 1",
        ),
        (
            ticket(comment(body="", plain_body="", html_body="")),
            "comments[0].body",
            "expected a non-empty string",
        ),
        (ticket(comment(created_at="soon")), "comments[0].created_at", "expected a time"),
        (ticket(comment(), 5), "comments[1]", "expected an object"),
        (ticket() | {"users": [{"id": 1, "role": "boss"}]}, "users[0].role", "expected one of end-user"),
    ],
)
def test_what_is_wrong_is_named(read, record: dict[str, Any], field: str, expected: str) -> None:
    _, found, message = read.bad(record, format="zendesk")
    assert found == field
    assert expected in message


def test_private_notes_are_dropped(read) -> None:
    session = read.one(ticket(comment(1), comment(2, 700, public=False, body="他是VIP"), comment(3, 700)))
    assert [m.message_id for m in session.messages] == ["1", "3"]


@pytest.mark.parametrize(
    ("author", "users", "sender"),
    [
        (500, [], "customer"),
        (700, [], "agent"),
        (800, [], "agent"),
        (-1, [], "system"),
        (900, USERS, "customer"),
        (800, USERS, "agent"),
        (500, [{"id": 500, "role": "agent"}], "customer"),
    ],
)
@pytest.mark.parametrize("where", ["beside", "inside"])
def test_sides(read, author: int, users: list[dict[str, Any]], sender: str, where: str) -> None:
    one = ticket(comment(author_id=author))
    record = {"tickets": [one], "users": users} if where == "beside" else {**one, "users": users}
    [message] = read.one(record).messages
    assert (message.sender, message.sender_id) == (sender, str(author))


def test_who_was_copied_in_asks_unless_they_work_here(read) -> None:
    copied = ticket(comment(1, 900), comment(2, 700), collaborator_ids=[900], email_cc_ids=[700])
    assert [m.sender for m in read.one({**copied, "users": USERS[1:2]}).messages] == ["customer", "agent"]


@pytest.mark.parametrize(
    ("channel", "sender"),
    [
        ("rule", "auto_reply"),
        ("system", "auto_reply"),
        ("answer_bot_for_web_widget", "bot"),
        ("email", "agent"),
    ],
)
def test_what_no_person_wrote(read, channel: str, sender: str) -> None:
    assert read.one(ticket(comment(author_id=700, via={"channel": channel}))).messages[0].sender == sender


def test_people_nested_as_in_the_full_export(read) -> None:
    nested = ticket(comment(author_id=None, author={"id": 700, "role": "agent"}), comment(2))
    nested |= {"requester_id": None, "requester": {"id": 500, "name": "Ann"}, "assignee_id": None}
    session = read.one(nested)
    assert [(m.sender, m.sender_id) for m in session.messages] == [("agent", "700"), ("customer", "500")]
    assert session.customer_id == "500"


@pytest.mark.parametrize(
    ("changes", "ended_at"),
    [
        ({"status": "pending"}, None),
        ({"status": "solved"}, datetime(2026, 10, 2, 9, tzinfo=UTC)),
        (
            {"status": "closed", "metric_set": {"solved_at": "2026-10-02T08:30:00Z"}},
            datetime(2026, 10, 2, 8, 30, tzinfo=UTC),
        ),
    ],
)
def test_when_it_is_over(read, changes: dict[str, Any], ended_at: datetime | None) -> None:
    assert read.one(ticket(**changes)).ended_at == ended_at


@pytest.mark.parametrize(
    ("score", "levels"), [("good", [4]), ("bad", [2]), ("offered", []), ("unoffered", [])]
)
def test_ratings(read, score: str, levels: list[int]) -> None:
    session = read.one(ticket(status="solved", satisfaction_rating={"score": score, "id": 1, "comment": ""}))
    assert [(event.level, event.agent_id) for event in session.events] == [(level, "700") for level in levels]


def test_bodies(read) -> None:
    image = {"file_name": "crash.png", "content_type": "image/png", "size": 2532}
    session = read.one(
        ticket(
            comment(1, plain_body=None, body=None, html_body="<div>Hi<br>there &amp; you</div>"),
            comment(2, plain_body="", body="", html_body="", attachments=[image]),
            comment(3, attachments=[image]),
            comment(4, type="VoiceComment", body="Call from +1"),
        )
    )
    assert [(m.text, m.content_type) for m in session.messages] == [
        ("Hi\nthere & you", "text"),
        ("crash.png", "image"),
        ("The smoke is very colorful.", "text"),
        ("The smoke is very colorful.", "voice"),
    ]


def test_ticket_beside_its_comments(read) -> None:
    whole = ticket(comment())
    comments = whole.pop("comments")
    session = read.one({"ticket": whole, "comments": comments, "users": USERS, "count": 1})
    assert (session.session_id, session.group, session.platform) == ("35436", "98738", "zendesk")
