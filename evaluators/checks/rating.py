"""Recorded ratings: each agent's last one counts (reading A38)."""

from evaluators.checks.base import Setting
from evaluators.checks.finding import NO_HIT, NOT_APPLICABLE, UNDETERMINED, Finding
from evaluators.grammar.kinds import Rating
from evaluators.judges.answers import Answers
from evaluators.timeline.duty import last_human
from evaluators.timeline.timeline import Timeline

_WORDS = {1: "非常不满意", 2: "不满意", 3: "一般", 4: "满意", 5: "非常满意"}


class RatingCheck:
    """Hit when an agent's last rating has the level."""

    acts: frozenset[str] = frozenset()

    def __init__(self, rule: Rating, setting: Setting) -> None:
        self._level = rule.level

    def find(self, timeline: Timeline, answers: Answers) -> Finding:
        """Hit for the first agent so rated; a rating leaves no message to quote."""
        if not timeline.ratings:
            return NOT_APPLICABLE if timeline.over else UNDETERMINED["session_open"]
        for agent, level in _latest(timeline).items():
            if level == self._level:
                return Finding("hit", agent=agent, detail=f"顾客对服务评价为“{_WORDS[level]}”")
        return NO_HIT


def _latest(timeline: Timeline) -> dict[str | None, int]:
    known: dict[str | None, int] | None = timeline.memo.get("ratings")
    if known is None:
        known = {}
        for event in timeline.ratings:
            known[event.agent_id or last_human(timeline)] = event.level
        timeline.memo["ratings"] = known
    return known
