"""What a search for a better wording will cost, how far it is, and what came of it, on standard error."""

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from api.commands.output import progress, say
from api.judging.suggesting import Found
from calibration.suggesting import Budget, Rewordings, Suggestion
from evaluators.judges.vllm.accounting import Estimate
from evaluators.judges.vllm.progress import duration


class SaidSearch:
    """Tells people of a search."""

    def expect(self, cases: int, expected: Estimate | None, why: str) -> None:
        """See `Watched.expect`."""
        if expected is None:
            say(f"judge: what it will cost cannot be said: {why}")
        else:
            say(f"judge: judging half of dev once: {expected.line('cases')}")

    @contextmanager
    def begin(self, rewordings: Rewordings, budget: Budget) -> Iterator[Callable[[], None]]:
        """See `Watched.begin`."""
        began = time.monotonic()

        def line(_: int) -> str:
            return f"{rewordings.line()}; {spending(budget, time.monotonic() - began)}"

        with progress("", line) as shown:
            yield shown.advance

    def on_dev(self, found: Found, tokens: int) -> None:
        """What came of the search."""
        on_dev, rewordings = found.on_dev, found.rewordings
        say(f"{found.spent:,} of {tokens:,} tokens spent on dev; {rewordings.line()}")
        if rewordings.failure:
            say(f"the search ended early: {rewordings.failure}")
        before = f"dev: the published wording is right on {on_dev.right_before} of {on_dev.cases}"
        say(before + causes(on_dev.undetermined))
        if found.suggestion is None:
            say("no wording did better on dev")
        else:
            say(f"dev: the best one on {on_dev.right} of {on_dev.cases}")

    def on_test(self, told: Suggestion, output: Path) -> None:
        """What the held-out test says."""
        old, new = told.undetermined
        say(
            f"{told.tokens:,} tokens spent on test"
            + causes(old, " by the old wording")
            + causes(new, " by the new one")
        )
        say(
            f"{output}: test: {told.fixed} fixed, {told.broken} broken of {told.cases}, exact McNemar "
            f"p={told.p_value:.3f}: {told.told}"
        )


def spending(budget: Budget, seconds: float) -> str:
    """Of the budget, how fast, and how long it can last."""
    told = f"{budget.spent:,} of {budget.tokens:,} tokens"
    rate = budget.spent / seconds if seconds > 0 else 0.0
    if not rate:
        return told
    return f"{told}, {rate:,.0f}/s, at most {duration((budget.tokens - budget.spent) / rate)} left"


def causes(counts: Mapping[str, int], by: str = "") -> str:
    """Nothing where nothing stayed undetermined."""
    if not counts:
        return ""
    told = ", ".join(f"{cause} {count}" for cause, count in sorted(counts.items()))
    return f", undetermined{by}: {sum(counts.values())} ({told})"
