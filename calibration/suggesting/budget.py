"""How many tokens a search may spend: nothing is begun that might exceed it."""

from math import ceil
from typing import Any

from gepa.core.state import GEPAState

#: Cases that are judged before the budget is looked at again.
BATCH = 8
#: How many times what is expected of a case it may take at most: every answer explained, chats longer than those seen.
_WORST = 2.5


class Budget:
    """Tokens that may be spent, and are, on judging and rewording.

    `per_case`: what a case is expected to take; None, where nobody can say it before, takes it from the first batch.
    After `rounds` it is over, too: where answers are remembered, judging the same again costs nothing.
    """

    def __init__(self, tokens: int, per_case: float | None = None, rounds: int = 200) -> None:
        self.tokens, self.per_case, self.rounds = tokens, per_case, rounds
        self.spent = 0
        self._most = 0.0

    def expected(self, cases: int) -> int:
        """What so many cases will take; 0 where nobody can say."""
        return ceil((self.per_case or 0.0) * cases)

    def least(self, cases: int) -> int:
        """What has to be there so that so many cases can be judged for certain."""
        return self.expected(cases) + self._worst(BATCH)

    def allows(self, cases: int = BATCH, more: int = 0) -> bool:
        """Whether so many cases, and `more` tokens, still fit."""
        return self.spent + self._worst(cases) + more <= self.tokens

    def _worst(self, cases: int) -> int:
        return ceil(max(_WORST * (self.per_case or 0.0), self._most) * cases)

    def spend(self, tokens: int, cases: int = 0) -> None:
        """What so many cases have taken, or a rewording."""
        self.spent += tokens
        if cases:
            self._most = max(self._most, tokens / cases)
            if self.per_case is None:
                self.per_case = tokens / cases

    def is_spent(self, gepa_state: GEPAState[Any, Any]) -> bool:
        """Whether to stop, asked after each round."""
        self.rounds -= 1
        return self.rounds < 0 or not self.allows()
