"""Report queries over the latest inspection of each session. Undetermined is counted by cause, never as a verdict."""

from datetime import datetime
from typing import Literal

import msgspec
from sqlalchemy.ext.asyncio import AsyncSession


class ReportFilters(msgspec.Struct, frozen=True, kw_only=True):
    """All given conditions must hold. `started_from` is inclusive, `started_to` exclusive."""

    shop: str | None = None
    group: str | None = None
    agent: str | None = None
    started_from: datetime | None = None
    started_to: datetime | None = None


class Overview(msgspec.Struct, frozen=True, kw_only=True):
    """`sessions = inspected + not_inspected`. Scores are means over inspected sessions (None: none)."""

    sessions: int
    inspected: int
    not_inspected: int
    mean_score: float | None
    red_line_sessions: int
    sessions_with_undetermined: int


class RuleCounts(msgspec.Struct, frozen=True, kw_only=True):
    """How often a rule hit, and out of what. `agent_id` None: charged to no agent, or not asked per agent.

    `undetermined` maps each cause to its number. `decided = hit + no_hit` is the denominator of a hit rate.
    """

    rule_id: str
    agent_id: str | None
    hit: int
    no_hit: int
    not_applicable: int
    undetermined: dict[str, int]

    @property
    def decided(self) -> int:
        return self.hit + self.no_hit


class ScoreSummary(msgspec.Struct, frozen=True, kw_only=True):
    """Scores of one agent, group or shop. `red_lines` counts sessions with a red-line hit of theirs."""

    key: str | None
    sessions: int
    mean_score: float
    lowest_score: float
    red_lines: int
    bonus: float
    deductions: float
    undetermined: int


class ReplyTimeSummary(msgspec.Struct, frozen=True, kw_only=True):
    """Means in seconds over the sessions that have one; `sessions` with any reply time."""

    sessions: int
    first_reply: float | None
    first_human_reply: float | None
    average_reply: float | None


async def overview(db: AsyncSession, filters: ReportFilters) -> Overview:
    """The head line of a report."""
    raise NotImplementedError


async def rule_counts(db: AsyncSession, filters: ReportFilters) -> tuple[RuleCounts, ...]:
    """Per rule over sessions, by rule id."""
    raise NotImplementedError


async def agent_rule_counts(db: AsyncSession, filters: ReportFilters) -> tuple[RuleCounts, ...]:
    """Agents x rules, by agent and rule id. An agent's denominator is the sessions they served in which the rule was decided.

    A hit counts for the agent it is charged to and as `no_hit` for the others who served; one charged to nobody
    stands under `agent_id` None. Any other outcome counts for its agent, or for everyone who served if it names none.
    """
    raise NotImplementedError


async def scores(
    db: AsyncSession, filters: ReportFilters, *, by: Literal["agent", "group", "shop"]
) -> tuple[ScoreSummary, ...]:
    """Scores and red lines per agent (their own cards), group or shop (session cards), by key."""
    raise NotImplementedError


async def satisfaction(db: AsyncSession, filters: ReportFilters) -> dict[int | None, int]:
    """Sessions by level of the last rating, 1-5, None: not rated. All six keys are there."""
    raise NotImplementedError


async def reply_times(db: AsyncSession, filters: ReportFilters) -> ReplyTimeSummary:
    """Reply times of the latest inspections that carry them."""
    raise NotImplementedError
