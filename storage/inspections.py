"""Inspections: all outcomes of one session revision under one catalogue version. Append-only."""

from datetime import datetime

import msgspec
from sqlalchemy.ext.asyncio import AsyncSession

from evaluators.types import Outcome, Scorecard


class ReplyTimes(msgspec.Struct, frozen=True, kw_only=True):
    """Seconds; None where the session has no such reply."""

    first_reply: float | None = None
    first_human_reply: float | None = None
    average_reply: float | None = None


class Inspection(msgspec.Struct, frozen=True, kw_only=True):
    """What is kept of one inspection. `outcomes` in catalogue order, one per rule.

    Key: session_id, revision, catalogue_version, profile_version, judge_version, attempt: nothing is inspected twice under the same key.
    `profile_version` such as `default@3`, "" for the built-in one; `judge_version` names judge, model and prompts, "none" without a judge.
    `official=False` (dry run, as-of) is kept but never becomes the session's latest inspection.
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


class Saved(msgspec.Struct, frozen=True, kw_only=True):
    """`created` is False when the inspection of that key was there already: then nothing was written."""

    inspection_id: str
    created: bool


class StoredInspection(msgspec.Struct, frozen=True, kw_only=True):
    """An inspection as kept."""

    inspection_id: str
    inspected_at: datetime
    inspection: Inspection


async def save(db: AsyncSession, inspection: Inspection, *, now: datetime | None = None) -> Saved:
    """Keeps an inspection and makes it the latest of its session unless a newer revision has one.

    Raises `SessionNotFound`. Does not commit.
    """
    raise NotImplementedError


async def get(db: AsyncSession, inspection_id: str) -> StoredInspection:
    """With outcomes, evidence and scorecards. Raises `InspectionNotFound`."""
    raise NotImplementedError


async def latest(db: AsyncSession, session_id: str) -> StoredInspection:
    """The latest official inspection. Raises `SessionNotFound`, `InspectionNotFound`."""
    raise NotImplementedError


async def history(db: AsyncSession, session_id: str) -> tuple[StoredInspection, ...]:
    """All inspections of a session, newest first. Raises `SessionNotFound`."""
    raise NotImplementedError


async def exists(
    db: AsyncSession,
    session_id: str,
    revision: int,
    *,
    catalogue_version: str,
    profile_version: str = "",
    judge_version: str = "none",
    attempt: int = 1,
) -> str | None:
    """The id of the inspection of that key, if any: lets a worker skip the work before it asks a judge."""
    raise NotImplementedError
