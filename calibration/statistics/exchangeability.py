"""Whether incoming probabilities still look like those a certificate was given on: a test that may be read at any time.

Each value gets a conformal p-value among the reference and all values before it; as long as nothing changes they are
uniform and independent. A bettor who bets against that multiplies his capital only if something did change: by
Ville's inequality it exceeds 1/α with probability α at most, over any number of values (Vovk et al. 2022,
"Algorithmic Learning in a Random World", ch. 8; the simple jumper of Vovk 2021). Half the capital bets on shifts,
half on values becoming more extreme or more central.
"""

from bisect import bisect_left, bisect_right, insort
from collections.abc import Iterable, Sequence
from random import Random

from msgspec import Struct

#: Bets: how steeply the density of p-values is assumed to rise or fall.
_SLOPES = (-1.0, -0.5, 0.0, 0.5, 1.0)
#: Share of the capital that changes its bet at each step.
_JUMP = 0.01


class ExchangeabilityWatch(Struct, frozen=True):
    """`capital`: the bettor's last capital, `highest` its highest so far; `alarmed_at`: number of the value (from 1)
    at which it reached 1 / α, None while it has not."""

    values: int
    capital: float
    highest: float
    alarmed_at: int | None

    @property
    def alarmed(self) -> bool:
        """Whether the values are no longer exchangeable with the reference."""
        return self.alarmed_at is not None


def watch_exchangeability(
    reference: Sequence[float], incoming: Iterable[float], *, alpha: float = 0.01, seed: int = 0
) -> ExchangeabilityWatch:
    """Reads values in the order they came. `seed` breaks ties; the same input gives the same answer."""
    rng, seen = Random(seed), sorted(reference)
    shift, spread = _Jumper(), _Jumper()
    number, capital, highest, alarmed_at = 0, 1.0, 1.0, None
    for number, value in enumerate(incoming, 1):
        p_value = _conformal_p(seen, value, rng)
        capital = (shift.bet(p_value) + spread.bet(abs(2 * p_value - 1))) / 2
        highest = max(highest, capital)
        if alarmed_at is None and capital >= 1 / alpha:
            alarmed_at = number
    return ExchangeabilityWatch(number, capital, highest, alarmed_at)


def _conformal_p(seen: list[float], value: float, rng: Random) -> float:
    """Rank of the value from above among what was seen and itself, ties broken at random; inserts it."""
    above = len(seen) - bisect_right(seen, value)
    equal = bisect_right(seen, value) - bisect_left(seen, value) + 1
    rank = (above + rng.random() * equal) / (len(seen) + 1)
    insort(seen, value)
    return rank


class _Jumper:
    """The simple jumper martingale: capital spread over the slopes, a little of it moved at each step."""

    def __init__(self) -> None:
        self._capitals = [1 / len(_SLOPES)] * len(_SLOPES)

    def bet(self, p_value: float) -> float:
        """The capital after this p-value."""
        even = _JUMP * sum(self._capitals) / len(_SLOPES)
        moved = [(1 - _JUMP) * capital + even for capital in self._capitals]
        self._capitals = [
            capital * (1 + slope * (p_value - 0.5)) for capital, slope in zip(moved, _SLOPES, strict=True)
        ]
        return sum(self._capitals)
