"""How far a run is, how fast it goes, when it will be done, and what it has cost."""

import time
from collections.abc import Callable, Sequence
from functools import reduce
from operator import add

from msgspec import Struct

from evaluators.judges.breaker import Paused
from evaluators.judges.vllm.accounting import Figures, Usage
from evaluators.judges.vllm.judge import VllmJudge


class Progress(Struct, frozen=True, kw_only=True):
    """A moment of a run. `rate`: sessions per second; `seconds_left` and `cost` are None where unknown.

    `remembered`: of the questions, how many the cache answered. `paused`: servers that are not asked.
    """

    done: int
    total: int | None
    rate: float
    seconds_left: float | None
    usage: Usage
    questions: int
    remembered: int
    unanswered: dict[str, int]
    cost: float | None
    currency: str | None
    paused: dict[str, Paused]

    def line(self, what: str = "sessions") -> str:
        """For a terminal. `what`: what is counted."""
        parts = [f"{self.done:,}{f' of {self.total:,}' if self.total else ''} {what}, {self.rate:.1f}/s"]
        if self.seconds_left is not None:
            parts.append(f"{duration(self.seconds_left)} left")
        parts.append(f"{self.usage.prompt:,} prompt + {self.usage.generated:,} generated tokens")
        if self.usage.cached_share is not None:
            parts.append(f"{self.usage.cached_share:.0%} of prompts cached")
        if self.remembered:
            parts.append(f"{self.remembered:,} of {self.questions:,} answers known")
        if self.unanswered:
            parts.append(f"{sum(self.unanswered.values()):,} unanswered")
        if self.cost is not None:
            parts.append(f"{self.cost:,.2f} {self.currency}")
        told = ", ".join(parts)
        return told + "".join(
            f"\npaused: {each.why}; next try in {each.retry_in:.0f} s" for each in self.paused.values()
        )


class Run:
    """Watches judges from now on: one, or several that are asked the same. `total`: sessions, where that is known."""

    def __init__(
        self,
        judges: Sequence[VllmJudge],
        total: int | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._judges, self._total, self._clock = judges, total, clock
        self._began, self._before = clock(), _together(judges)

    @property
    def seconds(self) -> float:
        """Since it began."""
        return self._clock() - self._began

    @property
    def figures(self) -> Figures:
        """What was asked and answered since then."""
        return _together(self._judges) - self._before

    def progress(self, done: int, cached_share: float | None = None) -> Progress:
        """After so many sessions. `cached_share`: of the prompt tokens of which the answers do not say it."""
        figures, elapsed = self.figures, self.seconds
        rate = done / elapsed if elapsed > 0 else 0.0
        left = (self._total - done) / rate if self._total is not None and rate > 0 else None
        prices = self._judges[0].settings.prices
        usage = figures.usage.supposing(cached_share)
        return Progress(
            done=done, total=self._total, rate=rate, seconds_left=left, usage=usage,
            questions=figures.questions, remembered=figures.remembered, unanswered=figures.unanswered,
            cost=usage.cost(prices) if prices is not None else None,
            currency=prices.currency if prices is not None else None,
            paused={url: paused for each in self._judges for url, paused in each.paused.items()},
        )  # fmt: skip


def _together(judges: Sequence[VllmJudge]) -> Figures:
    return reduce(add, (each.figures for each in judges))


def duration(seconds: float) -> str:
    """Such as `2 min 05 s`."""
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return (
        f"{hours} h {minutes:02} min" if hours else f"{minutes} min {rest:02} s" if minutes else f"{rest} s"
    )
