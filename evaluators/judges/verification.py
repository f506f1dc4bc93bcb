"""No answer is believed before code has checked what it cites."""

from evaluators.judges.answers import Answer, Answers, Located, Span, Unanswered
from evaluators.timeline.timeline import Timeline


def verified(timeline: Timeline, answers: Answers) -> Answers:
    """The answers with every citation checked: an unknown message or a quote outside it voids the answer."""
    texts = {message.message_id: message.text for message in timeline.messages}
    return {act: _verified(answer, texts) for act, answer in answers.items()}


def _verified(answer: Answer, texts: dict[str | None, str]) -> Answer:
    if isinstance(answer, Unanswered):
        return answer
    for message_id in answer.messages:
        if message_id not in texts:
            return _unverified(answer, f"no message {message_id!r} in the session")
    for message_id, span in answer.spans.items():
        if not _within(span, texts.get(message_id)):
            return _unverified(answer, f"no such quote in message {message_id!r}")
    return answer


def _within(span: Span, text: str | None) -> bool:
    return text is not None and 0 <= span.start <= span.end <= len(text)


def _unverified(answer: Located, detail: str) -> Unanswered:
    return Unanswered(reason_code="evidence_unverified", detail=detail, judge=answer.judge)
