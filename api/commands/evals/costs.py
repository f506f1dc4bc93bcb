"""What `mingjian eval run` costs with vLLM judges: expected before it, shown during it, accounted for set by set."""

from collections.abc import Mapping, Sequence
from functools import reduce
from operator import add

from api.commands.judging import AHEAD, Asked, JudgedRun
from api.commands.output import say
from calibration.runs.costs import RunCost
from evaluators.judges.port import Judge
from evaluators.judges.vllm.accounting import Estimate
from evaluators.judges.vllm.progress import Run

#: Cases of a set that are looked at before a run, at least.
_LEAST = 2


class JudgedSets(JudgedRun):
    """Watches a run over sets. `asked`: by set, what will be asked; `cases`: how many have no verdict yet."""

    def __init__(self, judges: Sequence[Judge], asked: Mapping[str, Sequence[Asked]], cases: int) -> None:
        super().__init__(judges, cases, "cases")
        self._asked = asked
        self._expected: dict[str, Estimate] = {}
        self._set, self._served_before = self._run, self._before

    def begin(self) -> None:
        """Says what all sets will cost."""
        self._expected = self._expect_all()
        if self._expected:
            self.say_expected(reduce(add, self._expected.values()))
        if not any(self._asked.values()):
            say("judge: nothing to ask: every verdict is known from earlier runs, or code decides it")
        self.start()
        self._next_set()

    def _expect_all(self) -> dict[str, Estimate]:
        """By set; nothing, and said once, where no server can tell."""
        left = {name: asked for name, asked in self._asked.items() if asked}
        told: dict[str, Estimate] = {}
        for name, asked in left.items():
            of_each = max(_LEAST, AHEAD // len(left))
            # Spread over the set: its cases stand in the order in which they were written.
            expected = self.expect(asked[:: max(1, len(asked) // of_each)][:of_each], len(asked))
            if expected is None:
                return {}
            told[name] = expected
        return told

    def end(self) -> None:
        """See `JudgedRun.end`. Nothing where nothing was asked."""
        if any(self._asked.values()):
            super().end()

    def cost_of(self, name: str) -> RunCost:
        """Of the set that is done, told once, in the order in which sets are judged."""
        after = self._served()
        before = self._served_before
        # Where a server cannot say it any more, what it said last in this run.
        share = after.share_since(before) if before is not None and after is not None else self._share
        asked = self._set.figures.supposing(share)
        prices = self.prices
        cost = RunCost(
            charged=True, expected=self._expected.get(name), asked=asked, seconds=round(self._set.seconds, 3),
            cost=asked.usage.cost(prices) if prices is not None else None,
            currency=prices.currency if prices is not None else None,
        )  # fmt: skip
        self._next_set()
        return cost

    def _next_set(self) -> None:
        self._set, self._served_before = Run(self._judges), self._served()
