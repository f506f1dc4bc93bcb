"""A rule with its check, and its findings worded as outcomes."""

from evaluators.checks.base import Check
from evaluators.checks.finding import Finding
from evaluators.engine.wording import NOT_APPLICABLE, REASONS, hit_words, omission_words
from evaluators.grammar.kinds import Rule
from evaluators.judges.answers import Answers, Located
from evaluators.phrases.hits import Hit
from evaluators.phrases.text import original_span
from evaluators.timeline.duty import last_human, on_duty, on_duty_at_message, sender_of
from evaluators.timeline.timeline import Timeline
from evaluators.types import Evidence, JudgeRef, Outcome


class CompiledRule:
    """One rule, its check, and the wording of its outcomes."""

    def __init__(self, rule: Rule, version: str, check: Check) -> None:
        self.rule, self.version, self.check = rule, version, check
        self.score = rule.score or 0
        self._omission = omission_words(rule)

    def outcome(self, timeline: Timeline, finding: Finding, answers: Answers) -> Outcome:
        """The finding as the public shape, every quote taken from the original text."""
        judge, confidence = self._judged(finding, timeline, answers) if answers else (None, None)
        session_id, closes_at = timeline.session.session_id, finding.decides_at
        if finding.verdict != "hit":
            decides_at = None if closes_at is None else timeline.written(closes_at)
            return self.plain_outcome(session_id, finding, judge, confidence, decides_at)
        return Outcome(
            session_id=session_id, rule_id=self.rule.id, rule_version=self.version, verdict="hit",
            explanation=self._omission or hit_words(self.rule, finding, timeline), confidence=confidence,
            agent_id=self._bearer(timeline, finding), score=self.score,
            evidence=evidence(timeline, finding, self.check.acts, answers), judge=judge,
        )  # fmt: skip

    def plain_outcome(
        self,
        session_id: str,
        finding: Finding,
        judge: JudgeRef | None = None,
        confidence: float | None = None,
        decides_at: str | None = None,
    ) -> Outcome:
        """The outcome of a finding that is no hit: verdict and reason."""
        explanation = NOT_APPLICABLE if finding.verdict == "not_applicable" else ""
        return Outcome(
            session_id=session_id, rule_id=self.rule.id, rule_version=self.version, verdict=finding.verdict,
            reason_code=finding.reason, explanation=REASONS[finding.reason] if finding.reason else explanation,  # type: ignore[arg-type]
            judge=judge, confidence=confidence, decides_at=decides_at,
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
    return tuple([_quoted(timeline, index, hit, acts, answers) for index, hit in finding.quotes])


def _quoted(
    timeline: Timeline, index: int, hit: Hit | None, acts: frozenset[str], answers: Answers
) -> Evidence:
    message = timeline.messages[index]
    message_id, text = message.message_id or "", message.text
    if hit is not None:
        start, end = original_span(text, hit.start, hit.stop)
        return Evidence(message_id, text[start:end], start, end)
    for act in sorted(acts) if answers else ():
        answer = answers.get(act)
        span = answer.spans.get(message_id) if isinstance(answer, Located) else None
        if span is not None:
            return Evidence(message_id, text[span.start : span.end], span.start, span.end)
    return Evidence(message_id, text, 0, len(text))
