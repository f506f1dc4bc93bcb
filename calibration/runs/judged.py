"""What was found in a case, beside what labels say: one attempt of a judge, and all attempts together."""

import hashlib
from collections import Counter
from collections.abc import Sequence
from typing import Protocol

import msgspec
from msgspec import Struct

from calibration.eval_sets.cases import Case, Label
from calibration.runs.slices import slices_of
from evaluators.types import ChatSession, JudgeRef

#: Causes that are a judge's failure: the next time it may well answer, so they are never kept.
FAILURES = frozenset(
    {
        "judge_unavailable", "judge_timeout", "answer_invalid", "answer_truncated", "judge_refused",
        "evidence_unverified", "input_too_long",
    }
)  # fmt: skip
#: Causes under which nobody judged: such a case says nothing about a change of a rule.
UNANSWERED = frozenset({"judge_unavailable", "not_configured"})
_session = msgspec.json.Encoder(order="deterministic")


class Attempt(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One verdict. `key`: a hash of all it depends on, so that it need not be asked for again."""

    key: str
    case_id: str
    rule_id: str
    verdict: str
    reason_code: str | None = None
    confidence: float | None = None
    message_ids: tuple[str, ...] = ()
    quotes: tuple[str, ...] = ()
    judge: JudgeRef | None = None

    @property
    def lasts(self) -> bool:
        """Whether asking again would say the same, or at least an answer and no failure."""
        return self.reason_code not in FAILURES


class Verdicts(Protocol):
    """Where verdicts are kept and found again."""

    @property
    def reused(self) -> int:
        """How many were found so far."""
        ...

    def has(self, key: str) -> bool:
        """Whether there is a verdict already; asking does not count as using it."""
        ...

    def known(self, key: str) -> Attempt | None:
        """The verdict there is already."""
        ...

    def keep(self, attempt: Attempt) -> None:
        """Keeps a new one; a failure need not be found again."""
        ...


class Judged(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What was found in one case for one rule or act, beside what labels say. `confidence`: probability of the
    verdict, where a judge gave one; with several votes, the share of those decided that gave it.

    `votes`: verdict to how many attempts came to it. `labels`: labeller to verdict. `label_quotes`: what labellers
    marked. `slices`: name to value. `drawn_with`: the probability with which the case was drawn to be labelled.
    """

    case_id: str
    rule_id: str
    expected: str
    verdict: str
    reason_code: str | None = None
    confidence: float | None = None
    message_ids: tuple[str, ...] = ()
    quotes: tuple[str, ...] = ()
    judge: JudgeRef | None = None
    votes: dict[str, int] = {}
    labels: dict[str, str] = {}
    label_quotes: tuple[str, ...] = ()
    slices: dict[str, str] = {}
    drawn_with: float | None = None

    @property
    def hit_probability(self) -> float | None:
        """The probability of a hit that the judge's confidence in its verdict comes to."""
        if self.confidence is None or self.verdict == "undetermined":
            return None
        return self.confidence if self.verdict == "hit" else 1 - self.confidence

    @property
    def flips(self) -> float | None:
        """The probability that two attempts differ; None with fewer than two."""
        total = sum(self.votes.values())
        if total < 2:
            return None
        same = sum(count * (count - 1) for count in self.votes.values())
        return 1 - same / (total * (total - 1))


def key_of(parts: Sequence[object], session: ChatSession, attempt: int) -> str:
    """`parts`: rule, its version, judge and code, as far as the verdict depends on them."""
    digest = hashlib.sha256(_session.encode([msgspec.to_builtins(parts), attempt]))
    digest.update(_session.encode(session))
    return digest.hexdigest()


def together(attempts: Sequence[Attempt], case: Case, rule_id: str, expected: str) -> Judged:
    """The attempts as one: the verdict most of them came to, of equally many the one that came first."""
    votes = Counter(attempt.verdict for attempt in attempts)
    decided = Counter({verdict: count for verdict, count in votes.items() if verdict != "undetermined"})
    verdict = max(decided or votes, key=votes.__getitem__)
    first = next(attempt for attempt in attempts if attempt.verdict == verdict)
    several = len(attempts) > 1
    labels = [label for label in case.labels if label.rule_id == rule_id]
    return Judged(
        case_id=case.case_id, rule_id=rule_id, expected=expected, verdict=verdict,
        reason_code=first.reason_code, message_ids=first.message_ids, quotes=first.quotes, judge=first.judge,
        confidence=decided[verdict] / decided.total() if several and decided else first.confidence,
        votes=dict(votes) if several else {}, labels={each.labeller: each.verdict for each in labels},
        label_quotes=_marked(case, labels), slices=slices_of(case, rule_id), drawn_with=_drawn_with(labels),
    )  # fmt: skip


def _drawn_with(labels: Sequence[Label]) -> float | None:
    """None where nobody knows, or where labels of another origin have had a say."""
    told = {label.inclusion_probability if label.source == "human_random" else None for label in labels}
    return told.pop() if len(told) == 1 else None


def _marked(case: Case, labels: Sequence[Label]) -> tuple[str, ...]:
    """The quotes of the labels; the whole message where a label cites one without quoting it."""
    texts = {message.message_id: message.text for message in case.session.messages}
    found = (label.quotes or tuple(texts[each] for each in label.message_ids) for label in labels)
    return tuple(dict.fromkeys(quote for quotes in found for quote in quotes if quote))
