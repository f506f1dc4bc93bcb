"""Sessions and inspections to store."""

from datetime import UTC, datetime, timedelta
from typing import Any

from evaluators.types import AgentCard, Evidence, JudgeRef, Outcome, Scorecard
from storage.inspections import Inspection
from storage.jobs import Task
from storage.sessions import StoredSession

NOON = datetime(2026, 11, 1, 12, tzinfo=UTC)


def at(minutes: float = 0) -> str:
    """RFC 3339, `minutes` after noon."""
    return (NOON + timedelta(minutes=minutes)).isoformat()


def a_message(message_id: str, minutes: float = 0, text: str = "在吗", **fields: Any) -> dict[str, Any]:
    return {"message_id": message_id, "sent_at": at(minutes), "sender": "customer", "text": text, **fields}


def a_document(session_id: str = "s-1", **fields: Any) -> dict[str, Any]:
    """A session document with two messages, as a client would send it."""
    messages = [a_message("m1", 0), a_message("m2", 1, "您好", sender="agent", sender_id="a-1")]
    return {"session_id": session_id, "shop": "shop-a", "messages": messages, **fields}


def an_outcome(rule_id: str = "r", verdict: str = "no_hit", **fields: Any) -> Outcome:
    return Outcome(session_id="s-1", rule_id=rule_id, rule_version="sha256:r", verdict=verdict, **fields)  # type: ignore[arg-type]


def a_card(score: float = 100, **fields: Any) -> dict[str, Any]:
    sums = {
        "raw_total": score,
        "score": score,
        "red_line": False,
        "bonus": 0,
        "deductions": 0,
        "undetermined": 0,
    }
    return sums | fields


def an_inspection(session_id: str = "s-1", revision: int = 1, **fields: Any) -> Inspection:
    card = Scorecard(
        session_id=session_id, **a_card(90, deductions=-10), agents={"a-1": AgentCard(**a_card(90))}
    )
    given = {"catalogue_version": "sha256:c1", "outcomes": (), "scorecard": card} | fields
    return Inspection(session_id=session_id, revision=revision, **given)


FULL_OUTCOME = Outcome(
    session_id="s-1",
    rule_id="hostile_phrase",
    rule_version="sha256:x",
    verdict="hit",
    explanation="说了\0“烦不烦”",
    confidence=0.75,
    agent_id="a-1",
    score=-2.5,
    evidence=(Evidence("m2", "烦\0不烦😀", 0, 5),),
    judge=JudgeRef(name="vllm", model="qwen", prompt_version="sha256:p"),
)


async def inspect(stored: StoredSession, task: Task) -> Inspection:
    """A handler that finds nothing."""
    return an_inspection(task.session_id, task.revision, outcomes=(an_outcome(),))
