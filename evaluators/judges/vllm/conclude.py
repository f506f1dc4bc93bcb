"""From decisions and explanations to answers: what is believed, what is looked at again, what stays open."""

import hashlib

from evaluators.judges.answers import Answer, JudgeFailure, Located, Unanswered
from evaluators.judges.vllm.accounting import Account, Why
from evaluators.judges.vllm.completions import Explanation
from evaluators.judges.vllm.failures import CallFailed
from evaluators.judges.vllm.quotes import Unverified, verify
from evaluators.judges.vllm.reading import Reading
from evaluators.judges.vllm.replies import Decision
from evaluators.judges.vllm.settings import VllmSettings
from evaluators.types import JudgeRef
from prompts.labels import LABELS
from prompts.library import Prompt

_HIT = next(label for label, answer in LABELS.items() if answer == "hit")
_CANNOT_TELL = next(label for label, answer in LABELS.items() if answer == "cannot_tell")


def chosen(decision: Decision) -> str:
    """The most probable label."""
    return max(decision.probabilities, key=decision.probabilities.__getitem__)


def hit_probability(decision: Decision) -> float:
    """That the act is somewhere in the chat."""
    return decision.probabilities[_HIT]


def invalid(decision: Decision, settings: VllmSettings) -> CallFailed | None:
    """Why a decision is none: the model wanted to say something else, or says it cannot tell."""
    if decision.label_mass < settings.least_label_mass:
        told = f"the labels have {decision.label_mass:.2f} of the probability, less than {settings.least_label_mass:g}"
        return CallFailed("answer_invalid", f"{told}: the model wanted to say something else")
    if chosen(decision) == _CANNOT_TELL:
        return CallFailed("judge_refused", "the model says that it cannot tell")
    return None


def why_explain(session_id: str, asks: str, decision: Decision, settings: VllmSettings) -> Why | None:
    """Whether evidence is needed: for hits and doubtful answers, and for a share of the others, by hash."""
    if chosen(decision) == _HIT:
        return "hit"
    if hit_probability(decision) >= settings.doubtful_from:
        return "doubtful"
    drawn = hashlib.blake2b(f"{session_id}\x00{asks}".encode(), digest_size=8).digest()
    return "audit" if int.from_bytes(drawn) < settings.audit_share * 2**64 else None


def absent(decision: Decision, judge: JudgeRef, reason: str = "") -> Located:
    """The act is nowhere."""
    return Located(messages={}, absent=1 - hit_probability(decision), reason=reason, judge=judge)


def unanswered(failure: CallFailed, judge: JudgeRef) -> Unanswered:
    """A failure as data."""
    return Unanswered(reason_code=failure.reason_code, detail=failure.detail, judge=judge)


class Conclusion:
    """Puts the two answers to one question together."""

    def __init__(self, reading: Reading, prompt: Prompt, judge: JudgeRef, account: Account) -> None:
        self._reading, self._prompt, self._judge, self._account = reading, prompt, judge, account

    def of(self, why: Why, decision: Decision, told: Explanation | CallFailed) -> Answer:
        """The answer of a question that was explained."""
        self._account.explained[why] += 1
        if isinstance(told, CallFailed):
            # An audit that fails takes nothing from a clear answer; a hit or a doubt stays open.
            return absent(decision, self._judge) if why == "audit" else unanswered(told, self._judge)
        if (told.label == _HIT) != (why == "hit") and why != "doubtful":
            return self._contradiction(why, told)
        if told.label == _CANNOT_TELL:
            return self._open("judge_refused", "asked for evidence, the model says that it cannot tell")
        if told.label != _HIT:
            return absent(decision, self._judge, told.reason)
        return self._located(decision, told)

    def _located(self, decision: Decision, told: Explanation) -> Answer:
        try:
            places = verify(told.citations, self._reading.messages, self._prompt.by)
        except Unverified as untrue:
            return self._open("evidence_unverified", str(untrue))
        if not places:
            return self._open("evidence_unverified", "a hit without a message that shows it")
        probability = hit_probability(decision)
        return Located(
            messages=dict.fromkeys(places, probability),
            absent=1 - probability,
            spans={message_id: span for message_id, span in places.items() if span is not None},
            reason=told.reason,
            judge=self._judge,
        )

    def _contradiction(self, why: Why, told: Explanation) -> Unanswered:
        self._account.contradictions += 1
        if why == "hit":
            return self._open(
                "evidence_unverified", f"decided a hit, but asked for evidence answered {told.label}"
            )
        return self._open("answer_invalid", "decided no hit, but asked for evidence answered a hit")

    def _open(self, reason_code: JudgeFailure, detail: str) -> Unanswered:
        return Unanswered(reason_code=reason_code, detail=detail, judge=self._judge)
