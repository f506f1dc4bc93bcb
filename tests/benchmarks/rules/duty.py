"""An answer is owed after a trigger: the windows of the naive version."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from tests.benchmarks.rules.outcomes import Found, first_reason, hit, plain, undetermined, whole
from tests.benchmarks.rules.talk import Line, Talk

ASK = "judge_unavailable"
TWO_MINUTES = timedelta(minutes=2)


def joined(state: str, reason: str) -> str:
    """The first of two reasons by precedence; `yes` and the empty text are none."""
    reasons = [code for code in (reason, "" if state == "yes" else state) if code]
    return first_reason(reasons) if reasons else ""


def owed(
    talk: Talk,
    triggers: list[tuple[Line, str]],
    answers: Callable[[Line], str],
    within: timedelta = TWO_MINUTES,
    show: Callable[[Line], dict[str, Any]] = whole,
) -> Found:
    """After each trigger an answer is owed within that time."""
    if not triggers:
        return plain("not_applicable")
    if not talk.timed:
        return undetermined("times_missing")
    unanswered, reasons, dues = [], [], []
    for trigger, doubt in triggers:
        due = trigger.at + within
        found = _answer_to(talk, trigger, doubt, answers, due)
        if found == "unanswered":
            unanswered.append(trigger)
        elif found:
            reasons.append(found)
            if found == "window_open":
                dues.append(due)
    if unanswered:
        return hit(talk.on_duty(unanswered[0].at + within), [show(line) for line in unanswered])
    return undetermined(first_reason(reasons), min(dues, default=None)) if reasons else plain("no_hit")


def _answer_to(talk: Talk, trigger: Line, doubt: str, answers: Callable[[Line], str], due: datetime) -> str:
    """`unanswered`, the reason why that is unknown, or nothing: answered."""
    replies = []
    for line in talk.lines[trigger.place + 1 :]:
        if line.at > due:
            break
        replies.append(answers(line))
    if "yes" in replies:
        return doubt
    if talk.observed is not None and talk.observed < due:
        return joined("window_open", doubt)
    if "maybe" in replies:
        return doubt or ASK
    return doubt or "unanswered"
