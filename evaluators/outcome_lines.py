"""Outcomes as JSON lines for whole files of sessions: the same bytes as encoding them one by one, sooner.

Most outcomes of a session say no more than verdict and reason, and differ from those of the next session in
their first field only, the session id. What follows it is encoded once per plan.
"""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

import msgspec

from evaluators.answers import NOBODY_ASKED
from evaluators.checks.finding import NOT_PLAIN, PLAIN, UNDETERMINED, Finding
from evaluators.plan import Plan
from evaluators.scoring.exclusion import settle
from evaluators.timeline.bits import positions
from evaluators.timeline.timeline import Timeline
from evaluators.types import ChatSession, Outcome

_encode = msgspec.json.Encoder().encode
_AN_INSTANT = "@"


class LineWriter:
    """Inspects sessions under one plan, without a judge."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        #: Per rule, where what it finds stands in `Plan.find_once`, and what follows the session id for each plain
        #: finding, by its number; for a finding that is not plain nothing yet.
        self._rests = [
            (question, [*(_rest(compiled.plain_outcome("", finding)) for finding in PLAIN), b""])
            for question, compiled in zip(plan.question_of, plan.compiled, strict=True)
        ]
        #: The places of the rules that ask each question.
        self._askers: list[list[int]] = [[] for _ in {*plan.question_of}]
        for place, question in enumerate(plan.question_of):
            self._askers[question].append(place)
        waiting = UNDETERMINED["window_open"]
        #: Per rule, the same for a window that is still open: before and after the instant at which it closes.
        self._open = [
            _rest(compiled.plain_outcome("", waiting, decides_at=_AN_INSTANT)).split(_encode(_AN_INSTANT))
            for compiled in plan.compiled
        ]

    def lines(
        self, sessions: Sequence[ChatSession], now: datetime | None = None, tally: Counter[str] | None = None
    ) -> list[bytes]:
        """Per session what `inspect_deterministic` finds, a line per outcome. `tally` counts the verdicts."""
        timelines = self._plan.timelines(sessions, now)
        findings = self._plan.find_once(timelines)
        if tally is not None:
            for found in findings:
                tally.update([found[question].verdict for question in self._plan.question_of])
        return [self._lines_of(timeline, found) for timeline, found in zip(timelines, findings, strict=True)]

    def _lines_of(self, timeline: Timeline, found: tuple[Finding, ...]) -> bytes:
        numbers = [finding.plain for finding in found]
        rests = [rest[numbers[question]] for question, rest in self._rests]
        start = b'{"session_id":' + _encode(timeline.session.session_id)
        if NOT_PLAIN in numbers:
            telling = [(place, found[q]) for q in positions(numbers, NOT_PLAIN) for place in self._askers[q]]
            self._fill_in(timeline, sorted(telling), rests, len(start))
        return start.join([b"", *rests])

    def _fill_in(
        self, timeline: Timeline, telling: list[tuple[int, Finding]], rests: list[bytes], length: int
    ) -> None:
        """What is not plain: hits, and windows that are still open. `length`: of what comes before the rest."""
        plan, hits = self._plan, []
        for place, finding in telling:
            closes_at = finding.decides_at
            if closes_at is None:
                hits.append((place, finding))
            else:
                before, after = self._open[place]
                rests[place] = before + _encode(timeline.written(closes_at)) + after
        outcomes = [plan.compiled[place].outcome(timeline, finding, NOBODY_ASKED) for place, finding in hits]
        settled = settle(outcomes, plan.catalogue, plan.policy, plan.occurrences(timeline, hits))
        for (place, _), outcome in zip(hits, settled, strict=True):
            rests[place] = _encode(outcome)[length:] + b"\n"


def _rest(outcome: Outcome) -> bytes:
    """What follows the session id, which is empty here, to the end of the line."""
    return _encode(outcome).removeprefix(b'{"session_id":""') + b"\n"
