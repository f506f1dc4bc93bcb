"""A catalogue compiled: one automaton for all phrases, one check per rule, outcomes out."""

from collections.abc import Sequence
from datetime import datetime
from typing import assert_never

from evaluators.answers import Answers, Located
from evaluators.catalogue import Catalogue
from evaluators.checks.base import Check, Setting
from evaluators.checks.existence import AbsenceCheck, ExistenceCheck
from evaluators.checks.precedence import PrecedenceCheck
from evaluators.checks.rating import RatingCheck
from evaluators.checks.reply_time import ReplyTimeCheck
from evaluators.checks.response import ResponseCheck
from evaluators.duty import last_human, on_duty, on_duty_at_message, sender_of
from evaluators.finding import Finding
from evaluators.grammar import (
    Absence,
    BoundedExistence,
    Existence,
    Precedence,
    Rating,
    ReplyTime,
    Response,
    Rule,
)
from evaluators.phrases import PhraseIndex
from evaluators.scoring_policy import ScoringPolicy
from evaluators.text import original_span
from evaluators.timeline import Timeline
from evaluators.turns import ServiceHours
from evaluators.types import ChatSession, Evidence, JudgeRef, Outcome
from evaluators.wording import NOT_APPLICABLE, REASONS, hit_words


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
            return ReplyTimeCheck(rule, setting)
        case Rating():
            return RatingCheck(rule, setting)
    assert_never(rule)


class CompiledRule:
    """One rule, its check, and the wording of its outcomes."""

    def __init__(self, rule: Rule, version: str, setting: Setting) -> None:
        self.rule, self.version = rule, version
        self.check = compile_check(rule, setting)
        self.score = rule.score or 0

    def outcome(self, timeline: Timeline, finding: Finding, answers: Answers) -> Outcome:
        """The finding as the public shape, every quote taken from the original text."""
        rule = self.rule
        judge, confidence = self._judged(finding, timeline, answers) if answers else (None, None)
        verdict, reason = finding.verdict, finding.reason
        if verdict == "no_hit":
            return Outcome(
                session_id=timeline.session.session_id, rule_id=rule.id, rule_version=self.version,
                verdict=verdict, judge=judge, confidence=confidence,
            )  # fmt: skip
        if verdict == "not_applicable":
            return Outcome(
                session_id=timeline.session.session_id, rule_id=rule.id, rule_version=self.version,
                verdict=verdict, explanation=NOT_APPLICABLE, judge=judge, confidence=confidence,
            )  # fmt: skip
        if reason is not None:
            decides_at = finding.decides_at
            return Outcome(
                session_id=timeline.session.session_id, rule_id=rule.id, rule_version=self.version,
                verdict=verdict, reason_code=reason, explanation=REASONS[reason], judge=judge,  # type: ignore[arg-type]
                decides_at=None if decides_at is None else timeline.written(decides_at),
            )  # fmt: skip
        return Outcome(
            session_id=timeline.session.session_id, rule_id=rule.id, rule_version=self.version, verdict=verdict,
            explanation=hit_words(rule, finding, timeline), confidence=confidence, score=self.score,
            agent_id=self._bearer(timeline, finding), evidence=evidence(timeline, finding, self.check.acts, answers),
            judge=judge,
        )  # fmt: skip

    def _bearer(self, timeline: Timeline, finding: Finding) -> str | None:
        if self.rule.attribute_to == "shop":
            return None
        if finding.agent is not None:
            return finding.agent
        if self.rule.attribute_to == "last_human":
            return last_human(timeline)
        if finding.actor is not None:
            if self.rule.attribute_to == "on_duty":
                return on_duty_at_message(timeline, finding.actor)
            return sender_of(timeline, finding.actor)
        if finding.duty_at is not None:
            return on_duty(timeline, finding.duty_at)
        return last_human(timeline)

    def _judged(
        self, finding: Finding, timeline: Timeline, answers: Answers
    ) -> tuple[JudgeRef | None, float | None]:
        """Which judge had a say, and how sure it was of what it said."""
        given = [answers[act] for act in sorted(self.check.acts) if act in answers]
        judge = next((answer.judge for answer in given if answer.judge is not None), None)
        if not given or finding.verdict not in ("hit", "no_hit"):
            return judge, None
        quoted = {timeline.messages[index].message_id for index, _ in finding.quotes}
        sure = [_sureness(answer, quoted) for answer in given if isinstance(answer, Located)]
        return judge, min((each for each in sure if each is not None), default=None)


def _sureness(answer: Located, quoted: set[str | None]) -> float | None:
    told = [probability for message_id, probability in answer.messages.items() if message_id in quoted]
    if told:
        return max(told)
    return max(answer.messages.values(), default=answer.absent)


def evidence(
    timeline: Timeline, finding: Finding, acts: frozenset[str], answers: Answers
) -> tuple[Evidence, ...]:
    """The quotes of a finding, verbatim by construction."""
    quoted = []
    for index, hit in finding.quotes:
        message = timeline.messages[index]
        start, end = 0, len(message.text)
        if hit is not None:
            start, end = original_span(message.text, hit[0], hit[1])
        else:
            for act in acts:
                answer = answers.get(act)
                span = answer.spans.get(message.message_id or "") if isinstance(answer, Located) else None
                if span is not None:
                    start, end = span.start, span.end
        quoted.append(Evidence(message.message_id or "", message.text[start:end], start, end))
    return tuple(quoted)


class Plan:
    """Compiled rules of one effective catalogue. Immutable; share it between sessions and threads."""

    def __init__(
        self, catalogue: Catalogue, rules: Sequence[Rule], policy: ScoringPolicy, hours: ServiceHours | None
    ) -> None:
        self.catalogue, self.policy = catalogue, policy
        index = PhraseIndex()
        setting = Setting(index, hours)
        self.rules = tuple(rules)
        self.compiled = [CompiledRule(rule, catalogue.rule_versions[rule.id], setting) for rule in rules]
        index.build()
        self.phrases = index
        self._finders = [compiled.check.find for compiled in self.compiled]
        distinct: dict[object, int] = {}
        self._blind = [distinct.setdefault(each.check.blind_key, len(distinct)) for each in self.compiled]
        places = [self._blind.index(number) for number in range(len(distinct))]
        self._blind_finders = [self._finders[place] for place in places]

    def timeline(self, session: ChatSession, now: datetime | None = None) -> Timeline:
        """The session laid out and scanned."""
        timeline = Timeline(session, now)
        self.phrases.scan(timeline)
        return timeline

    def find(self, timeline: Timeline, answers: Answers) -> list[Finding]:
        """What every rule finds, in the order of `rules`."""
        if answers:
            return [find(timeline, answers) for find in self._finders]
        found = [find(timeline, answers) for find in self._blind_finders]
        return [found[number] for number in self._blind]

    def open_acts(self, findings: list[Finding]) -> frozenset[str]:
        """The acts that some rule still depends on. Where times are missing no answer would help."""
        acts: set[str] = set()
        for compiled, finding in zip(self.compiled, findings, strict=True):
            if finding.reason is not None and finding.reason not in _NO_ANSWER_HELPS:
                acts |= compiled.check.acts
        return frozenset(acts)

    def occurrences(self, timeline: Timeline, findings: list[Finding]) -> dict[str, frozenset[str]]:
        """For each hit, the ids of the messages (starts of turns) that it competes for in its group."""
        return {
            compiled.rule.id: frozenset(
                timeline.messages[index].message_id or "" for index in finding.occurrences
            )
            for compiled, finding in zip(self.compiled, findings, strict=True)
            if finding.occurrences
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
