"""A rule on chats: what is published and the draft beside each other, with what they quote."""

import asyncio
import tempfile
from collections.abc import Sequence
from datetime import tzinfo
from pathlib import Path
from typing import NamedTuple

from api.console.language import Translator
from api.console.words import CAUSES, Pill, pill_of
from api.errors import ParameterInvalid
from calibration.drafts import Standard
from evaluators.engine.plan import compile_plan
from evaluators.inspection import inspect_session
from evaluators.judges.port import Judge
from evaluators.types import ChatSession, Outcome
from storage.errors import IntakeError
from storage.intake.reading import read_sessions
from storage.intake.records import BadRecord

#: Chats that are tried at once.
MOST = 20


class Said(NamedTuple):
    """What a rule says of a chat. `quotes`: verbatim; `texts`: the messages they stand in."""

    pill: Pill
    explanation: str
    quotes: tuple[str, ...]


class Tried(NamedTuple):
    """A chat under both. `changed`: the verdict, or what it quotes, is another."""

    session_id: str
    messages: int
    before: Said
    after: Said
    changed: bool


async def read_pasted(text: str, zone: tzinfo) -> list[ChatSession]:
    """Chats of any format that the intake knows. Raises `ParameterInvalid` naming the line."""
    return await asyncio.to_thread(_read, text, zone)


def _read(text: str, zone: tzinfo) -> list[ChatSession]:
    found: list[ChatSession] = []
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "chat"
        path.write_text(text, encoding="utf-8")
        try:
            for item in read_sessions(path, timezone=zone):
                if isinstance(item, BadRecord):
                    raise ParameterInvalid("chat", _told(item.line, item.field, item.message))
                found.append(item)
        except IntakeError as error:
            raise ParameterInvalid("chat", _told(error.line, error.field, error.reason)) from error
    if not found:
        raise ParameterInvalid("chat", "expected a chat")
    if len(found) > MOST:
        raise ParameterInvalid("chat", f"expected at most {MOST} chats, got {len(found)}")
    return found


def _told(line: int | None, field: str | None, message: str) -> str:
    place = ", ".join(filter(None, [f"line {line}" if line else "", field or ""]))
    return f"{place}: {message}" if place else message


async def try_on(
    sessions: Sequence[ChatSession],
    rule_id: str,
    now: Standard,
    draft: Standard,
    judge: Judge | None,
    t: Translator,
) -> list[Tried]:
    """The rule as its file says, without what a profile lays over it."""
    found = []
    for session in sessions:
        before, after = [await _outcome(session, rule_id, one, judge) for one in (now, draft)]
        found.append(
            Tried(
                session.session_id, len(session.messages), _said(before, now, t), _said(after, draft, t),
                _key(before) != _key(after),
            )
        )  # fmt: skip
    return found


async def _outcome(session: ChatSession, rule_id: str, standard: Standard, judge: Judge | None) -> Outcome:
    plan = compile_plan(standard.catalogue, [rule_id])
    return (await inspect_session(session, plan, judge))[0][0]


def _key(outcome: Outcome) -> tuple[object, ...]:
    return (outcome.verdict, outcome.reason_code, tuple(each.quote for each in outcome.evidence))


def _said(outcome: Outcome, standard: Standard, t: Translator) -> Said:
    rule = standard.catalogue.find(outcome.rule_id)
    return Said(
        pill_of(outcome, rule, t), outcome.explanation, tuple(each.quote for each in outcome.evidence)
    )


def verdict_words(verdict: str, t: Translator) -> str:
    """A verdict, or the cause why there is none, in words."""
    words = {
        "hit": t("命中|结论"),
        "no_hit": t("未命中"),
        "not_applicable": t("不适用"),
        "undetermined": t("待定"),
    }
    causes: dict[str, str] = {cause: t(told) for cause, told in CAUSES.items()}
    return words.get(verdict) or causes.get(verdict, verdict)
