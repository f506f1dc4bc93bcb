"""What a judge is expected to cost, what it did and what that cost: every failure counted over what was asked."""

from collections import Counter
from typing import Any, Literal

from msgspec import Struct
from msgspec.structs import replace

from evaluators.judges.answers import Answer, Located, Unanswered
from evaluators.judges.vllm.settings import Prices

MILLION = 1_000_000
Why = Literal["hit", "doubtful", "audit"]
#: Of the answers: assumed where only the run itself can tell how many are hits, doubts and audits.
EXPLAINED_SHARE = 0.08


class Usage(Struct, frozen=True):
    """Tokens as the server counted them.

    `cached`: of the prompt tokens, those it had computed before. Not every endpoint says: `cached_of` are the
    prompt tokens of those requests that did.
    """

    prompt: int = 0
    generated: int = 0
    cached: int = 0
    cached_of: int = 0

    def __add__(self, other: "Usage") -> "Usage":
        return Usage(
            self.prompt + other.prompt,
            self.generated + other.generated,
            self.cached + other.cached,
            self.cached_of + other.cached_of,
        )

    def __sub__(self, before: "Usage") -> "Usage":
        return Usage(
            self.prompt - before.prompt,
            self.generated - before.generated,
            self.cached - before.cached,
            self.cached_of - before.cached_of,
        )

    @property
    def cached_share(self) -> float | None:
        """None: the server does not say it of all prompt tokens."""
        return self.cached / self.prompt if self.prompt and self.cached_of == self.prompt else None

    def supposing(self, share: float | None) -> "Usage":
        """With that share cached of the prompt tokens of which nothing is known; None: as it is."""
        if share is None or self.cached_of == self.prompt:
            return self
        told = round(share * (self.prompt - self.cached_of))
        return Usage(self.prompt, self.generated, self.cached + told, self.prompt)

    def cost(self, prices: Prices) -> float:
        """In the currency of `prices`. Prompt tokens of which nothing is known count as not cached."""
        fresh = self.prompt - self.cached
        return (
            fresh * prices.prompt + self.cached * prices.cached_prompt + self.generated * prices.generated
        ) / MILLION


class Figures(Struct, frozen=True, kw_only=True):
    """A snapshot. The unanswered are out of `questions`, contradictions out of `explained`, `remembered` out of
    `questions`; `failed_requests` and `retries` out of `requests`, by reason code.
    """

    sessions: int
    questions: int
    located: int
    absent: int
    unanswered: dict[str, int]
    explained: dict[str, int]
    contradictions: int
    remembered: int
    requests: int
    retries: dict[str, int]
    failed_requests: dict[str, int]
    usage: Usage

    def __add__(self, other: "Figures") -> "Figures":
        """Of two judges together."""
        return Figures(**{name: _more(getattr(self, name), getattr(other, name)) for name in _COUNTS})

    def __sub__(self, before: "Figures") -> "Figures":
        """Of the same judge since an earlier snapshot."""
        return Figures(**{name: _since(getattr(self, name), getattr(before, name)) for name in _COUNTS})

    def supposing(self, cached_share: float | None) -> "Figures":
        """See `Usage.supposing`."""
        return replace(self, usage=self.usage.supposing(cached_share))


_COUNTS = Figures.__struct_fields__


def _more(one: Any, other: Any) -> Any:
    return dict(Counter(one) + Counter(other)) if isinstance(one, dict) else one + other


def _since(now: Any, before: Any) -> Any:
    return dict(Counter(now) - Counter(before)) if isinstance(now, dict) else now - before


class Estimate(Struct, frozen=True, kw_only=True):
    """For a whole run. `usage.cached` are prompt tokens that the prefix cache should already have.

    `sessions`: how many times one is asked about. `sampled`: of them, counted exactly. `cost` in `currency`, None
    without prices.
    """

    sessions: int
    sampled: int
    questions: int
    requests: int
    usage: Usage
    cost: float | None
    currency: str | None

    def __add__(self, other: "Estimate") -> "Estimate":
        """Of two runs together, with the same prices."""
        both = None if self.cost is None or other.cost is None else self.cost + other.cost
        return Estimate(
            sessions=self.sessions + other.sessions, sampled=self.sampled + other.sampled,
            questions=self.questions + other.questions, requests=self.requests + other.requests,
            usage=self.usage + other.usage, cost=both, currency=self.currency,
        )  # fmt: skip

    def line(self, what: str = "sessions") -> str:
        """For a terminal. `what`: what the sessions are called."""
        told = (
            f"{self.sessions:,} {what}: {self.questions:,} questions in about {self.requests:,} requests,"
            f" about {self.usage.prompt:,} prompt tokens"
        )
        if self.usage.cached_share is not None:
            told += f" ({self.usage.cached_share:.0%} of them in the prefix cache)"
        told += f" and {self.usage.generated:,} generated"
        if self.cost is not None:
            told += f", {self.cost:,.2f} {self.currency}"
        counted = f"counted on {self.sampled:,} of them with the server's tokenizer"
        return f"{told}; {counted}, taking it that {EXPLAINED_SHARE:.0%} of the answers are explained"


class Account:
    """Counts; shared by all views of a judge."""

    def __init__(self) -> None:
        self.sessions = self.questions = self.located = self.absent = 0
        self.contradictions = self.remembered = self.requests = 0
        self.unanswered: Counter[str] = Counter()
        self.explained: Counter[str] = Counter()
        self.retries: Counter[str] = Counter()
        self.failed_requests: Counter[str] = Counter()
        self.usage = Usage()

    def count(self, answers: dict[str, Answer]) -> None:
        """The answers of one session, each question once."""
        self.sessions += 1
        self.questions += len(answers)
        for answer in answers.values():
            if isinstance(answer, Unanswered):
                self.unanswered[answer.reason_code] += 1
            elif isinstance(answer, Located) and answer.messages:
                self.located += 1
            else:
                self.absent += 1

    def figures(self) -> Figures:
        """What was counted so far."""
        return Figures(
            sessions=self.sessions, questions=self.questions, located=self.located, absent=self.absent,
            unanswered=dict(self.unanswered), explained=dict(self.explained),
            contradictions=self.contradictions, remembered=self.remembered, requests=self.requests,
            retries=dict(self.retries), failed_requests=dict(self.failed_requests), usage=self.usage,
        )  # fmt: skip
