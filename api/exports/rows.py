"""What the database holds as rows of a table, for CSV, Excel and JSON lines."""

from collections.abc import Callable, Iterator, Mapping
from itertools import zip_longest
from typing import Literal

import msgspec

from api.exports.stored import Kept
from evaluators.grammar.kinds import Rule
from evaluators.types import AgentCard, Outcome, Scorecard
from storage.labels import Label

Cell = str | int | float | bool | None
Row = dict[str, Cell]
What = Literal["sessions", "outcomes", "scorecards"]
_OVERTURNED = ("not_counted_because", "overturned_by", "overturned_at", "overturned_reason")
_encoder = msgspec.json.Encoder()


def rows_of(what: str, rules: Mapping[str, Rule]) -> Callable[[Kept], Iterator[Row]]:
    """How a session with its inspection becomes rows of `What`. `rules` by id."""
    kinds: dict[str, Callable[[Kept], Iterator[Row]]] = {
        "outcomes": lambda kept: outcome_rows(kept, rules), "scorecards": scorecard_rows, "sessions": message_rows,
    }  # fmt: skip
    return kinds[what]


def json_lines(what: str, kept: Kept) -> bytes:
    """JSON lines in the shapes of the contract; nothing of a session that was not inspected."""
    if what == "sessions":
        return kept.stored.document + b"\n"
    if kept.inspection is None:
        return b""
    if what == "scorecards":
        return _encoder.encode(kept.card) + b"\n"
    return _encoder.encode_lines(kept.inspection.inspection.outcomes)


def outcome_rows(kept: Kept, rules: Mapping[str, Rule]) -> Iterator[Row]:
    """One row per outcome. `evidence`: `m9: 原话`, one line each. A rule that is gone has no number and title.

    `effective_verdict`: as reports count it; the columns after it say why a hit does not count, and who said so when.
    """
    if kept.inspection is None:
        return
    for outcome in kept.inspection.inspection.outcomes:
        rule = rules.get(outcome.rule_id)
        yield _session(kept) | {
            "rule_id": outcome.rule_id, "number": rule.number if rule else None,
            "title": rule.title if rule else None, "verdict": outcome.verdict, **_effect(kept, outcome),
            "reason_code": outcome.reason_code, "score": outcome.score, "agent_id": outcome.agent_id,
            "explanation": outcome.explanation, "evidence": _evidence(outcome),
            "confidence": outcome.confidence, "decides_at": outcome.decides_at,
            "judge": outcome.judge.name if outcome.judge else None, "rule_version": outcome.rule_version,
        }  # fmt: skip


def _effect(kept: Kept, outcome: Outcome) -> Row:
    """`because`: `misjudged` and `appeal` are people's, `stage`: the rule is not let loose on scores (yet)."""
    off = kept.correction is not None and outcome.rule_id in kept.correction.not_counted
    if not off or outcome.verdict != "hit":
        return {"effective_verdict": outcome.verdict} | dict.fromkeys(_OVERTURNED)
    override = kept.overrides.get(outcome.rule_id)
    said: tuple[str, ...] = ("stage",)
    if override is not None:
        said = override.cause, override.actor, override.at.isoformat(), override.reason
    effect: Row = {"effective_verdict": "no_hit"}
    return effect | dict(zip_longest(_OVERTURNED, said))


def scorecard_rows(kept: Kept) -> Iterator[Row]:
    """A row for the session (`agent_id` empty), then one for each agent in it."""
    card = kept.card
    if card is None:
        return
    yield _session(kept) | {"agent_id": None} | _sums(card)
    for agent_id, own in card.agents.items():
        yield _session(kept) | {"agent_id": agent_id} | _sums(own)


def message_rows(kept: Kept) -> Iterator[Row]:
    """One row per message: what `mingjian import` reads back, events and agents aside."""
    for message in kept.stored.session.messages:
        yield {
            "session_id": kept.stored.session.session_id, "platform": kept.stored.session.platform,
            "shop": kept.stored.session.shop, "group": kept.stored.session.group,
            "customer_id": kept.stored.session.customer_id, "message_id": message.message_id,
            "sent_at": str(message.sent_at) if message.sent_at else None, "sender": message.sender,
            "sender_id": message.sender_id, "content_type": message.content_type, "text": message.text,
        }  # fmt: skip


def label_row(label: Label, rules: Mapping[str, Rule]) -> Row:
    """One row per label, as it was given. `message_ids` and `quotes`: one line each."""
    rule = rules.get(label.rule_id)
    return {
        "label_id": label.label_id, "session_id": label.session_id, "revision": label.revision,
        "rule_id": label.rule_id, "number": rule.number if rule else None, "title": rule.title if rule else None,
        "verdict": label.verdict, "labeller": label.labeller, "labelled_at": label.labelled_at.isoformat(),
        "source": label.source, "inclusion_probability": label.inclusion_probability,
        "rule_version": label.rule_version, "message_ids": "\n".join(label.message_ids),
        "quotes": "\n".join(label.quotes), "note": label.note, "inspection_id": label.inspection_id,
        "supersedes": label.supersedes, "current": label.current,
    }  # fmt: skip


def _session(kept: Kept) -> Row:
    session = kept.stored.session
    started = session.started_at or next((each.sent_at for each in session.messages), None)
    return {
        "session_id": session.session_id, "shop": session.shop, "group": session.group,
        "started_at": str(started) if started else None,
    }  # fmt: skip


def _evidence(outcome: Outcome) -> str:
    return "\n".join(f"{evidence.message_id}: {evidence.quote}" for evidence in outcome.evidence)


def _sums(card: Scorecard | AgentCard) -> Row:
    names = ("score", "raw_total", "bonus", "deductions", "red_line", "undetermined")
    return {name: getattr(card, name) for name in names}
