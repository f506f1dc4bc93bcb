"""What a report says, as values. Every rate comes with its denominator; undetermined is never in one."""

from datetime import datetime
from typing import Literal

from msgspec import Struct

from evaluators.reply_metrics.metrics import ReplyMetrics
from evaluators.scoring.points import Points


class Quote(Struct, frozen=True, kw_only=True):
    """A red line with the words that crossed it. `at`: when they were sent; `rule`: its title."""

    session_id: str
    shop: str | None
    agent_id: str | None
    rule_id: str
    rule: str
    quotes: tuple[str, ...]
    at: datetime | None
    explanation: str
    needs_human_confirm: bool


class RuleFigures(Struct, frozen=True, kw_only=True):
    """One rule over all sessions. `points`: what its hits put on the cards; `not_scored`: hits that another
    hit outweighed (exclusion groups, caps)."""

    rule_id: str
    number: str | None
    title: str
    alert: str
    score: Points | None
    red_line: bool
    hit: int = 0
    no_hit: int = 0
    not_applicable: int = 0
    undetermined: int = 0
    not_scored: int = 0
    points: Points = 0

    @property
    def decided(self) -> int:
        """Sessions in which the rule applied and was decided: the denominator of its hit rate."""
        return self.hit + self.no_hit


class AgentFigures(Struct, frozen=True, kw_only=True):
    """One agent. Scores are of the agent's own cards. `top`: faults as (title, sessions), most first.
    `replies`: answered turns; `mean_reply`: their mean in seconds."""

    agent_id: str
    name: str | None
    kind: Literal["human", "bot"]
    tier: str | None
    sessions: int
    mean_score: float
    lowest_score: Points
    red_lines: int
    faults: int
    merits: int
    top: tuple[tuple[str, int], ...]
    replies: int
    mean_reply: float | None


class ReplyFigures(Struct, frozen=True, kw_only=True):
    """Reply times in seconds against the limit of one rule (several where shops differ). `waits`: how many were
    measured (each session's first reply or average, or each answered turn). `late` of `decided` sessions
    missed the standard."""

    rule_id: str
    title: str
    limits: tuple[float, ...]
    exactly_is_late: bool
    waits: int
    median: float | None
    p90: float | None
    longest: float | None
    late: int
    decided: int
    undetermined: int


class PlatformFigures(Struct, frozen=True, kw_only=True):
    """Reply times as a platform measures them: its name, the metric's title, who defines it so, the numbers."""

    platform: str
    title: str
    source: str
    metrics: ReplyMetrics


class Undecided(Struct, frozen=True, kw_only=True):
    """Outcomes left open for one cause: a reason code, or `not_learned` where it is the judge that is not
    configured for the question. `rules`: (title, outcomes), most frequent first. `next_decision`: the earliest
    instant at which one of them decides itself."""

    cause: str
    outcomes: int
    sessions: int
    rules: tuple[tuple[str, int], ...]
    next_decision: str | None


class Vetoed(Struct, frozen=True, kw_only=True):
    """A session whose score a red line made 0, and what it would have been."""

    session_id: str
    raw_total: Points


class SessionFigures(Struct, frozen=True, kw_only=True):
    """What was inspected. `began`, `ended`: first and last message; `fully_decided`: sessions with nothing
    undetermined; `spotless`: without a deduction. `ratings`: sessions by last rating (None: not rated)."""

    count: int
    messages: int
    shops: tuple[str, ...]
    began: datetime | None
    ended: datetime | None
    fully_decided: int
    spotless: int
    ratings: dict[int | None, int]


class JudgedBy(Struct, frozen=True, kw_only=True):
    """A judge, the model it judged with, and the outcomes it had a say in."""

    name: str
    model: str | None
    outcomes: int


class Report(Struct, frozen=True, kw_only=True):
    """Everything the report shows. `rejected`: records that could not be read; `catalogues`: versions of the
    rules in force (several where shops differ); `judges`: most outcomes first; `verdicts` counts outcomes;
    `not_scored`: hits that another one outweighed, as (why, hits)."""

    sessions: SessionFigures
    rejected: int
    catalogues: tuple[str, ...]
    judges: tuple[JudgedBy, ...]
    verdicts: dict[str, int]
    mean_score: float | None
    median_score: float | None
    red_lines: tuple[Quote, ...]
    vetoed: tuple[Vetoed, ...]
    rules: tuple[RuleFigures, ...]
    agents: tuple[AgentFigures, ...]
    replies: tuple[ReplyFigures, ...]
    platforms: tuple[PlatformFigures, ...]
    not_scored: tuple[tuple[str, int], ...]
    undecided: tuple[Undecided, ...]
