"""What a naive rule gives back, and the helpers that build it."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from tests.benchmarks.rules.lists import PRECEDENCE
from tests.benchmarks.rules.talk import Line
from tests.benchmarks.rules.text import quote_span

Found = dict[str, Any]


def plain(verdict: str) -> Found:
    """A verdict with nothing else to say."""
    return {"verdict": verdict}


def hit(agent: str | None, evidence: Iterable[dict[str, Any]] = (), turns: Iterable[str] = ()) -> Found:
    """A hit. `turns`: ids of the messages that started the turns it is about."""
    return {"verdict": "hit", "agent_id": agent, "evidence": list(evidence), "turns": list(turns)}


def undetermined(reason: str, decides_at: datetime | None = None) -> Found:
    """No verdict, and why."""
    found: Found = {"verdict": "undetermined", "reason_code": reason}
    if reason == "window_open" and decides_at is not None:
        found["decides_at"] = decides_at.isoformat()
    return found


def first_reason(reasons: Iterable[str]) -> str:
    """The one that is named when there are several."""
    return min(reasons, key=PRECEDENCE.index)


def whole(line: Line) -> dict[str, Any]:
    """The whole message as evidence."""
    return part(line, 0, len(line.text))


def part(line: Line, start: int, end: int) -> dict[str, Any]:
    """A part of the message as evidence."""
    return {"message_id": line.id, "quote": line.text[start:end], "start": start, "end": end}


def quoted(line: Line, phrases: tuple[str, ...], exceptions: tuple[str, ...] = ()) -> dict[str, Any]:
    """The first phrase in the message as evidence; the whole message where it says none."""
    span = quote_span(line.text, phrases, exceptions)
    return part(line, *span) if span else whole(line)
