"""A draft over sessions: which hits come and go, and what that does to agents' scores. Pure functions of outcomes."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence

from msgspec import Struct

from evaluators.types import Outcome, Scorecard

GAINED, LOST = "gained", "lost"


class Change(Struct, frozen=True, kw_only=True):
    """A rule that says something else of a session. `quotes`: of the hit, be it the new or the old one."""

    session_id: str
    rule_id: str
    before: str
    after: str
    agent_id: str | None = None
    quotes: tuple[str, ...] = ()
    explanation: str = ""

    @property
    def kind(self) -> str:
        """`gained` or `lost` a hit, else `other`."""
        if self.after == "hit":
            return GAINED
        return LOST if self.before == "hit" else "other"


class RuleTotals(Struct, frozen=True, kw_only=True):
    """One rule over all sessions."""

    rule_id: str
    hits_before: int
    hits_after: int
    gained: int
    lost: int
    undetermined_before: int
    undetermined_after: int


class AgentTotals(Struct, frozen=True, kw_only=True):
    """One agent: mean scores over the sessions they served, and in how many of them the score is another."""

    agent_id: str
    sessions: int
    before: float
    after: float
    changed: int


class Replay(Struct, frozen=True, kw_only=True):
    """Everything that a draft changes. Agents in the order of what it costs them, most first."""

    sessions: int
    rules: tuple[RuleTotals, ...]
    agents: tuple[AgentTotals, ...]
    changes: tuple[Change, ...]


class _Scores(Struct):
    sessions: int = 0
    before: float = 0.0
    after: float = 0.0
    changed: int = 0


class Replaying:
    """Adds up sessions one by one. `rules`: those the draft changes; only they are compared outcome by outcome."""

    def __init__(self, rules: Iterable[str]) -> None:
        self._rules = list(rules)
        self._sessions = 0
        self._counts: Counter[tuple[str, str]] = Counter()
        self._agents: defaultdict[str, _Scores] = defaultdict(_Scores)
        self._changes: list[Change] = []

    def add(
        self,
        before: Sequence[Outcome],
        after: Sequence[Outcome],
        card_before: Scorecard,
        card_after: Scorecard,
    ) -> None:
        """One session under what is published and under the draft."""
        self._sessions += 1
        old = {outcome.rule_id: outcome for outcome in before}
        new = {outcome.rule_id: outcome for outcome in after}
        for rule_id in self._rules:
            self._compare(rule_id, old.get(rule_id), new.get(rule_id))
        for agent_id in card_before.agents.keys() | card_after.agents.keys():
            self._add_agent(agent_id, card_before, card_after)

    def replay(self) -> Replay:
        """Everything so far."""
        agents = [
            AgentTotals(
                agent_id=agent_id, sessions=each.sessions, before=each.before / each.sessions,
                after=each.after / each.sessions, changed=each.changed,
            )
            for agent_id, each in self._agents.items()
        ]  # fmt: skip
        agents.sort(key=lambda each: (each.after - each.before, each.agent_id))
        rules = tuple(map(self._totals, self._rules))
        return Replay(
            sessions=self._sessions, rules=rules, agents=tuple(agents), changes=tuple(self._changes)
        )

    def _compare(self, rule_id: str, old: Outcome | None, new: Outcome | None) -> None:
        """A rule that only one side has was, or will be, switched off on the other: there it yields no outcome."""
        before = old.verdict if old is not None else "off"
        after = new.verdict if new is not None else "off"
        self._counts.update([(rule_id, f"{before} before"), (rule_id, f"{after} after")])
        shown = new if after == "hit" or old is None else old
        if before != after and shown is not None:
            change = Change(
                session_id=shown.session_id, rule_id=rule_id, before=before, after=after, agent_id=shown.agent_id,
                quotes=tuple(each.quote for each in shown.evidence), explanation=shown.explanation,
            )  # fmt: skip
            self._changes.append(change)
            self._counts[rule_id, change.kind] += 1

    def _add_agent(self, agent_id: str, before: Scorecard, after: Scorecard) -> None:
        """An agent whom only an outcome names is on one card alone: on the other he has no fault."""
        cards = before.agents.get(agent_id), after.agents.get(agent_id)
        faultless = next(each.raw_total - each.bonus - each.deductions for each in cards if each is not None)
        old, new = (faultless if each is None else each.score for each in cards)
        scores = self._agents[agent_id]
        scores.sessions += 1
        scores.before += old
        scores.after += new
        scores.changed += old != new

    def _totals(self, rule_id: str) -> RuleTotals:
        def count(what: str) -> int:
            return self._counts[rule_id, what]

        return RuleTotals(
            rule_id=rule_id, hits_before=count("hit before"), hits_after=count("hit after"), gained=count(GAINED),
            lost=count(LOST), undetermined_before=count("undetermined before"),
            undetermined_after=count("undetermined after"),
        )  # fmt: skip
