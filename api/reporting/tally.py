"""Adds inspected sessions up, one at a time, to the figures of a report. Keeps no sessions."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import datetime
from statistics import fmean, median, quantiles
from typing import NamedTuple

from api.reporting.agents import AgentTally
from api.reporting.counting import most_frequent
from api.reporting.figures import JudgedBy, Quote, ReplyFigures, Report, RuleFigures, Undecided, Vetoed
from api.reporting.platforms import PlatformTally
from api.reporting.replies import measure_replies
from api.reporting.session_tally import SessionTally
from evaluators.catalogue.loading import Catalogue
from evaluators.grammar.kinds import ReplyTime, Rule
from evaluators.profiles import Settings
from evaluators.scoring.points import Points, added
from evaluators.timeline.timeline import Timeline
from evaluators.timeline.units import SECOND, microseconds
from evaluators.types import ChatSession, Message, Outcome, Scorecard


class Inspected(NamedTuple):
    """An inspected session: settled outcomes, its card, what it was judged by, and how it lies in time."""

    session: ChatSession
    outcomes: Sequence[Outcome]
    scorecard: Scorecard
    settings: Settings
    timeline: Timeline


class Tally:
    """`add` every inspected session once, then ask for the `report`."""

    def __init__(self) -> None:
        self._rules: dict[str, Rule] = {}
        self._limits: defaultdict[str, set[float]] = defaultdict(set)
        self._catalogues: dict[str, None] = {}
        self._verdicts: Counter[str] = Counter(hit=0, no_hit=0, not_applicable=0, undetermined=0)
        self._judges: Counter[tuple[str, str | None]] = Counter()
        self._by_rule: defaultdict[str, Counter[str]] = defaultdict(Counter)
        self._points: defaultdict[str, list[Points]] = defaultdict(list)
        self._not_scored: Counter[str] = Counter()
        self._scores: list[Points] = []
        self._sessions = SessionTally()
        self._red_lines: list[Quote] = []
        self._vetoed: list[Vetoed] = []
        self._waits: defaultdict[str, list[float]] = defaultdict(list)
        self._undecided: defaultdict[str, _UndecidedTally] = defaultdict(_UndecidedTally)
        self._agents, self._platforms = AgentTally(), PlatformTally()
        self._rejected = 0

    def reject(self) -> None:
        """A record that could not be read."""
        self._rejected += 1

    def add(self, inspected: Inspected) -> None:
        """One inspected session."""
        session, outcomes, card, settings, timeline = inspected
        self._know(settings.catalogue)
        self._sessions.add(session, outcomes)
        self._platforms.add(session, settings)
        self._scores.append(card.score)
        if card.red_line:
            self._vetoed.append(Vetoed(session_id=card.session_id, raw_total=card.raw_total))
        for cause in set(filter(None, map(cause_of, outcomes))):
            self._undecided[cause].sessions += 1
        for outcome in outcomes:
            self._count(session, outcome)
        hours = settings.service_hours.compiled() if settings.service_hours else None
        replies = measure_replies(timeline, [self._rules[outcome.rule_id] for outcome in outcomes], hours)
        for rule_id, waits in replies.by_rule.items():
            self._waits[rule_id].extend(waits)
        self._agents.add(session, outcomes, card, replies, self._rules)

    def _know(self, catalogue: Catalogue) -> None:
        """Which rules hold now: shops may word and weigh them differently."""
        if next(reversed(self._catalogues), None) == catalogue.version:
            return
        self._catalogues.pop(catalogue.version, None)
        self._catalogues[catalogue.version] = None
        self._rules = {rule.id: rule for rule in catalogue.rules}
        for rule in catalogue.rules:
            if isinstance(rule, ReplyTime):
                limit = microseconds(rule.at_least or rule.longer_than or "0s")
                self._limits[rule.id].add(limit / SECOND)

    def _count(self, session: ChatSession, outcome: Outcome) -> None:
        rule = self._rules[outcome.rule_id]
        self._verdicts[outcome.verdict] += 1
        self._by_rule[rule.id][outcome.verdict] += 1
        if outcome.judge is not None:
            self._judges[outcome.judge.name, outcome.judge.model] += 1
        cause = cause_of(outcome)
        if cause is not None:
            self._undecided[cause].count(rule.title, outcome.decides_at)
        if outcome.verdict == "hit":
            self._points[rule.id].append(outcome.score)
            if rule.score and not outcome.score:
                self._by_rule[rule.id]["not_scored"] += 1
                self._not_scored[_note(outcome)] += 1
            if rule.red_line:
                self._red_lines.append(quoted(session, outcome, rule))

    def report(self) -> Report:
        """Everything so far. Rules in catalogue order, agents worst first, causes most frequent first."""
        rules = [rule for rule in self._rules.values() if rule.id in self._by_rule]
        undecided = sorted(self._undecided.items(), key=lambda each: (-each[1].outcomes, each[0]))
        return Report(
            sessions=self._sessions.figures(), rejected=self._rejected,
            catalogues=tuple(self._catalogues),
            judges=tuple(
                JudgedBy(name=name, model=model, outcomes=count) for (name, model), count in self._judges.most_common()
            ),
            verdicts=dict(self._verdicts),
            mean_score=fmean(self._scores) if self._scores else None,
            median_score=median(self._scores) if self._scores else None,
            red_lines=tuple(self._red_lines), vetoed=tuple(self._vetoed),
            rules=tuple(map(self._rule, rules)), agents=self._agents.figures(),
            replies=tuple(self._reply(rule) for rule in rules if isinstance(rule, ReplyTime)),
            platforms=self._platforms.figures(), not_scored=most_frequent(self._not_scored),
            undecided=tuple(tally.figures(cause) for cause, tally in undecided),
        )  # fmt: skip

    def _rule(self, rule: Rule) -> RuleFigures:
        return RuleFigures(
            rule_id=rule.id, number=rule.number, title=rule.title, alert=rule.alert, score=rule.score,
            red_line=rule.red_line, points=added(self._points[rule.id]), **self._by_rule[rule.id],
        )  # fmt: skip

    def _reply(self, rule: ReplyTime) -> ReplyFigures:
        waits, counts = sorted(self._waits[rule.id]), self._by_rule[rule.id]
        return ReplyFigures(
            rule_id=rule.id, title=rule.title, limits=tuple(sorted(self._limits[rule.id])),
            exactly_is_late=rule.at_least is not None, waits=len(waits),
            median=median(waits) if waits else None,
            p90=quantiles(waits, n=10, method="inclusive")[-1] if len(waits) > 1 else next(iter(waits), None),
            longest=waits[-1] if waits else None, late=counts["hit"],
            decided=counts["hit"] + counts["no_hit"], undetermined=counts["undetermined"],
        )  # fmt: skip


class _UndecidedTally:
    """What one reason keeps open."""

    def __init__(self) -> None:
        self.outcomes = self.sessions = 0
        self._titles: Counter[str] = Counter()
        self._next: str | None = None

    def count(self, title: str, decides_at: str | None) -> None:
        self.outcomes += 1
        self._titles[title] += 1
        if decides_at is not None:
            # Offsets differ between sessions: compared as instants, kept as written.
            earliest = min(self._next or decides_at, decides_at, key=datetime.fromisoformat)
            self._next = earliest

    def figures(self, cause: str) -> Undecided:
        return Undecided(
            cause=cause, outcomes=self.outcomes, sessions=self.sessions,
            rules=most_frequent(self._titles), next_decision=self._next,
        )  # fmt: skip


def cause_of(outcome: Outcome) -> str | None:
    """Why the outcome is open; None if it is not. A shop sets a standard, a judge has to learn: two causes."""
    if outcome.reason_code == "not_configured" and outcome.judge is not None:
        return "not_learned"
    return outcome.reason_code


def quoted(session: ChatSession, outcome: Outcome, rule: Rule) -> Quote:
    """A red line with its words, in the order they were said."""
    messages: dict[str | None, Message] = {message.message_id: message for message in session.messages}
    sent = [messages[evidence.message_id].sent_at for evidence in outcome.evidence]
    times = [each for each in sent if isinstance(each, datetime)]
    return Quote(
        session_id=session.session_id, shop=session.shop, agent_id=outcome.agent_id, rule_id=rule.id,
        rule=rule.title, quotes=tuple(dict.fromkeys(evidence.quote for evidence in outcome.evidence)),
        at=min(times, default=None), explanation=outcome.explanation,
        needs_human_confirm=rule.needs_human_confirm,
    )  # fmt: skip


def _note(outcome: Outcome) -> str:
    """The part of an explanation that says why a hit brings no points."""
    start = outcome.explanation.find("【")
    return outcome.explanation[start:] if start >= 0 else outcome.explanation
