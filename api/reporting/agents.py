"""Adds up, per agent, what their own cards say."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from statistics import fmean
from typing import Literal

from api.reporting.counting import most_frequent
from api.reporting.figures import AgentFigures
from api.reporting.replies import Replies
from evaluators.grammar.kinds import Rule
from evaluators.scoring.points import Points
from evaluators.types import Agent, ChatSession, Outcome, Scorecard

TOP = 3


class AgentTally:
    """Everyone who has a card in some session."""

    def __init__(self) -> None:
        self._scores: defaultdict[str, list[Points]] = defaultdict(list)
        self._red_lines: Counter[str] = Counter()
        self._faults: defaultdict[str, Counter[str]] = defaultdict(Counter)
        self._merits: Counter[str] = Counter()
        self._waits: defaultdict[str, list[float]] = defaultdict(list)
        self._who: dict[str, Agent] = {}

    def add(
        self,
        session: ChatSession,
        outcomes: Sequence[Outcome],
        card: Scorecard,
        replies: Replies,
        rules: Mapping[str, Rule],
    ) -> None:
        """The cards of one session."""
        for agent_id, own in card.agents.items():
            self._scores[agent_id].append(own.score)
            self._red_lines[agent_id] += own.red_line
        for agent in session.agents:
            self._who.setdefault(agent.agent_id, agent)
        for message in session.messages:
            if message.sender == "bot":
                bot = message.sender_id or "bot"
                self._who.setdefault(bot, Agent(agent_id=bot, kind="bot"))
        for outcome in outcomes:
            if outcome.verdict == "hit" and outcome.agent_id in card.agents:
                self._hit(outcome.agent_id, rules[outcome.rule_id])
        for agent_id, waits in replies.by_agent.items():
            self._waits[agent_id].extend(waits)

    def _hit(self, agent_id: str, rule: Rule) -> None:
        if rule.score is not None and rule.score > 0:
            self._merits[agent_id] += 1
        elif rule.score is not None:
            self._faults[agent_id][rule.title] += 1

    def figures(self) -> tuple[AgentFigures, ...]:
        """Lowest mean score first: who needs help."""
        agents = [self._agent(agent_id) for agent_id in self._scores]
        return tuple(sorted(agents, key=lambda each: (each.mean_score, -each.red_lines, each.agent_id)))

    def _agent(self, agent_id: str) -> AgentFigures:
        who = self._who.get(agent_id, Agent(agent_id=agent_id))
        kind: Literal["human", "bot"] = who.kind
        scores, waits, faults = self._scores[agent_id], self._waits[agent_id], self._faults[agent_id]
        return AgentFigures(
            agent_id=agent_id, name=who.name, kind=kind, tier=who.tier, sessions=len(scores),
            mean_score=fmean(scores), lowest_score=min(scores), red_lines=self._red_lines[agent_id],
            faults=faults.total(), merits=self._merits[agent_id], top=most_frequent(faults)[:TOP],
            replies=len(waits), mean_reply=fmean(waits) if waits else None,
        )  # fmt: skip
