"""Whether incoming probabilities still look like those a certificate was given on: a test that may be read at any time.

Each value gets a conformal p-value among the reference and all values before it; as long as nothing changes they are
uniform and independent. A bettor who bets against that multiplies his capital only if something did change: by
Ville's inequality it exceeds 1/α with probability α at most, over any number of values (Vovk et al. 2022,
"Algorithmic Learning in a Random World", ch. 8; the simple jumper of Vovk 2021). Half the capital bets on shifts,
half on values becoming more extreme or more central.

Values are taken to three places, so that what has been seen fits into a thousand counters however long one looks.
"""

from collections.abc import Iterable
from random import Random

import msgspec
from msgspec import Struct

#: Bets: how steeply the density of p-values is assumed to rise or fall.
_SLOPES = (-1.0, -0.5, 0.0, 0.5, 1.0)
#: Share of the capital that changes its bet at each step.
_JUMP = 0.01
#: Values are told apart to 1 / this.
_PLACES = 1000


def _even() -> list[float]:
    return [1 / len(_SLOPES)] * len(_SLOPES)


class ExchangeabilityTest(Struct):
    """The test between two values: JSON-serialisable, so that it goes on where it was.

    `seen`: how often each value occurred, in thousandths. `shift`, `spread`: capital by slope. `alpha`: the share of
    unchanged streams that may raise the alarm, ever. `seed` breaks ties; the same input gives the same answer.
    """

    alpha: float
    seed: int
    seen: dict[int, int]
    values: int = 0
    shift: list[float] = msgspec.field(default_factory=_even)
    spread: list[float] = msgspec.field(default_factory=_even)
    highest: float = 1.0
    alarmed_at: int | None = None

    def see(self, value: float) -> None:
        """The next value, 0..1. After the alarm nothing changes any more: the question is answered."""
        if self.alarmed_at is not None:
            return
        self.values += 1
        p_value = self._conformal_p(round(value * _PLACES))
        _bet(self.shift, p_value)
        _bet(self.spread, abs(2 * p_value - 1))
        self.highest = max(self.highest, self.capital)
        if self.capital >= 1 / self.alpha:
            self.alarmed_at = self.values

    @property
    def capital(self) -> float:
        """What the bettor has now, of 1 at the beginning."""
        return (sum(self.shift) + sum(self.spread)) / 2

    def _conformal_p(self, place: int) -> float:
        """Rank of the value from above among what was seen and itself, ties broken at random; counts it."""
        above = sum(number for other, number in self.seen.items() if other > place)
        equal = self.seen.get(place, 0) + 1
        chance = Random(self.seed * 1_000_003 + self.values).random()
        rank = (above + chance * equal) / (sum(self.seen.values()) + 1)
        self.seen[place] = equal
        return rank


def begin_test(reference: Iterable[float], *, alpha: float = 0.01, seed: int = 0) -> ExchangeabilityTest:
    """Before the first value. `reference`: values (0..1) of the time the certificate was given."""
    test = ExchangeabilityTest(alpha=alpha, seed=seed, seen={})
    for value in reference:
        place = round(value * _PLACES)
        test.seen[place] = test.seen.get(place, 0) + 1
    return test


def _bet(capitals: list[float], p_value: float) -> None:
    """The simple jumper martingale: capital spread over the slopes, a little of it moved at each step."""
    even = _JUMP * sum(capitals) / len(_SLOPES)
    for place, slope in enumerate(_SLOPES):
        capitals[place] = ((1 - _JUMP) * capitals[place] + even) * (1 + slope * (p_value - 0.5))
