"""What a run cost, beside what it was expected to cost: part of its report."""

from collections.abc import Sequence
from functools import reduce
from operator import add

from msgspec import Struct

from evaluators.judges.vllm.accounting import Estimate, Figures


class RunCost(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Of one split of a set. `charged`: whether tokens of a server were spent; code and the baseline spend none.

    `expected`: said before it began; None: nothing was left to ask, or no server tokenizes. `asked`: what was asked
    and answered, with the server's own counts of tokens; cached is the share of all it was asked meanwhile, where
    answers do not say it. `cost`: in `currency`, None without prices. All of it since this start: not what earlier
    starts of a run that was killed have asked.
    """

    charged: bool
    expected: Estimate | None = None
    asked: Figures | None = None
    seconds: float = 0.0
    cost: float | None = None
    currency: str | None = None


FREE = RunCost(charged=False)


def cost_of_all(costs: Sequence[RunCost]) -> RunCost:
    """Several splits together. What is unknown of one of them is unknown of all."""
    charged = [each for each in costs if each.charged]
    if not charged:
        return FREE
    expected = [each.expected for each in charged if each.expected is not None]
    money = [each.cost for each in charged if each.cost is not None]
    return RunCost(
        charged=True, expected=reduce(add, expected) if expected else None,
        asked=reduce(add, (each.asked for each in charged if each.asked is not None)),
        seconds=sum(each.seconds for each in charged),
        cost=sum(money) if len(money) == len(charged) else None, currency=charged[0].currency,
    )  # fmt: skip
