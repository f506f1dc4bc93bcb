"""Zendesk tickets with their comments: an export, or `tickets/{id}/comments` beside its ticket."""

from collections.abc import Iterator
from datetime import datetime

from evaluators.errors import SessionInvalid
from storage.intake.markup import visible_text
from storage.intake.records import Draft, Node, drafts

_ROLES = {"end-user": "customer", "agent": "agent", "admin": "agent", "system": "system", "bot": "bot"}
#: Zendesk asks "satisfied or not", nothing finer.
_RATINGS = {"good": 4, "bad": 2}
#: Channels of comments that no person wrote: triggers and automations.
_AUTOMATIC = ("rule", "system")
_ANSWER_BOT = "answer_bot"


def recognises(record: Node) -> bool:
    tickets = record.raw("tickets")
    if isinstance(tickets, list):
        return any(isinstance(ticket, dict) and "comments" in ticket for ticket in tickets)
    return isinstance(record.raw("comments"), list)


def sessions(record: Node) -> Iterator[Draft | SessionInvalid]:
    users = _roles(record.children("users"))
    if "tickets" in record.fields:
        return drafts(record.children("tickets"), lambda ticket: _session(ticket, ticket, users))
    ticket = record.child("ticket") or record
    return drafts([record], lambda holder: _session(ticket, holder, users))


def _session(ticket: Node, holder: Node, users: dict[str, str]) -> Draft:
    session_id = ticket.text("id") or ticket.text("ticket_id")
    if session_id is None:
        raise ticket.wrong("id", "required, but missing (comments alone do not say of which ticket)")
    known = _sides(ticket, users | _roles(holder.children("users")))
    public = [comment for comment in holder.children("comments") if comment.raw("public") is not False]
    messages = [_message(comment, known, ticket) for comment in public]
    ended_at = _ended_at(ticket)
    return {
        "session_id": session_id,
        "platform": "zendesk",
        "group": ticket.text("group_id"),
        "customer_id": _person(ticket, "requester"),
        "started_at": ticket.instant("created_at"),
        "ended_at": ended_at,
        "messages": messages,
        "events": _rating(ticket, ended_at),
    }


def _message(comment: Node, known: dict[str, str], ticket: Node) -> Draft:
    text, kind = _content(comment)
    return {
        "message_id": comment.text("id"),
        "sent_at": comment.instant("created_at"),
        "sender": _sender(comment, known, ticket),
        "sender_id": _person(comment, "author"),
        "text": text,
        "content_type": kind,
    }


def _sender(comment: Node, known: dict[str, str], ticket: Node) -> str:
    via = comment.child("via")
    channel = (via.text("channel") if via else None) or ""
    if channel in _AUTOMATIC or channel.startswith(_ANSWER_BOT):
        return "bot" if channel.startswith(_ANSWER_BOT) else "auto_reply"
    person, author = _person(comment, "author"), comment.child("author")
    if person is None:
        raise comment.wrong("author_id", "required, but missing")
    if person not in known and author is not None and author.text("role") in _ROLES:
        return _ROLES[author.required("role")]
    if person not in known and person != "-1" and _person(ticket, "requester") is None:
        raise comment.wrong(
            "author_id", f"cannot tell whose side {person} is on: give the requester or the users"
        )
    # Who writes in public, is not the requester and was not copied in, works here; -1 is Zendesk itself.
    return known.get(person, "system" if person == "-1" else "agent")


def _roles(users: list[Node]) -> dict[str, str]:
    known = {}
    for user in users:
        role = user.required("role")
        if role not in _ROLES:
            raise user.wrong("role", f"expected one of {', '.join(_ROLES)}, got {role!r}")
        known[user.required("id")] = _ROLES[role]
    return known


def _sides(ticket: Node, users: dict[str, str]) -> dict[str, str]:
    """Who is on which side: a requester always asks, people copied in do unless they work here."""
    copied = ticket.texts("collaborator_ids") + ticket.texts("email_cc_ids")
    sides = dict.fromkeys(copied, "customer") | users
    if (assignee := _person(ticket, "assignee")) and assignee not in sides:
        sides[assignee] = "agent"
    if requester := _person(ticket, "requester"):
        sides[requester] = "customer"
    return sides


def _person(node: Node, part: str) -> str | None:
    """`author_id`, or the id of a nested `author`."""
    nested = node.child(part)
    return node.text(f"{part}_id") or (nested.text("id") if nested else None)


def _content(comment: Node) -> tuple[str, str]:
    text = (
        comment.text("plain_body") or comment.text("body") or visible_text(comment.text("html_body") or "")[0]
    )
    kind = "voice" if comment.raw("type") == "VoiceComment" else "text"
    attachments = comment.children("attachments")
    if text.strip() or not attachments:
        if not text and kind == "text":
            raise comment.wrong("body", "expected a non-empty string")
        return text, kind
    media = (attachments[0].text("content_type") or "").partition("/")[0]
    return attachments[0].text("file_name") or "", {"image": "image", "video": "video", "audio": "voice"}.get(
        media, "file"
    )


def _ended_at(ticket: Node) -> datetime | None:
    if ticket.raw("status") not in ("solved", "closed"):
        return None
    metrics = ticket.child("metric_set")
    return (metrics.instant("solved_at") if metrics else None) or ticket.instant("updated_at")


def _rating(ticket: Node, ended_at: datetime | None) -> list[Draft]:
    rating = ticket.child("satisfaction_rating")
    level = _RATINGS.get(str(rating.raw("score"))) if rating else None
    at = (rating.instant("updated_at") or rating.instant("created_at") or ended_at) if rating else None
    if level is None or at is None:
        return []
    return [{"type": "rating", "at": at, "level": level, "agent_id": _person(ticket, "assignee")}]
