"""Adds up what the sessions are, and how many of them went without a fault or an open question."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from api.reporting.figures import SessionFigures
from evaluators.timeline.units import instant
from evaluators.types import ChatSession, Outcome, RatingEvent


class SessionTally:
    """The head of the report."""

    def __init__(self) -> None:
        self._count = self._messages = self._decided = self._spotless = 0
        self._shops: set[str] = set()
        self._began: datetime | None = None
        self._ended: datetime | None = None
        self._ratings: Counter[int | None] = Counter()

    def add(self, session: ChatSession, outcomes: Sequence[Outcome]) -> None:
        """One session."""
        self._count += 1
        self._messages += len(session.messages)
        self._shops |= {session.shop} if session.shop else set()
        times = [each.sent_at for each in session.messages if isinstance(each.sent_at, datetime)]
        if times:
            self._began = min(times) if self._began is None else min(self._began, *times)
            self._ended = max(times) if self._ended is None else max(self._ended, *times)
        self._ratings[last_rating(session)] += 1
        self._decided += not any(outcome.verdict == "undetermined" for outcome in outcomes)
        self._spotless += not any(outcome.verdict == "hit" and outcome.score < 0 for outcome in outcomes)

    def figures(self) -> SessionFigures:
        """Everything so far."""
        return SessionFigures(
            count=self._count, messages=self._messages, shops=tuple(sorted(self._shops)), began=self._began,
            ended=self._ended, fully_decided=self._decided, spotless=self._spotless,
            ratings={level: self._ratings[level] for level in (5, 4, 3, 2, 1, None)},
        )  # fmt: skip


def last_rating(session: ChatSession) -> int | None:
    """The level the customer gave last."""
    ratings = [event for event in session.events if isinstance(event, RatingEvent)]
    if not ratings:
        return None
    return max(ratings, key=lambda event: instant(event.at)).level  # type: ignore[arg-type]
