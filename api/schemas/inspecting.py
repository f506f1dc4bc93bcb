"""Shapes that only the REST service has. Sessions, outcomes and scorecards are those of `evaluators.types`."""

from datetime import datetime
from typing import Any, Literal

import msgspec
from pydantic import BaseModel, ConfigDict, Field

from api.rest.problems import ProblemError
from evaluators.grammar.kinds import Rule
from evaluators.scoring.scorecard import ScoreLine
from evaluators.types import Outcome, Scorecard
from storage.automation.gate import Standing
from storage.inspections import Inspection


class SubmittedRecord(BaseModel):
    """What became of one record. `index` counts from 0, `line` from 1 (NDJSON only)."""

    index: int
    line: int | None = None
    session_id: str | None = None
    status: Literal["accepted", "unchanged", "rejected"]
    revision: int | None = Field(None, description="1 for a new session, one more for every new content")
    error: ProblemError | None = Field(None, description="why the record was rejected")


class SubmissionReport(BaseModel):
    """What became of a submission. `job_id` is null when nothing is new: then there is nothing to inspect."""

    job_id: str | None
    accepted: int
    unchanged: int
    rejected: int
    records: list[SubmittedRecord]


class ProfileChange(BaseModel):
    """A new version of a profile."""

    model_config = ConfigDict(extra="forbid")
    document: dict[str, Any] = Field(description="the profile: what its TOML file would say")
    reason: str = Field("", max_length=2000, description="why; goes into the audit trail")
    base_version: int | None = Field(
        None, ge=0, description="the version you edited: a change by somebody else since then is a conflict"
    )
    hot_fix: bool = Field(
        False, description="in force at once instead of at 00:00; needs a reason and the role admin"
    )
    replaces_pending: bool = Field(False, description="a hot fix drops the version that waits for 00:00")


class ProfileAssignment(BaseModel):
    """Which profile a shop uses from 00:00 of the next day."""

    model_config = ConfigDict(extra="forbid")
    profile: str = Field(min_length=1)
    reason: str = Field("", max_length=2000, description="why; goes into the audit trail")


class SessionView(msgspec.Struct, frozen=True, kw_only=True):
    """A stored session. `session` is what was handed in, unknown fields included."""

    session_id: str
    revision: int
    received_at: datetime
    content_hash: str
    session: dict[str, Any]


class InspectionView(msgspec.Struct, frozen=True, kw_only=True):
    """An inspection as kept, with the arithmetic of its score line by line.

    `arithmetic` is null when the rules or the profile of that version are not here any more. `not_counted`: rules
    whose hit people have overturned or still have to confirm; `corrected` is the card without them (null: all hits
    count, or the rules are not here any more). `standings`: of rules that are certified, whether the verdict reached the
    threshold then and acts by itself.
    """

    inspection_id: str
    inspected_at: datetime
    inspection: Inspection
    arithmetic: tuple[ScoreLine, ...] | None
    not_counted: tuple[str, ...] = ()
    standings: dict[str, Standing] = {}
    corrected: Scorecard | None = None


class Trial(msgspec.Struct, frozen=True, kw_only=True):
    """An inspection that was not kept."""

    session_id: str
    catalogue_version: str
    profile_version: str
    judge_version: str
    outcomes: tuple[Outcome, ...]
    scorecard: Scorecard
    arithmetic: tuple[ScoreLine, ...]


class SessionScorecard(msgspec.Struct, frozen=True, kw_only=True):
    """The card of a session, from its latest inspection."""

    inspection_id: str
    shop: str | None
    started_at: datetime
    scorecard: Scorecard


class ScorecardPage(msgspec.Struct, frozen=True, kw_only=True):
    """`next_cursor` is null on the last page."""

    items: tuple[SessionScorecard, ...]
    next_cursor: str | None


class CatalogueView(msgspec.Struct, frozen=True):
    """All rules of one version."""

    version: str
    rules: tuple[Rule, ...]
    rule_versions: dict[str, str]


class RuleView(msgspec.Struct, frozen=True):
    """One rule and its version."""

    rule: Rule
    version: str


class ProfileSummary(msgspec.Struct, frozen=True, kw_only=True):
    """A line of the list. `newest_version` is null for a built-in profile never changed here."""

    name: str
    built_in: bool
    newest_version: int | None
    effective_from: datetime | None


class ProfileView(msgspec.Struct, frozen=True, kw_only=True):
    """The document of a profile. `version` is null for the built-in one."""

    name: str
    version: int | None
    effective_from: datetime | None
    document: dict[str, Any]


class Assignment(msgspec.Struct, frozen=True):
    """`profile` is in force for `shop` (null: every shop without its own) at `at`."""

    shop: str | None
    profile: str
    at: datetime


class Check(msgspec.Struct, frozen=True, kw_only=True):
    """One thing the service needs."""

    ok: bool
    detail: str


class Readiness(msgspec.Struct, frozen=True, kw_only=True):
    """Whether the service can work, and what it was that was looked at."""

    ready: bool
    checks: dict[str, Check]


class ProblemPage(msgspec.Struct, frozen=True):
    """What a kind of problem means."""

    slug: str
    title: str
    status: int
    meaning: str
