"""What a label is about: the content, the inspection that was looked at, and quotes that are really there."""

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from evaluators.types import ChatSession
from storage import inspections, sessions
from storage.errors import LabelInvalid
from storage.tables.sessions import InspectionRow, OutcomeRow


class Judged(NamedTuple):
    """The revision a label is about, and the outcome that was looked at (`inspection_id` None: none)."""

    session: ChatSession
    revision: int
    inspection_id: str | None
    rule_version: str


async def judged_by(
    db: AsyncSession,
    session_id: str,
    revision: int | None,
    rule_id: str,
    inspection_id: str | None,
    rule_version: str | None,
) -> Judged:
    """Raises `SessionNotFound`, `InspectionNotFound`, `LabelInvalid` where no version of the rule is known."""
    stored = await sessions.get(db, session_id, revision)
    found = inspection_id or await _newest(db, session_id, stored.revision, rule_id)
    version = None if found is None else await _version_in(db, found, rule_id, session_id, stored.revision)
    if rule_version is not None and version is not None and version != rule_version:
        if inspection_id is not None:
            raise LabelInvalid("rule_version", f"expected {version!r} as in inspection {inspection_id!r}")
        found, version = None, rule_version
    version = version or rule_version
    if version is None:
        raise LabelInvalid(
            "rule_version", "required: no inspection of this content has an outcome of the rule"
        )
    return Judged(stored.session, stored.revision, found, version)


async def _newest(db: AsyncSession, session_id: str, revision: int, rule_id: str) -> str | None:
    row = InspectionRow
    query = (
        select(col(row.inspection_id))
        .join(OutcomeRow, col(OutcomeRow.inspection_id) == col(row.inspection_id))
        .where(col(row.session_id) == session_id, col(row.revision) == revision, col(row.official))
        .where(col(OutcomeRow.rule_id) == rule_id)
        .order_by(col(row.inspected_at).desc(), col(row.inspection_id).desc())
        .limit(1)
    )
    return (await db.execute(query)).scalar_one_or_none()


async def _version_in(
    db: AsyncSession, inspection_id: str, rule_id: str, session_id: str, revision: int
) -> str | None:
    inspection = (await inspections.get(db, inspection_id)).inspection
    if (inspection.session_id, inspection.revision) != (session_id, revision):
        raise LabelInvalid("inspection_id", f"expected one of revision {revision} of session {session_id!r}")
    versions = {each.rule_id: each.rule_version for each in inspection.outcomes}
    return versions.get(rule_id)


def refuse_misquotes(session: ChatSession, message_ids: Sequence[str], quotes: Sequence[str]) -> None:
    """Raises `LabelInvalid` for a message that is not there, or words that none of the messages says."""
    texts = {message.message_id: message.text for message in session.messages}
    for place, message_id in enumerate(message_ids):
        if message_id not in texts:
            raise LabelInvalid(f"message_ids[{place}]", f"no message {message_id!r} in the session")
    cited = [texts[message_id] for message_id in message_ids]
    for place, quote in enumerate(quotes):
        if not quote or not any(quote in text for text in cited):
            raise LabelInvalid(f"quotes[{place}]", "expected words that one of `message_ids` says, verbatim")
