"""An inspection as rows, and back."""

from datetime import datetime
from typing import Any

import msgspec

from evaluators.types import Outcome, Scorecard
from storage.tables.sessions import InspectionRow


class ReplyTimes(msgspec.Struct, frozen=True, kw_only=True):
    """Seconds; None where the session has no such reply."""

    first_reply: float | None = None
    first_human_reply: float | None = None
    average_reply: float | None = None


class Inspection(msgspec.Struct, frozen=True, kw_only=True):
    """What is kept of one inspection. `outcomes` in catalogue order, one per rule.

    Key: session_id, revision, catalogue_version, profile_version, judge_version, attempt; nothing is
    inspected twice under the same key. `profile_version`: such as `default@3`, "" for the built-in one.
    `judge_version` names judge, model and prompts, "none" without a judge. `official=False` (dry run,
    as-of) is kept but never becomes the latest inspection.
    """

    session_id: str
    revision: int
    catalogue_version: str
    outcomes: tuple[Outcome, ...]
    scorecard: Scorecard
    profile_version: str = ""
    judge_version: str = "none"
    attempt: int = 1
    official: bool = True
    reply_times: ReplyTimes | None = None


class StoredInspection(msgspec.Struct, frozen=True, kw_only=True):
    """An inspection as kept."""

    inspection_id: str
    inspected_at: datetime
    inspection: Inspection


def to_row(inspection: Inspection, inspection_id: str, inspected_at: datetime) -> dict[str, Any]:
    """The columns of `inspections`."""
    card, times = inspection.scorecard, inspection.reply_times or ReplyTimes()
    return {
        "inspection_id": inspection_id,
        "session_id": inspection.session_id,
        "revision": inspection.revision,
        "catalogue_version": inspection.catalogue_version,
        "profile_version": inspection.profile_version,
        "judge_version": inspection.judge_version,
        "attempt": inspection.attempt,
        "official": inspection.official,
        "inspected_at": inspected_at,
        "raw_total": card.raw_total,
        "score": card.score,
        "red_line": card.red_line,
        "bonus": card.bonus,
        "deductions": card.deductions,
        "undetermined": card.undetermined,
        "hits": sum(outcome.verdict == "hit" for outcome in inspection.outcomes),
        **msgspec.structs.asdict(times),
        "scorecard": msgspec.json.encode(card).decode(),
        "outcomes": msgspec.json.encode(inspection.outcomes).decode(),
    }


def outcome_rows(inspection: Inspection, inspection_id: str) -> list[dict[str, Any]]:
    """One row of `outcomes` per outcome, in order."""
    return [
        {
            "inspection_id": inspection_id,
            "position": position,
            "rule_id": outcome.rule_id,
            "verdict": outcome.verdict,
            "reason_code": outcome.reason_code,
            "agent_id": outcome.agent_id,
            "score": outcome.score,
            "confidence": outcome.confidence,
            "judge_name": outcome.judge.name if outcome.judge else None,
        }
        for position, outcome in enumerate(inspection.outcomes)
    ]


def card_rows(inspection: Inspection, inspection_id: str) -> list[dict[str, Any]]:
    """One row of `agent_cards` per agent."""
    return [
        {"inspection_id": inspection_id, "agent_id": agent_id, **msgspec.structs.asdict(card)}
        for agent_id, card in inspection.scorecard.agents.items()
    ]


def from_row(row: InspectionRow) -> StoredInspection:
    """Exactly what was saved."""
    times = ReplyTimes(
        first_reply=row.first_reply, first_human_reply=row.first_human_reply, average_reply=row.average_reply
    )
    inspection = Inspection(
        session_id=row.session_id,
        revision=row.revision,
        catalogue_version=row.catalogue_version,
        outcomes=msgspec.json.decode(row.outcomes, type=tuple[Outcome, ...]),
        scorecard=msgspec.json.decode(row.scorecard, type=Scorecard),
        profile_version=row.profile_version,
        judge_version=row.judge_version,
        attempt=row.attempt,
        official=row.official,
        reply_times=None if times == ReplyTimes() else times,
    )
    return StoredInspection(
        inspection_id=row.inspection_id, inspected_at=row.inspected_at, inspection=inspection
    )
