"""A catalogue compiled: one automaton for all phrases, one check per rule, outcomes out."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import assert_never

from evaluators.catalogue.loading import Catalogue
from evaluators.checks.base import Check, Setting
from evaluators.checks.behaviours import Behaviours
from evaluators.checks.blind import blinded, what_it_asks
from evaluators.checks.existence import AbsenceCheck, ExistenceCheck
from evaluators.checks.finding import Finding
from evaluators.checks.precedence import PrecedenceCheck
from evaluators.checks.rating import RatingCheck
from evaluators.checks.reply_time import reply_time_check
from evaluators.checks.response import ResponseCheck
from evaluators.engine.compiled_rule import CompiledRule
from evaluators.grammar.kinds import (
    Absence,
    BoundedExistence,
    Existence,
    Precedence,
    Rating,
    ReplyTime,
    Response,
    Rule,
)
from evaluators.judges.answers import NOBODY_ASKED, Answers
from evaluators.phrases.index import PhraseIndex
from evaluators.scoring.policy import ScoringPolicy
from evaluators.timeline.timeline import Timeline
from evaluators.timeline.turns import ServiceHours
from evaluators.types import ChatSession


def compile_check(rule: Rule, setting: Setting) -> Check:
    """The check of a rule."""
    match rule:
        case Existence() | BoundedExistence():
            return ExistenceCheck(rule, setting)
        case Absence():
            return AbsenceCheck(rule, setting)
        case Response():
            return ResponseCheck(rule, setting)
        case Precedence():
            return PrecedenceCheck(rule, setting)
        case ReplyTime():
            return reply_time_check(rule, setting)
        case Rating():
            return RatingCheck(rule, setting)
    assert_never(rule)


class Plan:
    """Compiled rules of one effective catalogue. Immutable; share it between sessions and threads."""

    def __init__(
        self, catalogue: Catalogue, rules: Sequence[Rule], policy: ScoringPolicy, hours: ServiceHours | None
    ) -> None:
        self.catalogue, self.policy = catalogue, policy
        self.rules = tuple(rules)
        self.phrases = PhraseIndex()
        self._setting = Setting(Behaviours(self.phrases), hours)
        self._checks: dict[tuple[object, ...], Check] = {}
        versions = catalogue.rule_versions
        self.compiled = [CompiledRule(rule, versions[rule.id], self._check(rule)) for rule in rules]
        self._finders = [compiled.check.find for compiled in self.compiled]
        # While nobody is asked many rules look for the same; each of these checks is asked once.
        blind = [self._check(blinded(rule)) for rule in rules]
        distinct = list(dict.fromkeys(blind))
        self._blind_finders = [check.find for check in distinct]
        #: Per rule, the place of what it finds in `find_once`.
        self.question_of = [distinct.index(check) for check in blind]
        self.phrases.build()

    def _check(self, rule: Rule) -> Check:
        """One check for all rules that ask the same."""
        key = what_it_asks(rule)
        if key not in self._checks:
            self._checks[key] = compile_check(rule, self._setting)
        return self._checks[key]

    def timeline(self, session: ChatSession, now: datetime | None = None) -> Timeline:
        """The session laid out and scanned."""
        (timeline,) = self.timelines([session], now)
        return timeline

    def timelines(self, sessions: Sequence[ChatSession], now: datetime | None = None) -> list[Timeline]:
        """The sessions laid out and scanned. Several at once take less time: each step stays in the caches of
        the processor while it is done for all of them.
        """
        timelines = [Timeline(session, now) for session in sessions]
        self.phrases.scan(timelines)
        return timelines

    def find(self, timeline: Timeline, answers: Answers) -> list[Finding]:
        """What every rule finds, in the order of `rules`."""
        if answers:
            return [find(timeline, answers) for find in self._finders]
        (found,) = self.find_once([timeline])
        return [found[question] for question in self.question_of]

    def find_once(self, timelines: Sequence[Timeline]) -> list[tuple[Finding, ...]]:
        """What is found in each session while nobody is asked, once for all rules that look for the same.

        `question_of` says where in the findings of a session those of a rule stand.
        """
        by_check = [[find(timeline, NOBODY_ASKED) for timeline in timelines] for find in self._blind_finders]
        return list(zip(*by_check, strict=True)) if by_check else [()] * len(timelines)

    def open_acts(self, findings: list[Finding]) -> frozenset[str]:
        """The acts that some rule still depends on. Where times are missing no answer would help."""
        acts: set[str] = set()
        for compiled, finding in zip(self.compiled, findings, strict=True):
            if finding.reason is not None and finding.reason not in _NO_ANSWER_HELPS:
                acts |= compiled.check.acts
        return frozenset(acts)

    def occurrences(
        self, timeline: Timeline, findings: Iterable[tuple[int, Finding]]
    ) -> dict[str, frozenset[str]]:
        """Of findings (each with the place of its rule) that compete turn by turn, the ids of the messages that
        started the turns.
        """
        messages = timeline.messages
        return {
            self.rules[place].id: frozenset(
                [messages[start].message_id or "" for start in finding.occurrences]
            )
            for place, finding in findings
            if finding.occurrences and self.rules[place].exclusion_per == "turn"
        }


_NO_ANSWER_HELPS = frozenset({"not_configured", "times_missing", "session_open"})


def compile_plan(
    catalogue: Catalogue,
    rules: Sequence[str] | None = None,
    policy: ScoringPolicy | None = None,
    hours: ServiceHours | None = None,
) -> Plan:
    """The plan of the enabled rules, or of those named (ids or R-numbers), enabled or not."""
    if rules is None:
        chosen = [rule for rule in catalogue.rules if rule.enabled]
    else:
        wanted = {catalogue.find(name).id for name in rules}
        chosen = [rule for rule in catalogue.rules if rule.id in wanted]
    return Plan(catalogue, chosen, policy or ScoringPolicy(), hours)
