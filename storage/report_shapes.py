"""What report queries answer."""

import msgspec


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
    """Means in seconds over the sessions that have one, beside how many these are; `sessions` with any reply time."""

    sessions: int
    first_reply: float | None
    first_replies: int
    first_human_reply: float | None
    first_human_replies: int
    average_reply: float | None
    average_replies: int
