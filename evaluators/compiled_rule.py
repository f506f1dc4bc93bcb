"""A rule with its check, and its findings worded as outcomes."""

from msgspec.structs import replace

from evaluators.answers import Answers, Located
from evaluators.checks.base import Check
from evaluators.duty import last_human, on_duty, on_duty_at_message, sender_of
from evaluators.finding import Finding
from evaluators.grammar import Rule
from evaluators.text import original_span
from evaluators.timeline import Timeline
from evaluators.types import Evidence, JudgeRef, Outcome
from evaluators.wording import NOT_APPLICABLE, REASONS, hit_words


class CompiledRule:
    """One rule, its check, and the wording of its outcomes."""

    def __init__(self, rule: Rule, version: str, check: Check) -> None:
        self.rule, self.version, self.check = rule, version, check
        self.score = rule.score or 0

    def outcome(self, timeline: Timeline, finding: Finding, answers: Answers) -> Outcome:
        """The finding as the public shape, every quote taken from the original text."""
        judge, confidence = self._judged(finding, timeline, answers) if answers else (None, None)
        if finding.verdict != "hit":
            outcome = self.plain_outcome(timeline.session.session_id, finding, judge, confidence)
            if finding.decides_at is None:
                return outcome
            return replace(outcome, decides_at=timeline.written(finding.decides_at))
        rule = self.rule
        return Outcome(
            session_id=timeline.session.session_id, rule_id=rule.id, rule_version=self.version, verdict="hit",
            explanation=hit_words(rule, finding, timeline), confidence=confidence, score=self.score,
            agent_id=self._bearer(timeline, finding), evidence=evidence(timeline, finding, self.check.acts, answers),
            judge=judge,
        )  # fmt: skip

    def plain_outcome(
        self,
        session_id: str,
        finding: Finding,
        judge: JudgeRef | None = None,
        confidence: float | None = None,
    ) -> Outcome:
        """The outcome of a finding that is no hit: verdict and reason."""
        explanation = NOT_APPLICABLE if finding.verdict == "not_applicable" else ""
        return Outcome(
            session_id=session_id, rule_id=self.rule.id, rule_version=self.version, verdict=finding.verdict,
            reason_code=finding.reason, explanation=REASONS[finding.reason] if finding.reason else explanation,  # type: ignore[arg-type]
            judge=judge, confidence=confidence,
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
