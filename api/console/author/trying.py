"""A rule on chats: what is published and the draft beside each other, with what they quote."""

import asyncio
import tempfile
from collections.abc import Sequence
from datetime import tzinfo
from pathlib import Path
from typing import NamedTuple

from api.console.author.drafting import RuleText
from api.console.language import Translator
from api.console.words import CAUSES, Pill, act_pill, pill_of
from api.errors import ParameterInvalid
from api.inspecting.editions import Edition
from evaluators.engine.plan import compile_plan
from evaluators.inspection import inspect_session
from evaluators.judges.answers import NOBODY_ASKED, Unanswered
from evaluators.judges.verification import verified
from evaluators.timeline.timeline import Timeline
from evaluators.types import ChatSession
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
    sessions: Sequence[ChatSession], rule: RuleText, now: Edition, draft: Edition, t: Translator
) -> list[Tried]:
    """The rule as its text says, without what a profile lays over it; a signal as the judge finds it."""
    found = []
    for session in sessions:
        before, after = [await _said(session, rule, edition, t) for edition in (now, draft)]
        changed = before != after._replace(explanation=before.explanation)
        found.append(Tried(session.session_id, len(session.messages), before, after, changed))
    return found


async def _said(session: ChatSession, rule: RuleText, edition: Edition, t: Translator) -> Said:
    if rule.is_signal:
        return await _said_of_act(session, rule.rule_id, edition, t)
    plan = compile_plan(edition.standard.catalogue, [rule.rule_id])
    outcome = (await inspect_session(session, plan, edition.judge))[0][0]
    pill = pill_of(outcome, edition.standard.catalogue.find(rule.rule_id), t)
    return Said(pill, outcome.explanation, tuple(each.quote for each in outcome.evidence))


async def _said_of_act(session: ChatSession, act: str, edition: Edition, t: Translator) -> Said:
    timeline = Timeline(session)
    told = NOBODY_ASKED if edition.judge is None else await edition.judge.answer(session, [act])
    answer = verified(timeline, told).get(act, Unanswered(reason_code="judge_unavailable"))
    if isinstance(answer, Unanswered):
        return Said(act_pill(answer.reason_code, t), answer.detail, ())
    quotes = []
    for message in timeline.messages:
        if message.message_id in answer.messages:
            span = answer.spans.get(message.message_id or "")
            quotes.append(message.text[span.start : span.end] if span else message.text)
    return Said(act_pill("found" if quotes else "absent", t), answer.reason, tuple(quotes))


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
